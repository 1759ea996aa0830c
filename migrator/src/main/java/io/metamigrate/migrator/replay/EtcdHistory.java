package io.metamigrate.migrator.replay;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.options.WatchOption;
import io.etcd.jetcd.watch.WatchEvent;
import io.etcd.jetcd.watch.WatchResponse;
import io.metamigrate.verifier.catalog.Action;
import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.store.EtcdConnection;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.ZkPath;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
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
    Collector collector = new Collector(until, scope, accepted);
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

  /** Gathers events by revision until the last one wanted has come. */
  private static final class Collector {
    private final CompletableFuture<Answer> answer = new CompletableFuture<>();
    private final Revision until;
    private final Scope scope;
    private final Set<ZkPath> accepted;
    private final TreeMap<Long, ZkPath> changes = new TreeMap<>();
    private final TreeSet<Long> own = new TreeSet<>();

    Collector(Revision until, Scope scope, Set<ZkPath> accepted) {
      this.until = until;
      this.scope = scope;
      this.accepted = accepted;
    }

    void take(WatchResponse response) {
      for (WatchEvent event : response.getEvents()) {
        long revision = event.getKeyValue().getModRevision();
        if (event.getKeyValue().getKey().equals(ReservedKeys.MARK)) {
          own.add(revision);
        } else if (isForeignTo(event)) {
          changes.putIfAbsent(revision, path(event));
        }
        if (revision >= until.value()) {
          // Events of one revision come in one response, so the set is complete.
          finish(response);
          return;
        }
      }
      forget();
    }

    private void finish(WatchResponse last) {
      last.getEvents().stream()
          .filter(e -> e.getKeyValue().getKey().equals(ReservedKeys.MARK))
          .forEach(e -> own.add(e.getKeyValue().getModRevision()));
      answer.complete(new Answer(false, firstForeign()));
    }

    private void forget() {
      // Keeps nothing of own revisions; a foreign one is remembered until the end.
      changes.keySet().removeAll(own);
      own.clear();
    }

    private Optional<Foreign> firstForeign() {
      changes.keySet().removeAll(own);
      return changes.entrySet().stream()
          .findFirst()
          .map(e -> new Foreign(e.getValue(), new Revision(e.getKey())));
    }

    private boolean isForeignTo(WatchEvent event) {
      String key = event.getKeyValue().getKey().toString(StandardCharsets.UTF_8);
      if (!key.startsWith("/")) {
        return false;
      }
      ZkPath path = new ZkPath(key);
      return scope.contains(path)
          && !accepted.contains(path)
          && Catalogue.of(path).action() != Action.SKIP;
    }

    private static ZkPath path(WatchEvent event) {
      return new ZkPath(event.getKeyValue().getKey().toString(StandardCharsets.UTF_8));
    }

    void fail(Throwable cause) {
      if (String.valueOf(cause.getMessage()).contains("compacted")) {
        answer.complete(new Answer(true, Optional.empty()));
      } else {
        answer.completeExceptionally(cause);
      }
    }
  }
}
