package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.CutoverState.MoveProgress;
import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.migrator.restart.StepOutcome;
import io.metamigrate.verifier.store.Store;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Moves all bookies to the other store at once, while no broker runs. */
final class SwitchBookiesStep extends StepDefinition {
  private final Store to;

  private SwitchBookiesStep(Store to, Phase phase, String label, Texts texts) {
    super(phase, label, texts);
    this.to = to;
  }

  static SwitchBookiesStep toEtcd() {
    return new SwitchBookiesStep(
        Store.ETCD,
        Phase.SWITCHING_BOOKIES,
        "switch-bookies",
        new Texts(
            "Move all bookies to etcd, garbage collection suspended",
            "stop all, wait until neither store has a registration, configure, start",
            "the same, back to ZooKeeper"));
  }

  static SwitchBookiesStep toZooKeeper() {
    return new SwitchBookiesStep(
        Store.ZOOKEEPER,
        Phase.ROLLING_BACK,
        "switch-bookies-back",
        Texts.ofRollback(
            "Move all bookies back to ZooKeeper",
            "stop all, wait until neither store has a registration, configure, start"));
  }

  @Override
  List<Condition> requires() {
    return List.of(
        to == Store.ETCD ? noBrokerRunsAndStoresAreEqual() : Conditions.noBrokerIsOnEtcd());
  }

  @Override
  List<Condition> proof() {
    return List.of(
        to == Store.ETCD ? Conditions.bookiesAreOnEtcd() : Conditions.bookiesAreInZooKeeper());
  }

  @Override
  String act(StepContext here, Step step, Deadline deadline) {
    List<Node> bookies = here.context().bookieNodes();
    if (to == Store.ETCD) {
      return BookieMove.toEtcd(here, bookies, false, deadline);
    }
    // Those that are not there yet, or would not start there next: one may have joined on etcd
    // since the others moved back.
    List<Node> missing =
        bookies.stream()
            .filter(
                bookie ->
                    !here.context().bookies().present(bookie, to).isDone()
                        || here.context().archive().difference(bookie).isPresent())
            .toList();
    String proof =
        missing.isEmpty()
            ? "every bookie is registered in ZooKeeper already"
            : toZooKeeper(here, missing, deadline);
    here.context().bookies().requireData(bookies, to, GarbageCollection.ENABLED, deadline);
    here.context().archive().requireAsBefore(bookies, here.context().listener());
    return proof;
  }

  /**
   * Moves all bookies at once as long as no broker serves. If brokers serve when the step is
   * repeated, moves one at a time, those that are down first.
   */
  private static String toZooKeeper(StepContext here, List<Node> bookies, Deadline deadline) {
    if (here.context().registrations().brokersOnZooKeeper().isEmpty()) {
      return BookieMove.toZooKeeper(here, bookies, deadline);
    }
    Map<Boolean, List<Node>> answering =
        bookies.stream().collect(Collectors.partitioningBy(here.context().bookies()::answers));
    return Stream.of(false, true)
        .flatMap(answers -> answering.getOrDefault(answers, List.of()).stream())
        .map(bookie -> BookieMove.toZooKeeper(here, List.of(bookie), deadline))
        .collect(Collectors.joining("; "));
  }

  @Override
  String actWithoutZooKeeper(StepContext here, Step step, Deadline deadline) {
    return to == Store.ETCD
        ? act(here, step, deadline)
        : super.actWithoutZooKeeper(here, step, deadline);
  }

  @Override
  String actWithoutEtcd(StepContext here, Step step, Deadline deadline) {
    return to == Store.ZOOKEEPER
        ? BookieMove.toZooKeeperWithoutEtcd(here, here.context().bookieNodes(), deadline)
        : super.actWithoutEtcd(here, step, deadline);
  }

  @Override
  Optional<String> completedProof(StepContext here, Step step) {
    List<Node> bookies = here.context().bookieNodes();
    return BookieMove.areAsBefore(here, bookies, to)
        ? BookieMove.proofWithData(here, step, bookies, to, proof().get(0).ask(here, step))
        : Optional.empty();
  }

  /** After the point of no return, bookies move to the store on which brokers already serve. */
  private static Condition noBrokerRunsAndStoresAreEqual() {
    return Condition.of(
        "before the point of no return, no broker runs and this process has found both stores"
            + " equal",
        (here, step) -> {
          if (here.context().journal().state().isCommitted()) {
            return StepOutcome.done("it is passed");
          }
          StepOutcome none = here.context().brokers().none();
          return none.isDone() ? Conditions.storesWereCompared().ask(here, step) : none;
        });
  }

  @Override
  Optional<StepKind> undoneBy() {
    return to == Store.ETCD ? Optional.of(StepKind.SWITCH_BOOKIES_BACK) : Optional.empty();
  }

  @Override
  Set<MoveProgress> repeatedIn() {
    return to == Store.ETCD
        ? Set.of(MoveProgress.FORWARD)
        : Set.of(MoveProgress.BACK_BEFORE_NO_RETURN, MoveProgress.BACK_AFTER_NO_RETURN);
  }

  @Override
  Set<StepKind> reverts() {
    return to == Store.ZOOKEEPER
        ? Set.of(StepKind.MOVE_BOOKIE, StepKind.SWITCH_BOOKIES, StepKind.ENABLE_GARBAGE_COLLECTION)
        : Set.of();
  }

  @Override
  String cost() {
    return to == Store.ZOOKEEPER ? "all bookies restart together" : "";
  }
}
