package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.CutoverState.MoveProgress;
import io.metamigrate.migrator.phase.Direction;
import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.verifier.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The point of no return: the moment from which a rollback is a reverse migration. Its conditions
 * are checked before the operator is asked, and again after the answer.
 */
final class CommitStep extends StepDefinition {
  private static final Logger LOG = LoggerFactory.getLogger(CommitStep.class);

  CommitStep() {
    super(
        Phase.SWITCHING_BROKERS,
        "no-return",
        new Texts(
            "Pass the point of no return",
            "set the direction to NONE; ask the operator; record the moment",
            "until it is recorded: set the direction back"));
  }

  @Override
  List<Condition> requires() {
    List<Condition> all = new ArrayList<>(nodesAndFence());
    all.add(Conditions.nothingWasWrittenLate());
    return all;
  }

  /** Asked whenever time has passed: before the question, after its answer, by a new process. */
  static List<Condition> nodesAndFence() {
    return List.of(
        Conditions.everyBookieIsNamed(),
        Conditions.bookiesAreOnEtcd(),
        Conditions.noBrokerRuns(),
        Conditions.noOtherMetadataWriterRuns(),
        Condition.ofZooKeeper(
            "the fence is in place, tried from a second session",
            (here, step) -> here.fence().prove()));
  }

  @Override
  List<Condition> proof() {
    return List.of(Conditions.isCommitted());
  }

  @Override
  String act(StepContext here, Step step, Deadline deadline) {
    CutoverContext context = here.context();
    if (!here.fence().hasNoGap() || !context.hasVerified()) {
      DrainStep.drain(here);
      VerifyStep.verify(here);
    }
    context.services().stopFollowing();
    context
        .journal()
        .changeDirection(
            Direction.NONE, c -> c.to(Phase.SWITCHING_BROKERS, context.journal().now()));
    String announcement = announcement(context);
    context.listener().announce(announcement);
    String word =
        deadline.until(
            "confirmation of the point of no return",
            () -> context.confirmation().ask(announcement));
    here.ask(nodesAndFence(), step, deadline);
    here.sinceVerification().requireUnchanged();
    here.fence().refuseAllLateWrites();
    context.journal().confirm();
    context.firstStart(Store.ETCD).reset();
    new EpochKeeper(context).pass(Store.ETCD);
    context.journal().change(state -> state.withCommit(context.journal().now()));
    here.committed();
    LOG.atWarn().log("the point of no return is passed: a rollback is a reverse migration now");
    return "passed at %s; %s"
        .formatted(context.journal().state().committedAt().orElseThrow(), word);
  }

  /** The step may be open: ZooKeeper was lost right after the point of no return was recorded. */
  @Override
  String actWithoutZooKeeper(StepContext here, Step step, Deadline deadline) {
    return "passed at " + here.context().journal().state().committedAt().orElseThrow();
  }

  private static String announcement(CutoverContext context) {
    return "The next step starts the first broker of cluster %s on etcd. Before it, a rollback restarts the brokers on ZooKeeper. After it, `migrate rollback` is a reverse migration."
        .formatted(context.journal().state().header().cluster());
  }

  @Override
  Optional<StepKind> undoneBy() {
    return Optional.of(StepKind.RESUME_SOURCE_DIRECTION);
  }

  @Override
  Set<MoveProgress> repeatedIn() {
    return Set.of(MoveProgress.FORWARD);
  }
}
