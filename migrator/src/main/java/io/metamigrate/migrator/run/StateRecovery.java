package io.metamigrate.migrator.run;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.follow.FollowSettings.SuspectRevisions;
import io.metamigrate.migrator.phase.Checkpoint;
import io.metamigrate.migrator.phase.Direction;
import io.metamigrate.migrator.replay.Authority;
import io.metamigrate.migrator.replay.DaemonLock;
import io.metamigrate.migrator.replay.EtcdHistory;
import io.metamigrate.migrator.replay.ForeignChangeException;
import io.metamigrate.migrator.replay.OwnRevisions;
import io.metamigrate.migrator.replay.StateStore;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.Zxid;
import java.time.InstantSource;
import java.util.Optional;

/**
 * What a new holder of the lock does first: it surveys both stores, refuses what must be refused,
 * and recovers its state.
 */
final class StateRecovery {
  private final Stores stores;
  private final Configuration configuration;
  private final RunOptions options;
  private final InstantSource clock;
  private final Scope scope;

  StateRecovery(
      Stores stores, Configuration configuration, RunOptions options, InstantSource clock) {
    this.stores = stores;
    this.configuration = configuration;
    this.options = options;
    this.clock = clock;
    this.scope = configuration.scope().toScope();
  }

  /**
   * The state to continue from.
   *
   * @param suspect present if a part of the history since the checkpoint was compacted
   */
  record Opened(Checkpoint checkpoint, Optional<SuspectRevisions> suspect) {}

  /** Surveys both stores, then opens. */
  Opened open(DaemonLock lock) {
    try (Survey survey = Survey.take(stores, configuration, (what, done, total) -> {})) {
      CopyPreconditions.check(stores, survey, options.serving());
      return open(survey, lock);
    }
  }

  /** The same after a survey that met the preconditions of a copy. */
  Opened open(Survey survey, DaemonLock lock) {
    Optional<Checkpoint> known = survey.state().checkpoint();
    // What happened on etcd before its scope was seen to be empty does not matter here.
    Revision since = known.map(Checkpoint::checkedRevision).orElse(survey.revision());
    EtcdHistory.HistoryScan history = refuseForeign(since, lock.created());
    Checkpoint checkpoint = known.orElseGet(() -> begin(survey, lock));
    stores.identity().save(new Authority(lock, Direction.ZK_TO_ETCD), stores);
    return new Opened(
        stores
            .identity()
            .from(checkpoint)
            .accepting(survey.plan().blockersWith(options.accepted())),
        history
            .compacted()
            .map(until -> new SuspectRevisions(since, until, OwnRevisions.read(stores.etcd()))));
  }

  private EtcdHistory.HistoryScan refuseForeign(Revision since, Revision until) {
    EtcdHistory.HistoryScan history =
        EtcdHistory.between(stores.etcd(), since, until, scope, options.acceptForeign());
    ForeignChanges.warnOfUnchanged(history, options.acceptForeign());
    history
        .foreign()
        .ifPresent(
            change -> {
              throw ForeignChangeException.found(change.path(), change.at());
            });
    return history;
  }

  private Checkpoint begin(Survey survey, DaemonLock lock) {
    Checkpoint first =
        Checkpoint.planned(
                survey.facts().cluster(), survey.facts().connect(), scope, clock.instant())
            .applied(Zxid.NONE, survey.revision(), 0, survey.paths().size(), clock.instant());
    new StateStore(stores.etcd()).begin(lock, first);
    return first;
  }
}
