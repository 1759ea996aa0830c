package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.config.BrokerConfig;
import io.metamigrate.migrator.config.CutoverConfig;
import io.metamigrate.migrator.cutover.fence.Registrations;
import io.metamigrate.migrator.pulsar.BookieHttpClient;
import io.metamigrate.migrator.pulsar.BrokerHealth;
import io.metamigrate.migrator.restart.Component;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.migrator.restart.NodeConfiguration;
import io.metamigrate.migrator.restart.RestartDriver;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a node runs with, as it reports itself, and what it starts with, as the driver reads it.
 * Reads only.
 */
record OwnSettings(
    CutoverConfig config, Registrations registrations, BrokerHealth health, RestartDriver driver) {
  /** Where a component finds its metadata. */
  static final List<String> ADDRESSES =
      List.of(
          "metadataServiceUri",
          "metadataStoreUrl",
          "configurationMetadataStoreUrl",
          "bookkeeperMetadataServiceUri");

  /** Empty if it cannot be asked. */
  Map<String, String> reported(Node node) {
    return switch (node.component()) {
      case BOOKIE -> {
        BookieAddresses web = new BookieAddresses(config, registrations);
        yield BookieHttpClient.ask(node.id(), web.address(node.id())).settings();
      }
      case BROKER -> broker(node).map(health::settings).orElse(Map.of());
      default -> Map.of();
    };
  }

  NodeConfiguration configured(Node node) {
    return driver.configuration(node);
  }

  /**
   * What a rollback gives a node for every name of {@link #ADDRESSES}: what it reported, blank if
   * its own configuration has that already, or decides because the node reported nothing. Empty if
   * neither node nor driver reports anything.
   */
  static Map<String, String> given(Map<String, String> reported, NodeConfiguration configured) {
    boolean isRead = configured.silence().isEmpty();
    if (reported.isEmpty() && !isRead) {
      return Map.of();
    }
    Map<String, String> given = new TreeMap<>();
    for (String name : ADDRESSES) {
      String value = reported.getOrDefault(name, "");
      boolean isOwn = isRead && configured.setting(name).orElse("").equals(value);
      given.put(name, isOwn ? "" : value);
    }
    return given;
  }

  /** The operator's own values of the settings of a kind of node. */
  Map<String, String> originals(Component component) {
    return SettingsOverlays.own(config.originals(), component);
  }

  /**
   * What a rollback would have to guess, for the rehearsal.
   *
   * @return empty if the node, the driver or the configuration names the node's addresses
   */
  Optional<String> unknown(Node node) {
    String name =
        switch (node.component()) {
          case BOOKIE, AUTORECOVERY -> "metadataServiceUri";
          default -> "metadataStoreUrl";
        };
    NodeConfiguration configured = configured(node);
    if (originals(node.component()).containsKey(name)
        || !given(reported(node), configured).isEmpty()) {
      return Optional.empty();
    }
    String block = name.equals("metadataServiceUri") ? "bookies" : "brokers";
    return Optional.of(
        "not verifiable: which address of ZooKeeper %s has, since it does not report its settings, and %s. A rollback would give it the address of this tool. Name its own in cutover.originals: {%s: {%s: \"...\"}}, or give the command driver a show command"
            .formatted(node, configured.silence().orElse("the driver does not"), block, name));
  }

  private Optional<BrokerConfig> broker(Node node) {
    return config.brokers().stream().filter(one -> one.id().equals(node.id())).findFirst();
  }
}
