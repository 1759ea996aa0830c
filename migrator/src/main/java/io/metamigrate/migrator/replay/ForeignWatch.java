package io.metamigrate.migrator.replay;

import io.etcd.jetcd.Watch;
import io.etcd.jetcd.watch.WatchResponse;
import io.metamigrate.migrator.replay.EtcdHistory.ForeignChange;
import io.metamigrate.verifier.store.EtcdConnection;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.ZkPath;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches all of etcd while the daemon writes, and remembers the first change in scope that was not
 * the daemon's and the first sign of a living broker. Begins again after a lost connection; a
 * history that was compacted meanwhile is reported, since then only the version map shows more.
 * Safe for use by several threads.
 */
public final class ForeignWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ForeignWatch.class);

  private final EtcdConnection connection;
  private final Ownership ownership;
  private Watch.@Nullable Watcher watcher;
  private Revision position;
  private Revision checkedBeforeLoss;
  private Optional<Revision> lost = Optional.empty();
  private Optional<ForeignChange> foreign = Optional.empty();
  private Optional<ZkPath> serving = Optional.empty();
  private boolean broken;

  /** Watches from the revision after {@code since}, up to which nothing foreign was seen. */
  public ForeignWatch(
      EtcdConnection connection, Revision since, Scope scope, Set<ZkPath> accepted) {
    this.connection = connection;
    this.ownership = new Ownership(scope, accepted);
    this.position = since;
    this.checkedBeforeLoss = since;
    this.broken = true;
  }

  /** Begins the watch, and begins it again if it broke; to be called now and then. */
  public void ensureWatching() {
    synchronized (this) {
      if (foreign.isPresent() || !broken) {
        return;
      }
      broken = false;
    }
    restart();
  }

  /** The first change in scope that another writer made. */
  public synchronized Optional<ForeignChange> found() {
    return foreign;
  }

  /** A leased key that shows a running broker on etcd. */
  public synchronized Optional<ZkPath> serving() {
    return serving;
  }

  /**
   * Up to here the history was seen to hold nothing foreign. Stays where it is from the moment when
   * a part of the history was lost until {@link #comparedUpTo}.
   */
  public synchronized Revision checked() {
    return lost.isPresent() ? checkedBeforeLoss : position;
  }

  /**
   * Present if a part of the history up to this revision was lost: only a comparison of the stores
   * that begins now can show whether something foreign happened in it.
   */
  public synchronized Optional<Revision> lost() {
    return lost;
  }

  /** That comparison has finished and found nothing foreign. */
  public synchronized void comparedUpTo(Revision until) {
    if (lost.isPresent() && lost.get().equals(until)) {
      lost = Optional.empty();
    }
  }

  private void restart() {
    closeWatcher();
    watcher = EtcdHistory.watch(connection, position(), this::take, this::fail);
  }

  private synchronized void take(WatchResponse response) {
    if (foreign.isEmpty()) {
      foreign = ownership.firstForeign(response);
    }
    serving = serving.or(() -> Ownership.firstServing(response));
    long last = Ownership.last(response);
    if (foreign.isEmpty() && last > position.value()) {
      position = new Revision(last);
    }
  }

  private synchronized Revision position() {
    return position;
  }

  private synchronized void fail(Throwable cause) {
    LOG.atWarn()
        .addKeyValue("cause", cause.getMessage())
        .log("the watch on etcd broke and is restarted");
    broken = true;
    if (EtcdHistory.isCompacted(cause)) {
      if (lost.isEmpty()) {
        checkedBeforeLoss = position;
      }
      Revision to = EtcdHistory.compactedTo(cause).orElse(position.next());
      position = to.compareTo(position) > 0 ? to : position;
      lost = Optional.of(position);
    }
  }

  private void closeWatcher() {
    if (watcher != null) {
      watcher.close();
    }
  }

  @Override
  public void close() {
    closeWatcher();
  }
}
