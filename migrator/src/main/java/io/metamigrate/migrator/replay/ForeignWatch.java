package io.metamigrate.migrator.replay;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.options.WatchOption;
import io.etcd.jetcd.watch.WatchResponse;
import io.metamigrate.migrator.replay.EtcdHistory.Foreign;
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
 * history that was compacted meanwhile is told, since then only the version map can say more.
 */
public final class ForeignWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ForeignWatch.class);
  private static final ByteSequence EVERYTHING = ByteSequence.from(new byte[] {0});

  private final EtcdConnection connection;
  private final Ownership ownership;
  private Watch.@Nullable Watcher watcher;
  private Revision checked;
  private Optional<Foreign> foreign = Optional.empty();
  private Optional<ZkPath> serving = Optional.empty();
  private boolean broken;
  private boolean compacted;

  /** Watches from the revision after {@code since}, up to which nothing foreign was seen. */
  public ForeignWatch(
      EtcdConnection connection, Revision since, Scope scope, Set<ZkPath> accepted) {
    this.connection = connection;
    this.ownership = new Ownership(scope, accepted);
    this.checked = since;
    this.broken = true;
  }

  /**
   * Looks at what was found so far; begins the watch again where it broke.
   *
   * @throws ForeignChangeException when somebody else changed a key in scope
   */
  public void check() {
    synchronized (this) {
      if (foreign.isPresent()) {
        throw ForeignChangeException.found(foreign.get().path(), foreign.get().at());
      }
      if (!broken) {
        return;
      }
      broken = false;
    }
    restart();
  }

  /** A leased key that says that a broker lives on etcd. */
  public synchronized Optional<ZkPath> serving() {
    return serving;
  }

  /** Up to here the history was seen to hold nothing foreign. */
  public synchronized Revision checked() {
    return checked;
  }

  /** Whether a part of the history was lost since the last call. */
  public synchronized boolean takeCompacted() {
    boolean lost = compacted;
    compacted = false;
    return lost;
  }

  private void restart() {
    closeWatcher();
    WatchOption option =
        WatchOption.builder()
            .withRange(EVERYTHING)
            .withRevision(checked().value() + 1)
            .withRequireLeader(true)
            .build();
    watcher =
        connection.client().getWatchClient().watch(EVERYTHING, option, this::take, this::fail);
  }

  private synchronized void take(WatchResponse response) {
    if (foreign.isEmpty()) {
      foreign = ownership.firstForeign(response);
    }
    serving = serving.or(() -> Ownership.firstServing(response));
    long last = Ownership.last(response);
    if (foreign.isEmpty() && last > checked.value()) {
      checked = new Revision(last);
    }
  }

  private synchronized void fail(Throwable cause) {
    LOG.atWarn()
        .addKeyValue("cause", cause.getMessage())
        .log("the watch on etcd broke and begins again");
    broken = true;
    if (EtcdHistory.isCompacted(cause)) {
      compacted = true;
      checked = compactedTo(cause);
    }
  }

  private Revision compactedTo(Throwable cause) {
    return cause instanceof io.etcd.jetcd.common.exception.CompactedException e
        ? new Revision(Math.max(checked.value(), e.getCompactedRevision()))
        : checked.next();
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
