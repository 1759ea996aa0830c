package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.config.CutoverConfig.Strategy;
import io.metamigrate.migrator.cutover.CutoverState.MoveProgress;
import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.restart.StepOutcome;
import io.metamigrate.verifier.report.VerificationReport;
import io.metamigrate.verifier.store.Store;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Stops every broker on the store that the cluster leaves. The outage begins here. */
final class StopBrokersStep extends StepDefinition {
  private final Store from;

  private StopBrokersStep(Store from, Phase phase, String label, Texts texts) {
    super(phase, label, texts);
    this.from = from;
  }

  static StopBrokersStep onZooKeeper() {
    return new StopBrokersStep(
        Store.ZOOKEEPER,
        Phase.BROKERS_STOPPED,
        "stop-brokers",
        new Texts("Stop all brokers", "stop, the leader's broker last", "start them on ZooKeeper"));
  }

  static StopBrokersStep onEtcd() {
    return new StopBrokersStep(
        Store.ETCD,
        Phase.ROLLING_BACK,
        "stop-brokers-on-etcd",
        Texts.ofRollback("Stop all brokers", "stop"));
  }

  @Override
  List<Condition> requires() {
    return from == Store.ZOOKEEPER
        ? List.of(
            Conditions.everyBookieIsNamed(),
            Conditions.noOtherMetadataWriterRuns(),
            bookiesAreInPlace(),
            storesAreStillEqual())
        : List.of(
            Conditions.everyBookieIsNamed(),
            Conditions.ledgersAreListedOn(Store.ETCD),
            zooKeeperIsReady());
  }

  @Override
  List<Condition> proof() {
    return List.of(Conditions.noBrokerRuns());
  }

  @Override
  String act(StepContext here, Step step, Deadline deadline) {
    CutoverContext context = here.context();
    return context
        .brokers()
        .stopAll(
            deadline,
            () -> {
              if (from == Store.ZOOKEEPER) {
                context.journal().change(state -> state.outageFrom(context.journal().now()));
              }
            });
  }

  /**
   * In a rolling move every bookie has moved by now. A step that was killed while it restarted all
   * of them restarts them again.
   */
  private static Condition bookiesAreInPlace() {
    return Condition.of(
        "every bookie is on its expected store",
        (here, step) -> {
          CutoverState state = here.context().journal().state();
          if (state.hasBegun(StepKind.SWITCH_BOOKIES)) {
            return StepOutcome.done("a later step restarts them");
          }
          boolean rolling = state.header().strategy() == Strategy.ROLLING;
          Condition place =
              rolling ? Conditions.bookiesAreOnEtcd() : Conditions.everyBookieIsUpSomewhere();
          StepOutcome all = place.ask(here, step);
          return all.isDone() ? all : StepOutcome.failed("no broker is stopped: " + all.text());
        });
  }

  /** While brokers still serve: a difference found now costs no pause. */
  private static Condition storesAreStillEqual() {
    return Condition.ofZooKeeper(
        "both stores are still equal",
        (here, step) -> {
          VerificationReport report = here.comparison().liveVerification();
          if (!here.comparison().isEqual(report)) {
            throw new StoresDifferException(
                StoreComparison.describe(report) + "; the brokers serve on");
          }
          return StepOutcome.done(report.compared() + " nodes compared and equal");
        });
  }

  /** Asked while brokers serve: a rollback that cannot finish must not have stopped them. */
  private static Condition zooKeeperIsReady() {
    return Condition.ofZooKeeper(
        "ZooKeeper accepts writes and can hold and read what etcd has, the fence can be lifted, and"
            + " what would be deleted there is accepted",
        (here, step) -> {
          ReverseCopy copy = here.reverseCopy();
          String ahead = new RollbackReadiness(here.context(), copy).require();
          copy.refuseDeletions();
          new WrittenWhileLifted(here.context(), copy).record();
          return StepOutcome.done("for ZooKeeper: " + ahead);
        });
  }

  /**
   * A rollback that finds none running does not ask again what it asked before it stopped them. It
   * records late writes, since it may have been stopped before it asked.
   */
  @Override
  Optional<String> completedProof(StepContext here, Step step) {
    if (from == Store.ETCD && here.context().brokers().none() instanceof StepOutcome.Done done) {
      CutoverState state = here.context().journal().state();
      if (!state.record(StepKind.COPY_BACK.label()).begun()) {
        new WrittenWhileLifted(here.context(), here.reverseCopy()).record();
      }
      return Optional.of(done.detail());
    }
    return Optional.empty();
  }

  @Override
  Optional<StepKind> undoneBy() {
    return from == Store.ZOOKEEPER
        ? Optional.of(StepKind.START_BROKERS_ON_ZOOKEEPER)
        : Optional.empty();
  }

  @Override
  Set<MoveProgress> repeatedIn() {
    return Set.of(
        from == Store.ZOOKEEPER ? MoveProgress.FORWARD : MoveProgress.BACK_AFTER_NO_RETURN);
  }
}
