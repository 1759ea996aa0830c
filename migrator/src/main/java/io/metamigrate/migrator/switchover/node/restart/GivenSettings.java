package io.metamigrate.migrator.switchover.node.restart;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.metamigrate.migrator.switchover.node.Node;
import io.metamigrate.migrator.switchover.node.NodeSettings;
import io.metamigrate.migrator.switchover.session.MoveSession;
import io.metamigrate.migrator.switchover.side.StoreKind;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What each node was last configured with, in a document on etcd: one line a node, its settings and
 * its name. A node that was never configured has the operator's own, on ZooKeeper. Between the
 * intent and the driver's word the settings are unknown, so that they are given again.
 */
final class GivenSettings {
  private static final String DOCUMENT = "settings";
  private static final String SEPARATOR = "\t";
  private static final String OWN = "own";
  private static final String UNKNOWN = "unknown";

  private final MoveSession session;

  GivenSettings(MoveSession session) {
    this.session = session;
  }

  /** What the layer of each node is called: the driver keeps the operator's own below it. */
  String layer() {
    return OWN;
  }

  NodeSettings of(Node node) {
    String text = read().get(node.toString());
    return text == null
        ? new NodeSettings(StoreKind.ZOOKEEPER, true, OWN)
        : NodeSettings.parse(text);
  }

  void changing(Node node) {
    NodeSettings before = of(node);
    write(node, new NodeSettings(before.store(), before.collectsGarbage(), UNKNOWN));
  }

  void changed(Node node, NodeSettings settings) {
    write(node, settings);
  }

  private void write(Node node, NodeSettings settings) {
    SortedMap<String, String> all = read();
    all.put(node.toString(), settings.text());
    String text =
        all.entrySet().stream()
            .map(entry -> entry.getKey() + SEPARATOR + entry.getValue())
            .collect(Collectors.joining("\n"));
    session.states().put(session.authority(), DOCUMENT, text.getBytes(UTF_8));
  }

  private SortedMap<String, String> read() {
    return session.states().get(DOCUMENT).map(bytes -> new String(bytes, UTF_8)).stream()
        .flatMap(String::lines)
        .map(line -> line.split(SEPARATOR, 2))
        .map(parts -> Map.entry(parts[0], parts[1]))
        .collect(
            Collectors.toMap(
                Map.Entry::getKey, Map.Entry::getValue, (first, second) -> second, TreeMap::new));
  }
}
