package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.CutoverState.MoveProgress;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.migrator.restart.StepOutcome;
import io.metamigrate.verifier.store.Store;
import java.util.List;
import java.util.Optional;

/** Which code does which step. */
final class StepActions implements Performer {
  private final CutoverContext context;
  private final CommitSteps commit;
  private final CutoverSteps forward;
  private final RollbackSteps back;
  private final SideWriters sideWriters;

  StepActions(CutoverContext context) {
    this.context = context;
    this.commit = new CommitSteps(context);
    this.forward = new CutoverSteps(context, commit);
    this.back = new RollbackSteps(context);
    this.sideWriters = new SideWriters(context);
  }

  /** Both stores are asked first whether they are still those of the move, and no older. */
  @Override
  public String perform(Step step, Deadline deadline) {
    context.stores().confirm();
    context.services().copyMove();
    String proof = act(step, deadline);
    context.services().copyMove();
    return proof;
  }

  /** What etcd, the nodes and their driver show of the conditions of the first start on etcd. */
  void requireReadyForFirstStart(Deadline deadline) {
    context.requireNoNewBookie();
    deadline.until("all bookies up on etcd", forward::allUp);
    deadline.until("brokers stopped", context.brokers()::none);
    new CommitConditions(context, commit, forward)
        .foreignSinceVerification()
        .ifPresent(alarm -> context.listener().announce("ALARM: " + alarm));
    CheckReport content =
        new ContentCheck(context, Store.ETCD).look(context.knownNodes(Store.ETCD));
    if (!content.isClean()) {
      throw new StepFailedException(String.join("; ", content.faults()));
    }
    context.journal().confirm();
  }

  private String act(Step step, Deadline deadline) {
    return switch (step.kind()) {
      case CHECK -> forward.check();
      case TAKE_ZOOKEEPER -> forward.takeZooKeeper();
      case STOP_SIDE_WRITERS -> sideWriters.stop(step, deadline);
      case START_BRIDGE -> forward.startBridge();
      case MOVE_BOOKIE -> forward.moveBookie(node(step), deadline);
      case STOP_BROKERS -> forward.stopBrokers(deadline);
      case FENCE -> commit.fence(step, deadline);
      case DRAIN -> commit.drain();
      case VERIFY -> commit.verify();
      case SWITCH_BOOKIES -> forward.switchBookies(deadline);
      case PASS_NO_RETURN -> commit.passNoReturn(deadline, forward);
      case START_FIRST_BROKER -> forward.startFirstBroker(deadline);
      case START_BROKERS -> forward.startBrokers(deadline);
      case END_BRIDGE -> forward.endBridge();
      case ENABLE_COLLECTION -> forward.enableCollection(node(step), deadline);
      case SIDE_WRITERS_TO_ETCD -> sideWriters.startOnEtcd(step, deadline);
      case OBSERVE -> forward.observe(deadline);
      case RESUME_SOURCE_DIRECTION -> back.resumeSourceDirection();
      case LIFT_FENCE -> back.liftFence(step);
      case START_BROKERS_ON_ZOOKEEPER -> back.startBrokers(deadline);
      case MOVE_BOOKIE_BACK -> back.moveBookieBack(node(step), deadline);
      case SWITCH_BOOKIES_BACK -> back.switchBookiesBack(deadline);
      case REMOVE_MIRRORS -> forward.endBridge();
      case START_SIDE_WRITERS -> sideWriters.startOnZooKeeper(step, deadline);
      case LEAVE_ZOOKEEPER -> back.leave();
      case STOP_SIDE_WRITERS_AGAIN -> sideWriters.stopAgain(step, deadline);
      case SUSPEND_COLLECTION -> back.suspendCollection(node(step), deadline);
      case STOP_BROKERS_ON_ETCD -> back.stopBrokersOnEtcd(deadline);
      case REVERSE_DIRECTION -> back.reverseDirection();
      case COPY_BACK -> back.copyBack(deadline);
      case RAISE_IDS -> back.raiseIds();
      case VERIFY_BACK -> back.verifyBack(deadline);
    };
  }

  private static Node node(Step step) {
    return step.node().orElseThrow();
  }

  /**
   * A step that moves a node is done when the node is there. A restart in place with other settings
   * cannot be seen from outside and is repeated.
   */
  @Override
  public Optional<String> completedProof(Step step) {
    return switch (step.kind()) {
      case MOVE_BOOKIE ->
          withData(step, List.of(node(step)), Store.ETCD, describe(forward.isUp(node(step))));
      case SWITCH_BOOKIES ->
          withData(step, context.bookieNodes(), Store.ETCD, describe(forward.allUp()));
      case MOVE_BOOKIE_BACK ->
          withData(
              step,
              List.of(node(step)),
              Store.ZOOKEEPER,
              describe(context.bookies().present(node(step), Store.ZOOKEEPER)));
      case SWITCH_BOOKIES_BACK ->
          withData(step, context.bookieNodes(), Store.ZOOKEEPER, back.allThere());
      case STOP_BROKERS_ON_ETCD -> describe(context.brokers().none());
      default -> Optional.empty();
    };
  }

  /** An earlier process may have been killed between a start and the look at the data. */
  private Optional<String> withData(
      Step step, List<Node> bookies, Store side, Optional<String> proof) {
    if (proof.isPresent()) {
      GarbageCollection collection =
          side == Store.ETCD ? GarbageCollection.SUSPENDED : GarbageCollection.ENABLED;
      Deadline deadline = new Deadline(step, () -> checkInvariants(step));
      context.bookies().requireData(bookies, side, collection, deadline);
    }
    return proof;
  }

  private static Optional<String> describe(StepOutcome outcome) {
    return outcome instanceof StepOutcome.Done done ? Optional.of(done.detail()) : Optional.empty();
  }

  @Override
  public void resume(Step step) {
    switch (step.kind()) {
      case TAKE_ZOOKEEPER -> context.stores().ensembles().forEach(context.services()::zookeeper);
      case START_BRIDGE -> {
        if (!doneForward(StepKind.END_BRIDGE)) {
          context.services().startBridge();
        }
      }
      case MOVE_BOOKIE -> requireUp(step);
      case FENCE -> commit.restoreLateWriteWatch();
      default -> {
        // Nothing of it runs in this process.
      }
    }
  }

  private void requireUp(Step step) {
    StepOutcome up = forward.isUp(node(step));
    if (!up.isDone() && !doneForward(StepKind.START_FIRST_BROKER)) {
      throw new StepFailedException(
          "%s was moved to etcd but is down now: %s. Start it; its settings are already in place."
              .formatted(node(step), up.text()));
    }
  }

  private boolean doneForward(StepKind kind) {
    return context.journal().state().forward(kind.label()).filter(StepRecord::isDone).isPresent();
  }

  @Override
  public void checkInvariants(Step step) {
    ActiveServices services = context.services();
    services.bridgeFailure().ifPresent(StepActions::fail);
    services.followingFailure().ifPresent(StepActions::fail);
    if (context.journal().state().course() == MoveProgress.FORWARD) {
      commit.requireFenceIntact();
    }
  }

  private static void fail(String cause) {
    throw new StepFailedException(cause);
  }
}
