package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.CutoverState.MoveProgress;
import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.migrator.restart.StepOutcome;
import io.metamigrate.migrator.run.BlockedException;
import io.metamigrate.migrator.run.SeedWriter;
import io.metamigrate.verifier.check.Sequences;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Starts the brokers on ZooKeeper, one first. In a reverse migration that first start is its own
 * point of no return, for which all conditions are asked right before it.
 */
final class StartBrokersOnZooKeeperStep extends StepDefinition {
  StartBrokersOnZooKeeperStep() {
    super(
        Phase.ROLLING_BACK,
        "start-brokers-on-zookeeper",
        Texts.ofRollback(
            "Start the brokers on ZooKeeper", "configure and start, one first, then the others"));
  }

  @Override
  List<Condition> requires() {
    return List.of(Conditions.noBrokerIsOnEtcd(), Conditions.fenceIsLifted());
  }

  @Override
  List<Condition> proof() {
    return List.of(Conditions.brokersAreHealthyOn(Store.ZOOKEEPER));
  }

  @Override
  String act(StepContext here, Step step, Deadline deadline) {
    try {
      return start(here, step, deadline);
    } catch (StepFailedException | StoreException e) {
      throw Thread.currentThread().isInterrupted() ? e : stopThoseOnEtcd(here.context(), e);
    }
  }

  /**
   * Starts them.
   *
   * @throws StepFailedException if one does not come up on ZooKeeper, or a condition fails
   * @throws StoreException if a store does not answer
   */
  private static String start(StepContext here, Step step, Deadline deadline) {
    CutoverContext context = here.context();
    FirstStart commit = context.firstStart(Store.ZOOKEEPER);
    boolean first = context.isReverse() && !commit.mayBeIssued();
    if (first) {
      here.rollbackConditions().require(deadline);
    }
    List<Node> all = context.brokers().nodes();
    String started;
    try {
      started =
          context
              .brokers()
              .startFirst(
                  all.subList(0, 1),
                  all,
                  Store.ZOOKEEPER,
                  deadline,
                  () -> {
                    // The brokers took a while to stop, and ZooKeeper is written to next.
                    context.stores().confirm();
                    requireNoBrokerOnEtcd(here, step, deadline);
                    if (first) {
                      here.rollbackConditions().require(deadline);
                      ReturnMark.set(context);
                      commit.issue(() -> passAuthority(context));
                    } else {
                      passAuthority(context);
                      if (context.isReverse()) {
                        // An earlier process may have been killed before it recorded this.
                        commit.issue();
                      }
                    }
                    // What was written since the first look took a while, too.
                    requireNoBrokerOnEtcd(here, step, deadline);
                  });
    } catch (StepFailedException | StoreException e) {
      // What is not reverted here, as after a kill, is reverted by the next command.
      if (first && !Thread.currentThread().isInterrupted()) {
        revert(here, e);
      }
      throw e;
    }
    String proof =
        all.size() == 1
            ? started
            : context.brokers().start(all.subList(1, all.size()), Store.ZOOKEEPER, deadline);
    context.archive().requireAsBefore(all, context.listener());
    return proof;
  }

  /** One that came up on etcd must not serve there beside those on ZooKeeper. */
  private static RuntimeException stopThoseOnEtcd(
      CutoverContext context, RuntimeException failure) {
    if (!context.stores().hasEtcd()) {
      return failure;
    }
    List<String> stopped = new ArrayList<>();
    try {
      for (Node broker : context.brokers().onEtcd()) {
        StepOutcome unused = context.lockedDriver().stop(broker);
        stopped.add(broker.toString());
      }
    } catch (StepFailedException | StoreException e) {
      failure.addSuppressed(e);
    }
    return stopped.isEmpty() || !(failure instanceof StepFailedException)
        ? failure
        : new StepFailedException(
            "%s; stopped %s, since brokers must not serve on both stores"
                .formatted(failure.getMessage(), String.join(", ", stopped)),
            failure);
  }

  private static void passAuthority(CutoverContext context) {
    if (!context.stores().hasEtcd()) {
      new CounterRaiser(context.stores(), context.services().zookeeper()).skip();
    } else if (!context.isReverse()) {
      raiseIdsIfEtcdWasWritten(context);
      skipIdsOnEtcd(context);
    }
    // The authority passes to etcd before the first start there, which may not have followed.
    if (context.stores().hasEtcd()
        && (context.isReverse() || EpochKeeper.isPassedToEtcd(context.stores()))) {
      new EpochKeeper(context).pass(Store.ZOOKEEPER);
      // A rollback without etcd reads this copy.
      context.services().copyMove();
    }
  }

  private static void requireNoBrokerOnEtcd(StepContext here, Step step, Deadline deadline) {
    deadline.until("no broker on etcd", () -> Conditions.noBrokerIsOnEtcd().ask(here, step));
  }

  @Override
  String actWithoutEtcd(StepContext here, Step step, Deadline deadline) {
    BookieMove.moveBackBookiesThatAreDown(here, step);
    return act(here, step, new Deadline(step, here::checkInvariants));
  }

  private static void revert(StepContext here, RuntimeException failure) {
    try {
      new FirstStartRevert(here).run();
    } catch (StepFailedException | StoreException | BlockedException e) {
      failure.addSuppressed(e);
    }
  }

  /** A broker that others started on etcd may have created ledgers, whose ids must not return. */
  private static void raiseIdsIfEtcdWasWritten(CutoverContext context) {
    boolean written =
        context
            .changesOnEtcdSince(context.journal().checkpoint().checkedRevision())
            .foreign()
            .isPresent();
    if (written) {
      String unused =
          new CounterRaiser(context.stores(), context.services().zookeeper())
              .raise(OptionalLong.empty());
    }
  }

  /**
   * Bookies are still on etcd, so a broker that comes up there could allocate an id and write
   * before it is stopped. It must not be one that ZooKeeper allocates next.
   */
  private static void skipIdsOnEtcd(CutoverContext context) {
    Sequences now = SeedWriter.sequences(context.stores());
    long skipped = now.nextLedgerIdOnSource() + CounterRaiser.SKIPPED;
    if (now.nextLedgerIdOnTarget() < skipped) {
      long unused = context.seeds().raise(OptionalLong.of(skipped - 1));
    }
  }

  @Override
  Set<MoveProgress> repeatedIn() {
    return Set.of(MoveProgress.BACK_BEFORE_NO_RETURN);
  }

  @Override
  String cost() {
    return "clients wait until the brokers have started on ZooKeeper";
  }
}
