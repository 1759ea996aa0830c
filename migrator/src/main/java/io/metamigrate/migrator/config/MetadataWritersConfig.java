package io.metamigrate.migrator.config;

import java.util.List;

/**
 * What writes metadata besides brokers and bookies.
 *
 * @param autoRecovery the AutoRecovery nodes, by the name under which the driver knows them
 * @param functionWorkers the function workers that run by themselves, likewise
 * @param confirmed the operator's confirmation that everything the plan named is stopped
 */
public record MetadataWritersConfig(
    List<String> autoRecovery, List<String> functionWorkers, boolean confirmed) {
  public MetadataWritersConfig {
    autoRecovery = List.copyOf(autoRecovery);
    functionWorkers = List.copyOf(functionWorkers);
    new Checks()
        .distinct("autoRecovery", autoRecovery)
        .distinct("functionWorkers", functionWorkers)
        .orThrow();
  }

  static MetadataWritersConfig none() {
    return new MetadataWritersConfig(List.of(), List.of(), false);
  }

  static MetadataWritersConfig read(Section section) {
    List<String> autoRecovery = section.strings("autoRecovery", List.of());
    List<String> workers = section.strings("functionWorkers", List.of());
    boolean confirmed = section.flag("confirmed", false);
    return section.build(() -> new MetadataWritersConfig(autoRecovery, workers, confirmed), none());
  }
}
