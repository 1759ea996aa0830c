package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.CutoverState.Course;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.migrator.restart.Outcome;
import io.metamigrate.verifier.store.Store;
import java.util.List;
import java.util.Optional;

/** Which code does which step. */
final class Deeds implements Performer {
  private final Tools tools;
  private final Gate gate;
  private final ForwardDeeds forward;
  private final BackDeeds back;

  Deeds(Tools tools) {
    this.tools = tools;
    this.gate = new Gate(tools);
    this.forward = new ForwardDeeds(tools, gate);
    this.back = new BackDeeds(tools);
  }

  /** Both stores are asked first whether they are still those of the move, and no older. */
  @Override
  public String perform(Step step, Waiting waiting) {
    tools.stores().identity().confirm(tools.stores());
    tools.standing().copyMove();
    String proof = act(step, waiting);
    tools.standing().copyMove();
    return proof;
  }

  private String act(Step step, Waiting waiting) {
    return switch (step.deed()) {
      case CHECK -> forward.check();
      case TAKE_ZOOKEEPER -> forward.takeZooKeeper();
      case STOP_SIDE_WRITERS -> forward.stopSideWriters(step, waiting);
      case START_BRIDGE -> forward.startBridge();
      case MOVE_BOOKIE -> forward.moveBookie(node(step), waiting);
      case STOP_BROKERS -> forward.stopBrokers(waiting);
      case FENCE -> gate.fence(step, waiting);
      case DRAIN -> gate.drain();
      case VERIFY -> gate.verify();
      case SWITCH_BOOKIES -> forward.switchBookies(waiting);
      case PASS_NO_RETURN -> gate.passNoReturn(waiting, forward);
      case START_FIRST_BROKER -> forward.startFirstBroker(waiting);
      case START_BROKERS -> forward.startBrokers(waiting);
      case END_BRIDGE -> forward.endBridge();
      case UNPARK_BOOKIE -> forward.unparkBookie(node(step), waiting);
      case SIDE_WRITERS_TO_ETCD -> forward.sideWritersToEtcd(step, waiting);
      case OBSERVE -> forward.observe(waiting);
      case TURN_AGAIN -> back.turnAgain();
      case LIFT_FENCE -> back.liftFence(step);
      case START_BROKERS_ON_ZOOKEEPER -> back.startBrokers(waiting);
      case MOVE_BOOKIE_BACK -> back.moveBookieBack(node(step), waiting);
      case SWITCH_BOOKIES_BACK -> back.switchBookiesBack(waiting);
      case REMOVE_MIRRORS -> forward.endBridge();
      case START_SIDE_WRITERS -> back.startSideWriters(step, waiting);
      case LEAVE_ZOOKEEPER -> back.leave();
      case STOP_SIDE_WRITERS_AGAIN -> back.stopSideWriters(step, waiting);
      case PARK_BOOKIE -> back.parkBookie(node(step), waiting);
      case STOP_BROKERS_ON_ETCD -> back.stopBrokersOnEtcd(waiting);
      case TURN_BACK -> back.turnBack();
      case COPY_BACK -> back.copyBack(waiting);
      case RAISE_IDS -> back.raiseIds();
      case VERIFY_BACK -> back.verifyBack(waiting);
    };
  }

  private static Node node(Step step) {
    return step.node().orElseThrow();
  }

  /**
   * A step that moves a node is done when the node is there. One that restarts it where it is, with
   * other settings, cannot be told from outside and is repeated.
   */
  @Override
  public Optional<String> proven(Step step) {
    return switch (step.deed()) {
      case MOVE_BOOKIE ->
          withData(step, List.of(node(step)), Store.ETCD, told(forward.isUp(node(step))));
      case SWITCH_BOOKIES -> withData(step, tools.bookieNodes(), Store.ETCD, told(forward.allUp()));
      case MOVE_BOOKIE_BACK ->
          withData(
              step,
              List.of(node(step)),
              Store.ZOOKEEPER,
              told(tools.bookies().present(node(step), Store.ZOOKEEPER)));
      case SWITCH_BOOKIES_BACK ->
          withData(step, tools.bookieNodes(), Store.ZOOKEEPER, back.allThere());
      case STOP_BROKERS_ON_ETCD -> told(tools.brokers().none());
      default -> Optional.empty();
    };
  }

  /** An earlier process may have been killed between a start and the look at the data. */
  private Optional<String> withData(
      Step step, List<Node> bookies, Store side, Optional<String> proof) {
    if (proof.isPresent()) {
      Parking parking = side == Store.ETCD ? Parking.PARKED : Parking.UNPARKED;
      Waiting waiting = new Waiting(step, () -> mustHold(step));
      tools.bookies().requireData(bookies, side, parking, waiting);
    }
    return proof;
  }

  private static Optional<String> told(Outcome outcome) {
    return outcome instanceof Outcome.Done done ? Optional.of(done.detail()) : Optional.empty();
  }

  @Override
  public void resume(Step step) {
    switch (step.deed()) {
      case TAKE_ZOOKEEPER -> tools.stores().ensembles().forEach(tools.standing()::zookeeper);
      case START_BRIDGE -> {
        if (!doneForward(Deed.END_BRIDGE)) {
          tools.standing().startBridge();
        }
      }
      case MOVE_BOOKIE -> mustBeUp(step);
      case FENCE -> gate.standAgain();
      default -> {
        // Nothing of it stands in this process.
      }
    }
  }

  private void mustBeUp(Step step) {
    Outcome up = forward.isUp(node(step));
    if (!up.isDone() && !doneForward(Deed.START_FIRST_BROKER)) {
      throw new StepFailedException(
          "%s was moved and is not up any more: %s; start it, its settings are in place"
              .formatted(node(step), up.text()));
    }
  }

  private boolean doneForward(Deed deed) {
    return tools.journal().state().forward(deed.label()).filter(StepRecord::isDone).isPresent();
  }

  @Override
  public void mustHold(Step step) {
    Standing standing = tools.standing();
    standing.bridgeFailure().ifPresent(Deeds::fail);
    standing.followingFailure().ifPresent(Deeds::fail);
    if (tools.journal().state().course() == Course.FORWARD) {
      gate.mustStand();
    }
  }

  private static void fail(String cause) {
    throw new StepFailedException(cause);
  }
}
