package io.metamigrate.migrator.switchover.state;

import io.metamigrate.migrator.switchover.node.Node;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/** The content of the operator's file; the document decides. */
public record ConfiguredMove(
    String cluster, String scopeDigest, Strategy strategy, SortedSet<Node> nodes) {
  public ConfiguredMove {
    nodes = Collections.unmodifiableSortedSet(new TreeSet<>(nodes));
  }
}
