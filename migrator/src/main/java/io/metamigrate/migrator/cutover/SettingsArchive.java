package io.metamigrate.migrator.cutover;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.metamigrate.migrator.config.CutoverConfig;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.migrator.restart.NodeConfiguration;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What each node had before the move, as it and the driver reported it, kept on etcd with the move.
 * A rollback restores exactly that; this tool may reach ZooKeeper by another address, and a bookie
 * may have had another driver.
 */
final class SettingsArchive {
  /** What a rollback gives all nodes, in one document. */
  static final String ADDRESSES = "addresses-before";

  static final String DIFFERS = "SETTINGS_DIFFER";
  private static final String REPORTED = "settings-before/";
  private static final String CONFIGURED = "configuration-before/";
  private static final ObjectMapper JSON = new ObjectMapper().registerModule(new Jdk8Module());
  private static final TypeReference<TreeMap<String, String>> REPORTED_TYPE =
      new TypeReference<>() {};
  private static final TypeReference<TreeMap<String, Map<String, String>>> ADDRESSES_TYPE =
      new TypeReference<>() {};

  private final Journal journal;
  private final OwnSettings own;

  SettingsArchive(Journal journal, OwnSettings own) {
    this.journal = journal;
    this.own = own;
  }

  /**
   * Asks these nodes, which are as the operator made them, and keeps the answers. What a node has
   * answered once is not lost if it does not answer now.
   */
  void save(List<Node> nodes) {
    SortedMap<String, Map<String, String>> addresses =
        new TreeMap<>(addresses(journal.document(ADDRESSES)));
    for (Node node : nodes) {
      Map<String, String> reported = own.reported(node);
      if (!reported.isEmpty()) {
        journal.document(REPORTED + node.id(), json(new TreeMap<>(reported)));
      }
      NodeConfiguration configured = own.configured(node);
      if (configured.silence().isEmpty()) {
        journal.document(CONFIGURED + key(node), json(configured));
      }
      Map<String, String> given = OwnSettings.given(reported, configured);
      if (!given.isEmpty()) {
        addresses.put(key(node), given);
      }
    }
    journal.document(ADDRESSES, json(addresses));
  }

  /**
   * The addresses of metadata that a rollback gives the node, blank if its own configuration
   * decides; empty if nothing is known of it.
   */
  Map<String, String> of(Node node) {
    Map<String, String> given = of(addresses(journal.document(ADDRESSES))).apply(node);
    return given.isEmpty()
        ? OwnSettings.given(reported(node), NodeConfiguration.unknown("it was not saved"))
        : given;
  }

  /** The same from a copy of the addresses of all nodes. */
  static Function<Node, Map<String, String>> of(Map<String, Map<String, String>> addresses) {
    return node -> addresses.getOrDefault(key(node), Map.of());
  }

  /** The addresses of all nodes by their names, as they were saved. */
  static Map<String, Map<String, String>> addresses(Optional<byte[]> document) {
    return document.map(json -> read(json, ADDRESSES_TYPE)).orElseGet(TreeMap::new);
  }

  /**
   * Whether the node has the addresses that it had, or that the operator names for it, the JVM
   * options and the replicas: as it reports itself, else as the driver reads what it starts with.
   *
   * @return what differs; empty if nothing does, nothing can be compared, or it is accepted by name
   */
  Optional<String> difference(Node node) {
    String accept = DIFFERS + ":" + node.id();
    if (own.config().accept().contains(accept)) {
      return Optional.empty();
    }
    Map<String, String> now = own.reported(node);
    NodeConfiguration starts = own.configured(node);
    return (now.isEmpty() ? configuredAddress(node, starts) : reportedAddress(node, now))
        .or(() -> configured(node).flatMap(before -> machine(node, before, starts)))
        .map(
            text ->
                "%s before the move; restore it by hand, or, if you changed it, add \"%s\" to cutover.accept"
                    .formatted(text, accept));
  }

  private Optional<String> reportedAddress(Node node, Map<String, String> now) {
    Map<String, String> before = reported(node);
    Map<String, String> originals = own.originals(node.component());
    for (String name : OwnSettings.ADDRESSES) {
      String value = now.getOrDefault(name, "");
      Optional<String> had =
          Optional.ofNullable(originals.get(name))
              .or(() -> Optional.ofNullable(before.get(name)))
              .or(() -> configured(node).flatMap(own -> own.setting(name)))
              .or(() -> before.isEmpty() ? Optional.empty() : Optional.of(""));
      // A node whose variables leave an address out has a default, which is no etcd.
      if (!had.map(value::equals).orElseGet(() -> !value.contains("etcd:"))) {
        return Optional.of(differs(node, "runs", name, value, had.orElse("")));
      }
    }
    return Optional.empty();
  }

