package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.CutoverState.MoveProgress;
import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.migrator.restart.StepOutcome;
import io.metamigrate.verifier.store.Store;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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
            "both stores are equal",
            "stop all, wait until neither store has a registration, configure, start",
            "each leased and writable on etcd, port open",
            "the same, back to ZooKeeper"));
  }

  static SwitchBookiesStep toZooKeeper() {
    return new SwitchBookiesStep(
        Store.ZOOKEEPER,
        Phase.ROLLING_BACK,
        "switch-bookies-back",
        Texts.ofRollback(
            "Move all bookies back to ZooKeeper",
            "no broker runs",
            "stop all, wait until neither store has a registration, configure, start",
            "each registered in ZooKeeper by its own session and writable, port open"));
  }

  @Override
  String act(StepContext here, Step step, Deadline deadline) {
    List<Node> bookies = here.context().bookieNodes();
    if (to == Store.ETCD) {
      return BookieMove.toEtcd(here, bookies, false, deadline);
    }
    // Those that are not there yet: one may have joined on etcd since the others moved back.
    List<Node> lacking =
        bookies.stream()
            .filter(bookie -> !here.context().bookies().present(bookie, to).isDone())
            .toList();
    String proof =
        lacking.isEmpty()
            ? "every bookie is registered in ZooKeeper already"
            : BookieMove.toZooKeeper(here, lacking, deadline);
    here.context().bookies().requireData(bookies, to, GarbageCollection.ENABLED, deadline);
    here.context().archive().requireAsBefore(bookies, here.context().listener());
    return proof;
  }

  @Override
  String actWithoutZooKeeper(StepContext here, Step step, Deadline deadline) {
    return to == Store.ETCD
        ? act(here, step, deadline)
        : super.actWithoutZooKeeper(here, step, deadline);
  }

  @Override
  Optional<String> completedProof(StepContext here, Step step) {
    StepOutcome up = to == Store.ETCD ? here.etcdBookies().allUp() : allInZooKeeper(here.context());
    return BookieMove.proofWithData(here, step, here.context().bookieNodes(), to, up);
  }

  private static StepOutcome allInZooKeeper(CutoverContext context) {
    return context.bookieNodes().stream()
            .allMatch(bookie -> context.bookies().present(bookie, Store.ZOOKEEPER).isDone())
        ? StepOutcome.done("all bookies are registered on ZooKeeper")
        : StepOutcome.notYet("not every bookie is registered on ZooKeeper");
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
  Set<StepKind> takesBack() {
    return to == Store.ZOOKEEPER
        ? Set.of(StepKind.MOVE_BOOKIE, StepKind.SWITCH_BOOKIES, StepKind.ENABLE_COLLECTION)
        : Set.of();
  }

  @Override
  String cost() {
    return to == Store.ZOOKEEPER ? "all bookies restart together" : "";
  }
}
