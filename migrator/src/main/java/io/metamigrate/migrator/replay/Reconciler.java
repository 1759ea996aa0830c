package io.metamigrate.migrator.replay;

import io.metamigrate.verifier.diff.Judge;
import io.metamigrate.verifier.diff.Verdict;
import io.metamigrate.verifier.diff.Verdict.Differs;
import io.metamigrate.verifier.store.EtcdEntry;
import io.metamigrate.verifier.store.Pair;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.Znode;
import java.util.Optional;

/**
 * A difference is work: turns what the judge calls a difference into the operation that removes it.
 * The first copy, catching up after a crash and repairing after a reconnect are this and nothing
 * else. Pure.
 */
public final class Reconciler {
  private Reconciler() {}

  /**
   * The operation that makes etcd say what ZooKeeper says of this path; empty where it does.
   *
   * @throws ForeignChangeException for a key that the daemon would never have written: leased, or
   *     where only a component may put one
   */
  public static Optional<Operation> operation(Pair pair) {
    Verdict verdict = Judge.judge(pair);
    if (!(verdict instanceof Differs differs)) {
      return Optional.empty();
    }
    Revision seen = pair.target().map(EtcdEntry::modRevision).orElse(Revision.ABSENT);
    if (pair.target().filter(EtcdEntry::isLeased).isPresent()) {
      throw new ForeignChangeException(
          pair.path(),
          "etcd key %s is attached to a lease, so a component wrote it; find out which, stop it, and delete the key"
              .formatted(pair.path()));
    }
    return Optional.of(
        switch (differs.kind()) {
          case MISSING, DIFFERENT ->
              new Operation.Put(pair.path(), pair.source().map(Znode::data).orElseThrow(), seen);
          case EXTRA, REAPED -> new Operation.Delete(pair.path(), seen);
        });
  }
}
