package io.metamigrate.migrator.cutover;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.metamigrate.migrator.config.BrokerConfig;
import io.metamigrate.migrator.config.CutoverConfig;
import io.metamigrate.migrator.cutover.fence.Registrations;
import io.metamigrate.migrator.pulsar.BookieHttpClient;
import io.metamigrate.migrator.pulsar.BrokerHealth;
import io.metamigrate.migrator.restart.Component;
import io.metamigrate.migrator.restart.Node;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What each node ran with before the move, as it reported itself, kept on etcd with the move. A
 * rollback restores exactly that; this tool may reach ZooKeeper by another address, and a bookie
 * may have had another driver.
 */
final class SettingsArchive {
  /** Where a component finds its metadata. */
  static final List<String> ADDRESSES =
      List.of(
          "metadataServiceUri",
          "metadataStoreUrl",
          "configurationMetadataStoreUrl",
          "bookkeeperMetadataServiceUri");

  private static final String DOCUMENT = "settings-before/";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<TreeMap<String, String>> TYPE = new TypeReference<>() {};

  private final Journal journal;
  private final Registrations registrations;
  private final CutoverConfig config;
  private final BrokerHealth health;

  SettingsArchive(
      Journal journal, Registrations registrations, CutoverConfig config, BrokerHealth health) {
    this.journal = journal;
    this.registrations = registrations;
    this.config = config;
    this.health = health;
  }

  /** Asks these nodes, which are as the operator made them, and keeps the answers. */
  void save(List<Node> nodes) {
    for (Node node : nodes) {
      if (NodeService.isSeen(node)) {
        write(node, running(node));
      }
    }
  }

  /** What the node ran with before the move; empty if it did not report it. */
  Map<String, String> of(Node node) {
    return journal.document(DOCUMENT + node.id()).map(SettingsArchive::read).orElse(Map.of());
  }

  /**
   * Whether the node runs with the addresses that it had.
   *
   * @return what differs; empty if nothing does or nothing can be compared
   */
  Optional<String> difference(Node node) {
    Map<String, String> before = of(node);
    Map<String, String> now = running(node);
    if (before.isEmpty() || now.isEmpty()) {
      return Optional.empty();
    }
    return ADDRESSES.stream()
        .filter(name -> !before.getOrDefault(name, "").equals(now.getOrDefault(name, "")))
        .map(
            name ->
                "%s runs with %s=%s, but had %s before the move; restore it by hand"
                    .formatted(
                        node, name, now.getOrDefault(name, ""), before.getOrDefault(name, "none")))
        .findFirst();
  }

  /** As the node itself reports; empty if it cannot be asked. */
  private Map<String, String> running(Node node) {
    if (node.component() == Component.BOOKIE) {
      BookieAddresses web = new BookieAddresses(config, registrations);
      return BookieHttpClient.ask(node.id(), web.address(node.id())).settings();
    }
    return broker(node).map(health::settings).orElse(Map.of());
  }

  private Optional<BrokerConfig> broker(Node node) {
    return config.brokers().stream().filter(one -> one.id().equals(node.id())).findFirst();
  }

  private void write(Node node, Map<String, String> settings) {
    try {
      journal.document(
          DOCUMENT + node.id(),
          JSON.writeValueAsString(new TreeMap<>(settings)).getBytes(StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("settings of " + node + " cannot be written as JSON", e);
    }
  }

  private static Map<String, String> read(byte[] json) {
    try {
      return JSON.readValue(json, TYPE);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "what a node ran with before the move cannot be read from etcd: " + e.getMessage(), e);
    }
  }
}
