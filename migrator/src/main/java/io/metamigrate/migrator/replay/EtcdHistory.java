package io.metamigrate.migrator.replay;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.common.exception.CompactedException;
import io.etcd.jetcd.options.WatchOption;
import io.etcd.jetcd.watch.WatchResponse;
import io.metamigrate.verifier.store.EtcdConnection;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.ZkPath;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Reads what happened on etcd since a revision and finds changes that were not the daemon's: those in
 * scope at a revision at which the daemon's mark was not put.
 */
public final class EtcdHistory {
  private static final ByteSequence EVERYTHING = ByteSequence.from(new byte[] {0});

  private EtcdHistory() {}

  /**
   * What the history says.
   *
   * @param compacted the history is not there any more; nothing can be said
   * @param foreign the first foreign change
   */
  public record Answer(boolean compacted, Optional<Foreign> foreign) {}

  /** A change that somebody else made. */
  public record Foreign(ZkPath path, Revision at) {}

  /**
   * Reads from the revision after {@code since} up to {@code until}, which must be a revision of the
   * daemon's own, such as that of its lock.
   */
  public static Answer between(
      EtcdConnection connection, Revision since, Revision until, Scope scope, Set<ZkPath> accepted) {
    Collector collector = new Collector(until, new Ownership(scope, accepted));
    WatchOption option =
        WatchOption.builder()
            .withRange(EVERYTHING)
            .withRevision(since.value() + 1)
            .withRequireLeader(true)
            .build();
    Watch.Watcher watcher =
        connection
            .client()
            .getWatchClient()
            .watch(EVERYTHING, option, collector::take, collector::fail);
    try {
      return connection.await("history since revision " + since, collector.answer);
    } finally {
      watcher.close();
    }
  }

  /** Looks at each response until the last revision wanted has come. */
  private static final class Collector {
    private final CompletableFuture<Answer> answer = new CompletableFuture<>();
    private final Revision until;
    private final Ownership ownership;
    private Optional<Foreign> first = Optional.empty();

    Collector(Revision until, Ownership ownership) {
      this.until = until;
      this.ownership = ownership;
    }

    void take(WatchResponse response) {
      first = first.or(() -> ownership.firstForeign(response));
      if (Ownership.last(response) >= until.value()) {
        answer.complete(new Answer(false, first));
      }
    }

    void fail(Throwable cause) {
      if (isCompacted(cause)) {
        answer.complete(new Answer(true, Optional.empty()));
      } else {
        answer.completeExceptionally(cause);
      }
    }
  }

  static boolean isCompacted(Throwable cause) {
    return cause instanceof CompactedException
        || String.valueOf(cause.getMessage()).contains("compacted");
  }
}
