package io.metamigrate.migrator.config;

import io.metamigrate.verifier.catalog.PulsarVersion;
import java.util.Optional;

/**
 * The Pulsar cluster that moves.
 *
 * @param name as in {@code /admin/clusters}; the operator repeats it to confirm the cutover
 * @param pulsarVersion the version that will run on etcd
 * @param admin how the daemon asks the brokers
 */
public record ClusterConfig(
    Optional<String> name, Optional<PulsarVersion> pulsarVersion, AdminConfig admin) {
  public ClusterConfig {
    new Checks()
        .require(
            name.isEmpty() || name.get().matches("[A-Za-z0-9][A-Za-z0-9._-]*"),
            "name",
            () -> "'" + name.orElse("") + "' is not a cluster name; give it as in /admin/clusters")
        .orThrow();
  }

  static ClusterConfig defaults() {
    return new ClusterConfig(Optional.empty(), Optional.empty(), AdminConfig.defaults());
  }

  static ClusterConfig read(Section section) {
    Optional<String> name = section.text("name");
    Optional<PulsarVersion> version = section.value("pulsarVersion", PulsarVersion::parse);
    AdminConfig admin = AdminConfig.read(section.section("admin"));
    return section.build(() -> new ClusterConfig(name, version, admin), defaults());
  }

  ClusterConfig withName(String newName) {
    return new ClusterConfig(Optional.of(newName), pulsarVersion, admin);
  }

  ClusterConfig withPulsarVersion(PulsarVersion newVersion) {
    return new ClusterConfig(name, Optional.of(newVersion), admin);
  }
}
