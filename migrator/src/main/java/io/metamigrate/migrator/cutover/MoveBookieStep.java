package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.Bookies.RequiredState;
import io.metamigrate.migrator.cutover.CutoverState.MoveProgress;
import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.migrator.restart.NodeState;
import io.metamigrate.migrator.restart.StepOutcome;
import io.metamigrate.verifier.store.Store;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Moves one bookie to the other store while brokers serve on ZooKeeper. */
final class MoveBookieStep extends StepDefinition {
  private final Store to;

  private MoveBookieStep(Store to, Phase phase, String label, Texts texts) {
    super(phase, label, texts);
    this.to = to;
  }

  static MoveBookieStep toEtcd() {
    return new MoveBookieStep(
        Store.ETCD,
        Phase.ROLLING_BOOKIES,
        "move-bookie",
        new Texts(
            "Move a bookie to etcd, garbage collection suspended",
            "stop, wait until neither store has its registration, configure, start",
            "the same, back to ZooKeeper"));
  }

  static MoveBookieStep toZooKeeper() {
    return new MoveBookieStep(
        Store.ZOOKEEPER,
        Phase.ROLLING_BACK,
        "move-bookie-back",
        Texts.ofRollback(
            "Move a bookie back to ZooKeeper",
            "stop, wait until neither store has its registration, configure, start"));
  }

  @Override
  List<Condition> requires() {
    return to == Store.ETCD
        ? List.of(Conditions.everyOtherBookieIsUp())
        : List.of(Conditions.noBrokerIsOnEtcd());
  }

  @Override
  List<Condition> proof() {
    return List.of(
        to == Store.ETCD
            ? Condition.of(
                "leased and writable on etcd, port open, mirrored in ZooKeeper, garbage collection"
                    + " suspended",
                (here, step) -> here.etcdBookies().isUp(node(step)))
            : Condition.of(
                "registered in ZooKeeper by its own session, port open",
                (here, step) -> here.context().bookies().present(node(step), to)));
  }

  @Override
  String act(StepContext here, Step step, Deadline deadline) {
    Node bookie = node(step);
    if (to == Store.ETCD) {
      return BookieMove.toEtcd(
          here, List.of(bookie), here.context().services().bridging(), deadline);
    }
    startBookiesThatAreDown(here, bookie, other -> moveBack(here, other, deadline));
    return moveBack(here, bookie, deadline);
  }

  private static String moveBack(StepContext here, Node bookie, Deadline deadline) {
    String proof = BookieMove.toZooKeeper(here, List.of(bookie), deadline);
    here.context().archive().requireAsBefore(List.of(bookie), here.context().listener());
    return proof;
  }

  /** Another one that is down comes back first, or none could be stopped while it is away. */
  private static void startBookiesThatAreDown(
      StepContext here, Node bookie, Consumer<Node> moveBack) {
    CutoverContext context = here.context();
    for (Node other : context.bookieNodes()) {
      if (!other.equals(bookie)
          && isReturnPending(context, other)
          && !context.bookies().isUpSomewhere(other, RequiredState.PRESENT)) {
        moveBack.accept(other);
      }
    }
  }

  private static boolean isReturnPending(CutoverContext context, Node bookie) {
    String id = StepKind.MOVE_BOOKIE_BACK.label() + " " + bookie.id();
    return context.journal().state().back().stream()
        .anyMatch(record -> record.id().equals(id) && !record.isDone());
  }

  @Override
  String actWithoutZooKeeper(StepContext here, Step step, Deadline deadline) {
    return to == Store.ETCD
        ? act(here, step, deadline)
        : super.actWithoutZooKeeper(here, step, deadline);
  }

  @Override
  String actWithoutEtcd(StepContext here, Step step, Deadline deadline) {
    if (to == Store.ETCD) {
      return super.actWithoutEtcd(here, step, deadline);
    }
    startBookiesThatAreDown(here, node(step), other -> moveBackWithoutEtcd(here, other, deadline));
    return moveBackWithoutEtcd(here, node(step), deadline);
  }

  private static String moveBackWithoutEtcd(StepContext here, Node bookie, Deadline deadline) {
    return BookieMove.toZooKeeperWithoutEtcd(here, List.of(bookie), deadline);
  }

  @Override
  Optional<String> completedProof(StepContext here, Step step) {
    List<Node> bookies = List.of(node(step));
    return BookieMove.areAsBefore(here, bookies, to)
        ? BookieMove.proofWithData(here, step, bookies, to, proof().get(0).ask(here, step))
        : Optional.empty();
  }

  /** Until the first broker serves on etcd, one that has moved stays up. */
  @Override
  void resume(StepContext here, Step step) {
    if (to == Store.ZOOKEEPER) {
      return;
    }
    StepOutcome up = here.etcdBookies().isUp(node(step));
    if (up.isDone() || here.context().isDone(StepKind.START_FIRST_BROKER)) {
      return;
    }
    if (runsElsewhere(here.context(), node(step))) {
      here.context()
          .listener()
          .announce(
              "%s runs, but not on etcd: %s; something restarted it with other settings, so it is moved again"
                  .formatted(node(step), up.text()));
      act(here, step, new Deadline(step, here::checkInvariants));
    } else {
      throw new StepFailedException(
          "%s was moved to etcd but is down now: %s. Start it; its settings are already in place."
              .formatted(node(step), up.text()));
    }
  }

  /** What manages configurations may have restarted it with the settings that it had before. */
  private static boolean runsElsewhere(CutoverContext context, Node bookie) {
    return !context.bookies().present(bookie, Store.ETCD).isDone()
        && context.lockedDriver().driver().probe(bookie, NodeState.RUNNING).isDone();
  }

  @Override
  void resumeWithoutZooKeeper(StepContext here, Step step) {
    resume(here, step);
  }

  @Override
  Optional<StepKind> undoneBy() {
    return to == Store.ETCD ? Optional.of(StepKind.MOVE_BOOKIE_BACK) : Optional.empty();
  }

  @Override
  Set<MoveProgress> repeatedIn() {
    return to == Store.ZOOKEEPER ? Set.of(MoveProgress.BACK_BEFORE_NO_RETURN) : Set.of();
  }

  @Override
  String cost() {
    return to == Store.ZOOKEEPER
        ? "each bookie that moved restarts, one at a time, while brokers serve"
        : "";
  }
}
