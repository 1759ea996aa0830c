package io.metamigrate.migrator.switchover.node;

/** One server, by the id that the cluster knows. */
public record Node(NodeKind kind, String id) implements Comparable<Node> {
  @Override
  public int compareTo(Node other) {
    int byKind = kind.compareTo(other.kind);
    return byKind != 0 ? byKind : id.compareTo(other.id);
  }

  @Override
  public String toString() {
    return kind.title() + " " + id;
  }
}
