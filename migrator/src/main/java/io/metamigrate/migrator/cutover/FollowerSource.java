package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.follow.Barrier;
import io.metamigrate.migrator.follow.FollowListener;
import io.metamigrate.migrator.follow.FollowSettings;
import io.metamigrate.migrator.follow.FollowSettings.SuspectRevisions;
import io.metamigrate.migrator.follow.Follower;
import io.metamigrate.migrator.phase.Checkpoint;
import io.metamigrate.migrator.replay.EtcdHistory;
import io.metamigrate.migrator.replay.ForeignChangeException;
import io.metamigrate.migrator.replay.GuardedWriter.WriterSettings;
import io.metamigrate.migrator.replay.OwnRevisions;
import io.metamigrate.migrator.run.DeletionGuard;
import io.metamigrate.migrator.run.ForeignChanges;
import io.metamigrate.migrator.run.Stores;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.ZkPath;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Opens followers of ZooKeeper that know nothing yet: each begins with the history of etcd.
 * Whatever is on etcd by then without the daemon's mark is foreign. For one thread, which opens
 * them; any thread may read how far the history was checked.
 */
final class FollowerSource implements Supplier<LiveFollowing.OpenFollower> {
  private final Stores stores;
  private final Configuration configuration;
  private final Journal journal;
  private final Supplier<Set<ZkPath>> acceptedPaths;
  private final Scope scope;
  private volatile Set<ZkPath> unchecked;
  private volatile Revision checkedUntil = Revision.ABSENT;

  /**
   * Prepares.
   *
   * @param acceptedPaths keys that others may have changed
   * @param acceptForeign those of them that the operator named
   */
  FollowerSource(
      Stores stores,
      Configuration configuration,
      Journal journal,
      Supplier<Set<ZkPath>> acceptedPaths,
      Set<ZkPath> acceptForeign) {
    this.stores = stores;
    this.configuration = configuration;
    this.journal = journal;
    this.acceptedPaths = acceptedPaths;
    this.unchecked = acceptForeign;
    this.scope = configuration.scope().toScope();
  }

  @Override
  public LiveFollowing.OpenFollower get() {
    Checkpoint checkpoint = journal.checkpoint();
    Set<ZkPath> accepted = acceptedPaths.get();
    Revision now = stores.keys().revision();
    EtcdHistory.HistoryScan history =
        EtcdHistory.between(stores.etcd(), checkpoint.checkedRevision(), now, scope, accepted);
    ForeignChanges.warnOfUnchanged(history, unchecked);
    unchecked = Set.of();
    history
        .foreign()
        .ifPresent(
            foreign -> {
              throw ForeignChangeException.found(foreign.path(), foreign.at());
            });
    if (history.compacted().isEmpty()) {
      checkedUntil = now;
    }
    return new TurnedFollower(
        new Follower(
            stores.zookeeper(),
            stores.configurationStore(),
            stores.etcd(),
            journal.authority(),
            WriterSettings.of(
                configuration.copy().inFlight(), configuration.target().connectTimeout()),
            new FollowSettings(
                scope,
                now,
                history
                    .compacted()
                    .map(
                        until ->
                            new SuspectRevisions(
                                checkpoint.checkedRevision(),
                                until,
                                OwnRevisions.read(stores.etcd()))),
                accepted,
                configuration.copy().exactVersions(),
                new DeletionGuard(stores, configuration, Set.of())),
            FollowListener.SILENT));
  }

  /** Up to here the history of etcd holds no foreign change that was not accepted. */
  Revision checkedUntil() {
    return checkedUntil;
  }

  private record TurnedFollower(Follower follower) implements LiveFollowing.OpenFollower {
    @Override
    public void step(Duration wait) throws InterruptedException {
      follower.step(wait);
    }

    @Override
    public Barrier barrier() throws InterruptedException {
      return follower.barrier();
    }

    @Override
    public OptionalLong largestLedger() {
      return follower.largestLedger();
    }

    @Override
    public void close() {
      follower.close();
    }
  }
}
