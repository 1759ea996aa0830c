package io.metamigrate.verifier.diff;

import io.metamigrate.verifier.store.Pair;

/** What a pair is: as it must be, left out on purpose, or work. */
public sealed interface Verdict {
  Pair pair();

  /** Both sides say the same. */
  record Same(Pair pair) implements Verdict {}

  /** A parent of sequential nodes; judged by its counter, not by its bytes. */
  record Seeded(Pair pair) implements Verdict {}

  /** Not to be carried over, and not carried over. */
  record Skipped(Pair pair, String reason) implements Verdict {}

  /** A difference: work for the writer, a finding for the verifier. */
  record Differs(Pair pair, Kind kind, String detail) implements Verdict {}

  /** Kinds of difference, as reports name them. */
  enum Kind {
    MISSING,
    EXTRA,
    DIFFERENT,
    /** An empty parent on etcd that ZooKeeper has removed by itself; harmless, and tidied away. */
    REAPED
  }
}
