package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.CutoverState.MoveProgress;
import io.metamigrate.migrator.cutover.world.ToolProcess;
import io.metamigrate.migrator.cutover.world.World;
import io.metamigrate.migrator.phase.Checkpoint;
import io.metamigrate.migrator.phase.Direction;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.ZkPath;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;

/** {@link RollbackWithoutEtcd} in a world. */
final class SimulatedRollbackWithoutEtcd {
  private final ToolProcess process;
  private final World world;
  private final Function<Set<String>, CutoverPlan> plan;
  private final Set<String> declaredLost;
  private final Variation variation;

  /**
   * @param plan the plan without those bookies
   */
  SimulatedRollbackWithoutEtcd(
      ToolProcess process,
      Function<Set<String>, CutoverPlan> plan,
      Set<String> declaredLost,
      Variation variation) {
    this.declaredLost = declaredLost;
    this.process = process;
    this.world = process.world();
    this.plan = plan;
    this.variation = variation;
  }

  /**
   * Where it stopped.
   *
   * @param reverse whether brokers had served on etcd
   */
  record UndoEnd(boolean reverse, Optional<String> reason) {}

  UndoEnd run() {
    process.enter("without-etcd");
    boolean begun = process.ask(() -> world.guardedWithoutEtcd, Store.ZOOKEEPER);
    boolean known = process.ask(() -> SimulatedCopy.in(world).isPresent(), Store.ZOOKEEPER);
    if (!begun || !known) {
      requireNoEtcd();
    }
    MoveBackup unused = undoable();
    process.takeWithoutEtcd();
    if (process.ask(() -> SimulatedCopy.in(world).isEmpty(), Store.ZOOKEEPER)) {
      process.write(Store.ZOOKEEPER, world::releaseZooKeeper);
    }
    MoveBackup copy = undoable();
    process.write(
        Store.ZOOKEEPER,
        () -> {
          int above = Math.max(world.zookeeper.epoch, (int) copy.epoch() + 1);
          world.zookeeper.epoch = above + above % 2;
          world.leftEtcd = true;
        });
    process.pause();
    return undo(copy);
  }

  private void requireNoEtcd() {
    boolean answers = process.ask(() -> world.etcd.up);
    if (answers
        && !process.ask(
            () -> world.leftEtcd || SimulatedCopy.aheadOfEtcd(world).isPresent(),
            Store.ZOOKEEPER)) {
      throw Window.blocked(
          "ETCD_ANSWERS", "etcd answers, so it is not lost", "run `migrate rollback --confirm c1`");
    }
  }

  private MoveBackup undoable() {
    MoveBackup copy =
        process
            .ask(() -> SimulatedCopy.in(world), Store.ZOOKEEPER)
            .orElseThrow(
                () ->
                    Window.blocked(
                        "NO_CUTOVER",
                        "ZooKeeper holds no copy of a move",
                        "begin with `migrate run`"));
    if (copy.mayServeOnEtcd(process.ask(() -> SimulatedCopy.epoch(world), Store.ZOOKEEPER))) {
      throw Window.blocked("COMMITTED", "a broker's start on etcd was issued", "restore that etcd");
    }
    return copy;
  }

  private UndoEnd undo(MoveBackup copy) {
    SortedSet<ZkPath> mirrors =
        process.ask(
            () -> {
              SortedSet<ZkPath> found = new TreeSet<>();
              world.zookeeper.bookies.forEach(
                  (id, itself) -> {
                    if (!itself) {
                      found.add(SimulatedContext.mirror(id));
                    }
                  });
              return found;
            },
            Store.ZOOKEEPER);
    Set<String> lost = new TreeSet<>(copy.nodes().lost());
    lost.addAll(declaredLost);
    List<Step> steps =
        RollbackWithoutEtcd.steps(plan.apply(lost), copy.state(), !mirrors.isEmpty());
    boolean reverse = copy.state().progress() == MoveProgress.BACK_AFTER_NO_RETURN;
    Journal journal =
        new Journal(
            new SimulatedZooKeeperJournal(process, copy),
            world::now,
            new OutageClock(
                world::now, () -> Duration.between(Instant.EPOCH, world.now()).toNanos()),
            Direction.ZK_TO_ETCD,
            Checkpoint.rollingBack("c1", "zookeeper", Scope.ALL, world.now()),
            RollbackWithoutEtcd.begun(copy.state(), steps, mirrors));
    if (reverse) {
      FirstStart.on(Store.ZOOKEEPER, journal).issue();
    }
    SimulatedContext here =
        new SimulatedContext(process, Runnable::run, journal, Accepted.NOTHING, variation);
    here.claimed();
    here.leaveOut(lost);
    SimulatedSequence sequence =
        new SimulatedSequence(here, new SimulatedSteps(here, variation), variation);
    StepRunner.RunEnd end = sequence.runSteps(steps, TimeLimit.NONE, sequence::reverseDirection);
    return new UndoEnd(
        reverse,
        end instanceof StepRunner.RunEnd.Stopped stopped
            ? Optional.of(stopped.cause().reason())
            : Optional.empty());
  }
}
