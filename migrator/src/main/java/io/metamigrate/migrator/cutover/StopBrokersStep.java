package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.config.CutoverConfig.Strategy;
import io.metamigrate.migrator.cutover.CutoverState.MoveProgress;
import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.restart.StepOutcome;
import io.metamigrate.verifier.report.VerificationReport;
import io.metamigrate.verifier.store.Store;
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
        new Texts(
            "Stop all brokers",
            "every bookie is where it should be",
            "stop, the leader's broker last",
            "none is registered and none answers",
            "start them on ZooKeeper"));
  }

  static StopBrokersStep onEtcd() {
    return new StopBrokersStep(
        Store.ETCD,
        Phase.ROLLING_BACK,
        "stop-brokers-on-etcd",
        Texts.ofRollback(
            "Stop all brokers",
            "",
            "stop",
            "none is registered on either side and none answers"));
  }

  @Override
  String act(StepContext here, Step step, Deadline deadline) {
    CutoverContext context = here.context();
    context.requireNoNewBookie();
    return from == Store.ZOOKEEPER ? stopOnZooKeeper(here, deadline) : stopOnEtcd(here, deadline);
  }

  private static String stopOnZooKeeper(StepContext here, Deadline deadline) {
    CutoverContext context = here.context();
    if (context.journal().state().header().strategy() == Strategy.ROLLING) {
      StepOutcome all = here.etcdBookies().allUp();
      if (!all.isDone()) {
        throw new StepFailedException("no broker is stopped: " + all.text());
      }
    }
    requireStillEqual(here);
    String stopped = context.brokers().stopAll(deadline);
    context.journal().change(state -> state.outageFrom(context.journal().now()));
    return stopped;
  }

  /** While brokers still serve: a difference found now costs no pause. */
  private static void requireStillEqual(StepContext here) {
    here.context().services().following().barrier();
    VerificationReport report = here.comparison().liveVerification();
    if (!here.comparison().isEqual(report)) {
      throw new StoresDifferException(
          StoreComparison.describe(report) + "; the brokers serve on");
    }
  }

  /** Not before ZooKeeper was found ready, unless they are stopped already. */
  private static String stopOnEtcd(StepContext here, Deadline deadline) {
    CutoverContext context = here.context();
    ReverseCopy copy = here.reverseCopy();
    String ahead = new RollbackReadiness(context, copy).require();
    copy.refuseMassDeletion();
    return context.brokers().stopAll(deadline) + "; for ZooKeeper: " + ahead;
  }

  /** A rollback that finds none running does not ask again what it asked before it stopped them. */
  @Override
  Optional<String> completedProof(StepContext here, Step step) {
    return from == Store.ETCD && here.context().brokers().none() instanceof StepOutcome.Done done
        ? Optional.of(done.detail())
        : Optional.empty();
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
