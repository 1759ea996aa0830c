package io.metamigrate.migrator.replay;

import io.metamigrate.verifier.diff.Comparer;
import io.metamigrate.verifier.diff.Comparison;
import io.metamigrate.verifier.diff.Comparison.Differs;
import io.metamigrate.verifier.store.EtcdEntry;
import io.metamigrate.verifier.store.Pair;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.Znode;
import java.util.Optional;

/**
 * Turns each difference that the comparer finds into the operation that removes it. The first copy,
 * catching up after a crash and repair after a reconnect are nothing else. Pure.
 */
public final class Reconciler {
  private Reconciler() {}

  /**
   * The operation that brings etcd nearer to ZooKeeper for this path; empty if they are equal. One
   * is enough, unless versions are to be exact.
   *
   * @throws ForeignChangeException for a key that the daemon would never have written: leased, or
   *     where only a component may put one
   */
  public static Optional<Operation> operation(Pair pair, boolean exactVersions) {
    Comparison comparison = Comparer.compare(pair, exactVersions);
    if (!(comparison instanceof Differs differs)) {
      return Optional.empty();
    }
    Revision seen = pair.target().map(EtcdEntry::modRevision).orElse(Revision.ABSENT);
    if (pair.target().filter(EtcdEntry::isLeased).isPresent()) {
      throw new ForeignChangeException(
          pair.path(),
          "etcd key %s is attached to a lease, so a component wrote it".formatted(pair.path()),
          "find out which, stop it, and delete the key");
    }
    return Optional.of(
        switch (differs.kind()) {
          case MISSING, DIFFERENT ->
              step(
                  pair.source().orElseThrow(),
                  seen,
                  pair.target().map(EtcdEntry::version).orElse(0L),
                  exactVersions);
          case EXTRA, REAPED -> new Operation.DeleteKey(pair.path(), seen);
        });
  }

  /**
   * The next operation that brings a key closer to this znode. A key's version rises by one with
   * each put and begins again when it is deleted ({@code mvccpb.KeyValue}), so that a version which
   * must be exact is reached from below.
   *
   * @param seen of the key
   * @param keyVersion of the key, 0 for one that is not there
   */
  public static Operation step(Znode znode, Revision seen, long keyVersion, boolean exactVersions) {
    return exactVersions && keyVersion >= znode.keyVersion()
        ? new Operation.DeleteKey(znode.path(), seen)
        : new Operation.PutKey(znode.path(), znode.data(), seen);
  }

  /** How many puts it takes until a key of this version has exactly the znode's. */
  public static long puts(Znode znode, long keyVersion) {
    long wanted = znode.keyVersion();
    return keyVersion >= wanted ? wanted : wanted - keyVersion;
  }
}
