package io.metamigrate.verifier;

import io.metamigrate.verifier.diff.Comparison.Differs;
import io.metamigrate.verifier.store.EtcdEntry;
import io.metamigrate.verifier.store.Pair;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Znode;
import java.util.Optional;

/**
 * A difference that may be only lag. Its age is that of the state of etcd that shows it: if the key
 * was written meanwhile, or a different znode is missing, it is a new difference.
 *
 * @param counted as what it was counted
 * @param latest as what it was seen last
 * @param since by the monotonic clock
 */
record Suspect(Differs counted, Differs latest, long since) {
  static Suspect of(Differs differs, long now) {
    return new Suspect(differs, differs, now);
  }

  ZkPath path() {
    return counted.pair().path();
  }

  /** What it is after another comparison. */
  Suspect recheckedAs(Differs found, long now) {
    return new Suspect(counted, found, isUnchanged(found.pair()) ? since : now);
  }

  private boolean isUnchanged(Pair now) {
    Pair before = latest.pair();
    Optional<Revision> key = now.target().map(EtcdEntry::modRevision);
    return before.target().map(EtcdEntry::modRevision).equals(key)
        && (key.isPresent()
            || before.source().map(Znode::czxid).equals(now.source().map(Znode::czxid)));
  }
}
