package io.metamigrate.migrator.replay;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.PutOption;
import io.metamigrate.verifier.store.EtcdConnection;
import io.metamigrate.verifier.store.EtcdEntry;
import io.metamigrate.verifier.store.EtcdReader;
import io.metamigrate.verifier.store.Revision;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;

/**
 * Carries out seeds. Each put is a transaction that compares lock, direction and that the version
 * is still below the goal, so that puts may arrive in any order, be repeated after a lost answer,
 * and be continued after a kill, and the version ends at the goal exactly. Never lowers a version.
 * For one thread.
 */
public final class VersionRaiser {
  private static final int IN_FLIGHT = 256;

  private final EtcdConnection connection;
  private final Authority authority;
  private final LongConsumer progress;

  public VersionRaiser(EtcdConnection connection, Authority authority, LongConsumer progress) {
    this.connection = connection;
    this.authority = authority;
    this.progress = progress;
  }

  /**
   * Answers how many puts it took; 0 if the version was already reached.
   *
   * @throws LostAuthorityException if the lock or the direction is no longer this process's
   */
  public long raise(VersionGoal seed) {
    long puts = 0;
    while (true) {
      long version =
          new EtcdReader(connection).read(seed.path()).map(EtcdEntry::version).orElse(0L);
      long remaining = seed.version() - version;
      if (remaining <= 0) {
        return puts;
      }
      List<CompletableFuture<TxnResponse>> replies = new ArrayList<>();
      for (long i = 0; i < Math.min(remaining, IN_FLIGHT); i++) {
        replies.add(put(seed));
      }
      long accepted = 0;
      for (CompletableFuture<TxnResponse> reply : replies) {
        TxnResponse response = connection.await("seed " + seed.path(), reply);
        if (response.isSucceeded()) {
          accepted++;
          authority.lock().wrote(new Revision(response.getHeader().getRevision()));
        }
      }
      if (accepted == 0 && isBelow(seed)) {
        throw new LostAuthorityException(
            "etcd refused to raise %s from version %d to %d: the lock or the direction is no longer this daemon's; `migrate status` shows which process continues"
                .formatted(seed.path(), version, seed.version()));
      }
      puts += accepted;
      progress.accept(accepted);
    }
  }

  /** Puts of an earlier attempt may arrive late, and refuse these by having reached the goal. */
  private boolean isBelow(VersionGoal seed) {
    return new EtcdReader(connection).read(seed.path()).map(EtcdEntry::version).orElse(0L)
        < seed.version();
  }

  private CompletableFuture<TxnResponse> put(VersionGoal seed) {
    ByteSequence key = EtcdConnection.bytes(seed.path().value());
    List<Cmp> comparisons = new ArrayList<>(authority.comparisons());
    comparisons.add(new Cmp(key, Cmp.Op.LESS, CmpTarget.version(seed.version())));
    return connection
        .client()
        .getKVClient()
        .txn()
        .If(comparisons.toArray(Cmp[]::new))
        .Then(
            Op.put(key, ByteSequence.EMPTY, PutOption.DEFAULT),
            Op.put(
                ReservedKeys.MARK,
                EtcdConnection.bytes(authority.lock().holder()),
                PutOption.DEFAULT))
        .commit();
  }
}
