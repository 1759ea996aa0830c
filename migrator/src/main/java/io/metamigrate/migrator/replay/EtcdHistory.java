package io.metamigrate.migrator.replay;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.common.exception.CompactedException;
import io.etcd.jetcd.options.WatchOption;
import io.etcd.jetcd.watch.WatchResponse;
import io.metamigrate.verifier.store.EtcdConnection;
import io.metamigrate.verifier.store.EtcdReader;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.ZkPath;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Reads what happened on etcd since a revision and finds changes that were not the daemon's: those
 * in scope at a revision at which the daemon's mark was not put.
 */
public final class EtcdHistory {
  private static final ByteSequence EVERYTHING = ByteSequence.from(new byte[] {0});

  /** No part of a history takes etcd so long. */
  private static final Duration MAX_SILENCE = Duration.ofMinutes(10);

  private EtcdHistory() {}

  /**
   * What the history shows.
   *
   * @param compacted up to this revision the history is compacted and shows nothing
   * @param foreign the first foreign change
   * @param accepted which of the accepted keys another writer changed
   */
  public record HistoryScan(
      Optional<Revision> compacted, Optional<ForeignChange> foreign, Set<ZkPath> accepted) {
    public HistoryScan {
      accepted = Set.copyOf(accepted);
    }
  }

  /** A change that another writer made. */
  public record ForeignChange(ZkPath path, Revision at) {}

  /**
   * Reads from the revision after {@code since} up to {@code until}, one at which something
   * changed, as at each that etcd names. If a part is compacted, what is left is read.
   */
  public static HistoryScan between(
      EtcdConnection connection,
      Revision since,
      Revision until,
      Scope scope,
      Set<ZkPath> accepted) {
    if (since.compareTo(until) >= 0) {
      return new HistoryScan(Optional.empty(), Optional.empty(), Set.of());
    }
    Ownership ownership = new Ownership(scope, accepted);
    ResponseCollector collector = new ResponseCollector(ownership).until(until);
    HistoryScan answer = read(connection, since, collector);
    // Another compaction may come while the rest is read.
    while (answer.compacted().isPresent() && !collector.isComplete()) {
      Revision compacted = answer.compacted().get();
      collector = new ResponseCollector(ownership).until(until);
      HistoryScan rest = read(connection, compacted, collector);
      answer =
          new HistoryScan(
              rest.compacted().or(() -> Optional.of(compacted)), rest.foreign(), rest.accepted());
    }
    return answer;
  }

  /**
   * Reads along from the revision after {@code since}, while it is written. etcd takes long to send
   * a history of many thousand revisions afterwards, since it measures each piece again for each
   * change that it adds (etcd server, {@code sendFragments}). For one thread.
   */
  public static final class HistoryAlongside implements AutoCloseable {
    private final EtcdConnection connection;
    private final Revision since;
    private final Ownership ownership;
    private final ResponseCollector collector;
    private final Watch.Watcher watcher;

    public HistoryAlongside(
        EtcdConnection connection, Revision since, Scope scope, Set<ZkPath> accepted) {
      this.connection = connection;
      this.since = since;
      this.ownership = new Ownership(scope, accepted);
      this.collector = new ResponseCollector(ownership);
      this.watcher = watch(connection, since, collector::take, collector::fail);
    }

    /**
     * What the history up to that revision shows, at which something changed. What broke off is
     * read again.
     */
    public HistoryScan until(Revision until) {
      if (!collector.isBroken()) {
        HistoryScan answer = await(connection, subject(since), collector.until(until));
        if (answer.compacted().isEmpty()) {
          return answer;
        }
      }
      return between(connection, since, until, ownership.scope(), ownership.accepted());
    }

    @Override
    public void close() {
      watcher.close();
    }
  }

  private static HistoryScan read(
      EtcdConnection connection, Revision since, ResponseCollector collector) {
    Watch.Watcher watcher = watch(connection, since, collector::take, collector::fail);
    try {
      return await(connection, subject(since), collector);
    } finally {
      watcher.close();
    }
  }

  private static String subject(Revision since) {
    return "history since revision " + since;
  }