  private Optional<String> configuredAddress(Node node, NodeConfiguration starts) {
    Optional<NodeConfiguration> before = configured(node);
    if (starts.silence().isPresent() || before.isEmpty()) {
      return Optional.empty();
    }
    Map<String, String> given = of(node);
    for (String name : OwnSettings.ADDRESSES) {
      String value = starts.setting(name).orElse("");
      String had =
          Optional.ofNullable(own.originals(node.component()).get(name))
              .or(() -> Optional.ofNullable(given.get(name)).filter(text -> !text.isBlank()))
              .or(() -> before.get().setting(name))
              .orElse("");
      if (!had.equals(value)) {
        return Optional.of(differs(node, "starts", name, value, had));
      }
    }
    return Optional.empty();
  }

  private static Optional<String> machine(
      Node node, NodeConfiguration before, NodeConfiguration starts) {
    if (starts.silence().isPresent()) {
      return Optional.empty();
    }
    if (!before.jvmOptions().equals(starts.jvmOptions())) {
      return Optional.of(
          differs(
              node,
              "starts",
              "JVM options",
              String.join(" ", starts.jvmOptions()),
              String.join(" ", before.jvmOptions())));
    }
    return before.replicas().equals(starts.replicas())
        ? Optional.empty()
        : Optional.of(
            differs(
                node,
                "starts",
                "replicas",
                starts.replicas().map(String::valueOf).orElse(""),
                before.replicas().map(String::valueOf).orElse("")));
  }

  private static String differs(Node node, String verb, String name, String value, String had) {
    return "%s %s with %s=%s, but had %s"
        .formatted(node, verb, name, value, had.isBlank() ? "none" : had);
  }

  /**
   * That these nodes run with what they had. What else differs in a node's own configuration is
   * announced: the operator may have edited it.
   *
   * @throws StepFailedException if one has another address of metadata, other JVM options or
   *     another number of replicas, so that it is not back
   */
  void requireAsBefore(List<Node> nodes, StepListener listener) {
    for (Node node : nodes) {
      difference(node)
          .ifPresent(
              difference -> {
                throw new StepFailedException(difference);
              });
      List<String> edited = edited(node);
      if (!edited.isEmpty()) {
        listener.announce(
            "warning: what %s starts with differs from before the move in %s; if nobody has edited it, restore it by hand"
                .formatted(node, String.join(", ", edited)));
      }
    }
  }

  /**
   * Names of what else differs in the node's own configuration; the operator may have edited it.
   */
  List<String> edited(Node node) {
    return configured(node)
        .map(before -> own.configured(node).differences(before))
        .orElse(List.of());
  }

  /** What every node of the move had, by its name, for the record. */
  static Map<String, NodeConfiguration> all(Journal journal, CutoverConfig config) {
    Map<String, NodeConfiguration> all = new TreeMap<>();
    for (Node node : CutoverPlan.Nodes.all(config)) {
      configured(journal, node).ifPresent(had -> all.put(key(node), had));
    }
    return all;
  }

  private Optional<NodeConfiguration> configured(Node node) {
    return configured(journal, node);
  }

  private static Optional<NodeConfiguration> configured(Journal journal, Node node) {
    return journal
        .document(CONFIGURED + key(node))
        .map(json -> read(json, NodeConfiguration.class));
  }

  /** What the node reported before the move; empty if it did not. */
  private Map<String, String> reported(Node node) {
    return journal
        .document(REPORTED + node.id())
        .map(json -> (Map<String, String>) read(json, REPORTED_TYPE))
        .orElse(Map.of());
  }

  private static String key(Node node) {
    return node.component().label() + " " + node.id();
  }

  static byte[] json(Object content) {
    try {
      return JSON.writeValueAsString(content).getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("settings cannot be written as JSON", e);
    }
  }

  private static <T> T read(byte[] json, TypeReference<T> type) {
    try {
      return JSON.readValue(json, type);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private static <T> T read(byte[] json, Class<T> type) {
    try {
      return JSON.readValue(json, type);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private static IllegalArgumentException unreadable(IOException cause) {
    return new IllegalArgumentException(
        "what a node had before the move cannot be read from etcd: " + cause.getMessage(), cause);
  }
}
