package io.metamigrate.verifier.decode;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;

/** The whole metadata of a real Pulsar 2.10.0 cluster, as its ZooKeeper held it. */
public final class RealTree {
  private static final NavigableMap<String, Node> NODES = load();

  /** One node; version, cversion and children as in ZooKeeper's stat. */
  @SuppressWarnings("ArrayRecordComponent")
  public record Node(
      String path, boolean ephemeral, int version, int cversion, int children, byte[] value) {}

  private RealTree() {}

  /** All nodes by path. */
  public static NavigableMap<String, Node> nodes() {
    return NODES;
  }

  public static byte[] value(String path) {
    return Objects.requireNonNull(NODES.get(path), path).value();
  }

  private static NavigableMap<String, Node> load() {
    NavigableMap<String, Node> nodes = new TreeMap<>();
    try (InputStream in = RealTree.class.getResourceAsStream("pulsar-2.10.0.tsv")) {
      new String(Objects.requireNonNull(in).readAllBytes(), UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(RealTree::node)
          .forEach(node -> nodes.put(node.path(), node));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Collections.unmodifiableNavigableMap(nodes);
  }

  private static Node node(String line) {
    String[] fields = line.split("\t", -1);
    return new Node(
        fields[0],
        fields[1].equals("E"),
        Integer.parseInt(fields[2]),
        Integer.parseInt(fields[3]),
        Integer.parseInt(fields[4]),
        Base64.getDecoder().decode(fields[5]));
  }
}