  /** Watches all of etcd from the revision after {@code since}. */
  static Watch.Watcher watch(
      EtcdConnection connection,
      Revision since,
      Consumer<WatchResponse> take,
      Consumer<Throwable> fail) {
    WatchOption option =
        WatchOption.builder()
            .withRange(EVERYTHING)
            .withRevision(since.value() + 1)
            .withRequireLeader(true)
            .build();
    return connection.client().getWatchClient().watch(EVERYTHING, option, take, fail);
  }

  private static HistoryScan await(
      EtcdConnection connection, String subject, ResponseCollector collector) {
    try {
      return await(
          collector.answer,
          collector.responses::get,
          connection.settings().timeout(),
          MAX_SILENCE,
          () -> new EtcdReader(connection).revision());
    } catch (TimeoutException e) {
      throw connection.failure(subject, e);
    } catch (ExecutionException e) {
      throw connection.failure(subject, e.getCause() == null ? e : e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw connection.failure(subject, e);
    }
  }

  /**
   * Waits for the end of a history. etcd collects all of it before it sends the first part ({@code
   * watchableStore.syncWatchers}), so that silence alone is no failure: etcd is asked whether it
   * still answers.
   *
   * @param parts how many have come
   * @param timeout of silence, before etcd is asked
   * @param longest silence in all
   * @param alive throws if etcd does not answer
   * @throws TimeoutException after the longest silence
   */
  static <T> T await(
      CompletableFuture<T> answer,
      LongSupplier parts,
      Duration timeout,
      Duration longest,
      Runnable alive)
      throws TimeoutException, ExecutionException, InterruptedException {
    long seen = parts.getAsLong();
    long silentSince = System.nanoTime();
    while (true) {
      try {
        return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        if (parts.getAsLong() != seen) {
          seen = parts.getAsLong();
          silentSince = System.nanoTime();
        } else if (System.nanoTime() - silentSince > longest.toNanos()) {
          throw e;
        } else {
          alive.run();
        }
      }
    }
  }

  /** Checks each response until the last revision wanted has come. */
  private static final class ResponseCollector {
    private final CompletableFuture<HistoryScan> answer = new CompletableFuture<>();
    private final AtomicLong responses = new AtomicLong();
    private final Ownership ownership;
    private final Set<ZkPath> accepted = new HashSet<>();
    private Optional<Revision> until = Optional.empty();
    private Optional<ForeignChange> first = Optional.empty();
    private long last;
    private volatile boolean complete;

    ResponseCollector(Ownership ownership) {
      this.ownership = ownership;
    }

    /** The last revision wanted. */
    synchronized ResponseCollector until(Revision wanted) {
      until = Optional.of(wanted);
      endIfRead();
      return this;
    }

    boolean isBroken() {
      return answer.isDone();
    }

    /** Whether nothing is left to read, or nothing more can be read. */
    boolean isComplete() {
      return complete;
    }

    synchronized void take(WatchResponse response) {
      responses.incrementAndGet();
      first = first.or(() -> ownership.firstForeign(response));
      accepted.addAll(ownership.acceptedIn(response));
      last = Math.max(last, Ownership.last(response));
      endIfRead();
    }

    private void endIfRead() {
      if (until.filter(wanted -> last >= wanted.value()).isPresent()) {
        complete = true;
        answer.complete(new HistoryScan(Optional.empty(), first, accepted));
      }
    }

    synchronized void fail(Throwable cause) {
      if (isCompacted(cause)) {
        Revision to = compactedTo(cause).or(() -> until).orElse(Revision.ABSENT);
        complete = until.filter(wanted -> to.compareTo(wanted) >= 0).isPresent();
        answer.complete(new HistoryScan(Optional.of(to), Optional.empty(), Set.of()));
      } else {
        answer.completeExceptionally(cause);
      }
    }
  }

  /** The revision to which the history was compacted, if etcd reported it. */
  static Optional<Revision> compactedTo(Throwable cause) {
    return cause instanceof CompactedException e && e.getCompactedRevision() > 0
        ? Optional.of(new Revision(e.getCompactedRevision()))
        : Optional.empty();
  }

  static boolean isCompacted(Throwable cause) {
    return cause instanceof CompactedException
        || String.valueOf(cause.getMessage()).contains("compacted");
  }
}
