package io.metamigrate.verifier.store;

import java.util.Optional;

/** One path in both stores; at least one side is there. */
public record Pair(ZkPath path, Optional<Znode> source, Optional<EtcdEntry> target) {
  public Pair {
    if (source.isEmpty() && target.isEmpty()) {
      throw new IllegalArgumentException("neither store has " + path);
    }
  }
}
