package io.metamigrate.verifier.diff;

import io.metamigrate.verifier.store.Pair;

/** The result for a pair: equal, left out on purpose, or different. */
public sealed interface Comparison {
  Pair pair();

  /** Both sides are equal. */
  record Same(Pair pair) implements Comparison {}

  /** A parent of sequential nodes; compared by its counter, not by its bytes. */
  record Seeded(Pair pair) implements Comparison {}

  /** Not to be migrated, and not migrated. */
  record Skipped(Pair pair, String reason) implements Comparison {}

  /** A difference: work for the writer, a finding for the verifier. */
  record Differs(Pair pair, DifferenceKind kind, String detail) implements Comparison {}

  /** Kinds of difference, as reports name them. */
  enum DifferenceKind {
    MISSING,
    EXTRA,
    DIFFERENT,
    /** An empty parent on etcd that ZooKeeper has removed by itself; harmless, and tidied away. */
    REAPED
  }
}
