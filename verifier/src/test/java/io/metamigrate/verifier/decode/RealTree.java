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
import java.util.stream.Stream;

/** The whole metadata of a real Pulsar 2.10.0 cluster, as its ZooKeeper held it. */
public final class RealTree {
  private static final NavigableMap<String, RealNode> NODES = load();

  /** One node; version, cversion and children as in ZooKeeper's stat. */
  @SuppressWarnings("ArrayRecordComponent")
  public record RealNode(
      String path, boolean ephemeral, int version, int cversion, int children, byte[] value) {}

  private RealTree() {}

  /** All nodes by path. */
  public static NavigableMap<String, RealNode> nodes() {
    return NODES;
  }

  public static byte[] value(String path) {
    return Objects.requireNonNull(NODES.get(path), path).value();
  }

  /** The value at a path as a broker of Pulsar 4.0.0 writes it with this compression. */
  static byte[] compressed(String path, String compression) {
    return rows("pulsar-4.0.0-compressed.tsv")
        .filter(row -> row[0].equals(path) && row[1].equals(compression))
        .map(row -> Base64.getDecoder().decode(row[2]))
        .findFirst()
        .orElseThrow();
  }

  private static NavigableMap<String, RealNode> load() {
    NavigableMap<String, RealNode> nodes = new TreeMap<>();
    rows("pulsar-2.10.0.tsv").map(RealTree::node).forEach(node -> nodes.put(node.path(), node));
    return Collections.unmodifiableNavigableMap(nodes);
  }

  private static Stream<String[]> rows(String resource) {
    try (InputStream in = RealTree.class.getResourceAsStream(resource)) {
      return new String(Objects.requireNonNull(in, resource).readAllBytes(), UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split("\t", -1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static RealNode node(String[] fields) {
    return new RealNode(
        fields[0],
        fields[1].equals("E"),
        Integer.parseInt(fields[2]),
        Integer.parseInt(fields[3]),
        Integer.parseInt(fields[4]),
        Base64.getDecoder().decode(fields[5]));
  }
}
