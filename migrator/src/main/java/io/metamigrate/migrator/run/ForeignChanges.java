package io.metamigrate.migrator.run;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.config.NearestKey;
import io.metamigrate.migrator.follow.FollowSettings.SuspectRevisions;
import io.metamigrate.migrator.phase.Checkpoint;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.replay.EtcdHistory;
import io.metamigrate.migrator.replay.ForeignChangeException;
import io.metamigrate.migrator.replay.OwnRevisions;
import io.metamigrate.verifier.store.OverCompactions;
import io.metamigrate.verifier.store.Pair;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.ZkPath;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds, for commands that write nothing, the change of another writer for which a run would stop.
 */
public final class ForeignChanges {
  static final String ID = "FOREIGN_CHANGE";

  private static final Logger LOG = LoggerFactory.getLogger(ForeignChanges.class);

  private ForeignChanges() {}

  /** A blocker, if a run would stop. */
  public static Optional<Finding> in(Stores stores, Configuration configuration, Survey survey) {
    return first(stores, configuration, survey, Set.of()).map(ForeignChanges::finding);
  }

  /** The finding of a run that stopped. */
  public static Finding finding(ForeignChangeException change) {
    return Finding.blocker(ID, change.path().toString(), change.what(), change.remedy());
  }

  /**
   * For a dry run.
   *
   * @throws ForeignChangeException if a run would stop
   */
  static void refuse(
      Stores stores, Configuration configuration, Survey survey, Set<ZkPath> accepted) {
    first(stores, configuration, survey, accepted)
        .ifPresent(
            change -> {
              throw change;
            });
  }

  /**
   * Warns of each accepted key that nobody changed, such as a mistyped one. Where the history was
   * compacted, nothing is known.
   */
  public static void warnOfUnchanged(EtcdHistory.HistoryScan history, Set<ZkPath> accepted) {
    if (history.compacted().isEmpty()) {
      accepted.stream()
          .filter(path -> !history.accepted().contains(path))
          .sorted()
          .forEach(path -> LOG.warn("{}", unchanged(path, history.foreign())));
    }
  }

  /** The same for a run that has nothing to write. */
  static void warnOfUnchanged(
      Stores stores, Configuration configuration, Survey survey, Set<ZkPath> accepted) {
    if (!accepted.isEmpty()) {
      survey
          .state()
          .checkpoint()
          .map(known -> history(stores, configuration, survey, known, accepted))
          .ifPresent(history -> warnOfUnchanged(history, accepted));
    }
  }

  private static EtcdHistory.HistoryScan history(
      Stores stores,
      Configuration configuration,
      Survey survey,
      Checkpoint known,
      Set<ZkPath> accepted) {
    return EtcdHistory.between(
        stores.etcd(),
        known.checkedRevision(),
        survey.revision(),
        configuration.scope().toScope(),
        accepted);
  }

  private static String unchanged(ZkPath path, Optional<EtcdHistory.ForeignChange> foreign) {
    return "--accept-foreign %s has no effect so far: no other writer has changed this key since it was last checked; %s"
        .formatted(
            path.quoted(),
            NearestKey.question(
                    path.value(), foreign.map(change -> change.path().value()).stream().toList())
                .orElse("correct the path, or leave it out"));
  }

  private static Optional<ForeignChangeException> first(
      Stores stores, Configuration configuration, Survey survey, Set<ZkPath> accepted) {
    Optional<Checkpoint> known = survey.state().checkpoint();
    if (known.isEmpty() || !survey.mayCopy() || !survey.facts().ownMove()) {
      return Optional.empty();
    }
    Scope scope = configuration.scope().toScope();
    Revision since = known.get().checkedRevision();
    EtcdHistory.HistoryScan history = history(stores, configuration, survey, known.get(), accepted);
    warnOfUnchanged(history, accepted);
    return history
        .foreign()
        .map(change -> ForeignChangeException.found(change.path(), change.at()))
        .or(
            () ->
                history
                    .compacted()
                    .map(
                        until ->
                            new SuspectRevisions(since, until, OwnRevisions.read(stores.etcd())))
                    .flatMap(suspect -> firstOf(suspect, stores, scope, survey, accepted)));
  }

  /** What the history no longer shows is decided by the keys. */
  private static Optional<ForeignChangeException> firstOf(
      SuspectRevisions suspect, Stores stores, Scope scope, Survey survey, Set<ZkPath> accepted) {
    return OverCompactions.repeat(
        () -> {
          List<ForeignChangeException> found = new ArrayList<>();
          stores
              .both()
              .read(
                  survey.paths(),
                  scope,
                  stores.keys().revision(),
                  pairs ->
                      pairs.stream()
                          .filter(pair -> found.isEmpty())
                          .forEach(pair -> named(suspect, pair, accepted).ifPresent(found::add)));
          return found.stream().findFirst();
        });
  }

  private static Optional<ForeignChangeException> named(
      SuspectRevisions suspect, Pair pair, Set<ZkPath> accepted) {
    return suspect.foreign(pair, accepted).map(at -> ForeignChangeException.found(pair.path(), at));
  }
}
