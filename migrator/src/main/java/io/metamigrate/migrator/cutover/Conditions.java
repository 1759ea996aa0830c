package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.Bookies.RequiredState;
import io.metamigrate.migrator.cutover.CutoverState.FenceState;
import io.metamigrate.migrator.cutover.fence.AccessLists;
import io.metamigrate.migrator.cutover.fence.Fence;
import io.metamigrate.migrator.phase.Direction;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.migrator.restart.StepOutcome;
import io.metamigrate.migrator.run.SeedWriter;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Zxid;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.function.Function;

/** The conditions that more than one step has, or that ask more than one thing. One method each. */
final class Conditions {
  private Conditions() {}

  static Condition etcdFollows() {
    return Condition.ofZooKeeper(
        "etcd follows ZooKeeper",
        (here, step) ->
            StepOutcome.done(
                "etcd has everything up to zxid "
                    + here.context().services().following().barrier().zxid()));
  }

  static Condition noLedgerIsUnderReplicated() {
    return Condition.ofZooKeeper(
        "the auditor lists no ledger as under-replicated",
        (here, step) -> {
          here.context().services().following().barrier();
          return UnderReplicatedLedgers.onEtcd(here.context().stores().keys()).isEmpty()
              ? StepOutcome.done("none is listed")
              : StepOutcome.notYet(
                  "the auditor names ledgers under %s; wait until AutoRecovery has repaired them"
                      .formatted(UnderReplicatedLedgers.ROOT));
        });
  }

  static Condition everyBookieIsNamed() {
    return Condition.of(
        "the configuration names every bookie",
        (here, step) -> {
          here.context().requireNoNewBookie();
          return StepOutcome.done("it does");
        });
  }

  /** Those that the move has taken there may be; another one would not be mirrored. */
  static Condition noOtherBookieIsOnEtcd() {
    return Condition.of(
        "every bookie on etcd was moved there by this move",
        (here, step) -> {
          CutoverState state = here.context().journal().state();
          return here.context().registrations().bookiesOnEtcd().keySet().stream()
              .filter(path -> !state.hasBegun(StepKind.MOVE_BOOKIE, path.name()))
              .findFirst()
              .map(path -> StepOutcome.failed("etcd has " + path))
              .orElseGet(() -> StepOutcome.done("there is none"));
        });
  }

  static Condition everyOtherBookieIsUp() {
    return Condition.of(
        "every other bookie is up",
        (here, step) ->
            here.context()
                .bookies()
                .othersUp(StepDefinition.node(step), here.etcdBookies().needed()));
  }

  static Condition bookiesAreOnEtcd() {
    return Condition.of("every bookie is up on etcd", (here, step) -> here.etcdBookies().allUp());
  }

  static Condition bookiesAreInZooKeeper() {
    return Condition.of(
        "every bookie is registered in ZooKeeper by its own session, port open",
        (here, step) ->
            all(
                here.context().bookieNodes(),
                "all bookies are registered on ZooKeeper",
                bookie -> here.context().bookies().present(bookie, Store.ZOOKEEPER)));
  }

  static Condition everyBookieIsUpSomewhere() {
    return Condition.of(
        "every bookie is up and writable",
        (here, step) ->
            all(
                here.context().bookieNodes(),
                "all bookies are up",
                bookie ->
                    here.context().bookies().isUpSomewhere(bookie, RequiredState.WRITABLE)
                        ? StepOutcome.done(bookie + " is up")
                        : StepOutcome.notYet(
                            "%s is not up; start it, or, if it is permanently lost, add `--lost-bookie %s`"
                                .formatted(bookie, bookie.id()))));
  }

  static Condition noBrokerRuns() {
    return Condition.of(
        "no broker is registered, answers, or runs according to the driver's probe",
        (here, step) -> here.context().brokers().none());
  }

  /** Whoever restarts one that was stopped starts it on ZooKeeper. */
  static Condition noOtherMetadataWriterRuns() {
    return Condition.of(
        "no AutoRecovery or function worker runs according to the driver's probe",
        (here, step) ->
            here.metadataWriters()
                .running()
                .map(
                    node ->
                        StepOutcome.notYet(
                            "%s runs again; stop it, and what restarts it".formatted(node)))
                .orElseGet(() -> StepOutcome.done("none does")));
  }

  static Condition noBrokerIsOnEtcd() {
    return Condition.of(
        "no broker is registered on etcd",
        (here, step) ->
            here.context().registrations().brokersOnEtcd().stream()
                .findFirst()
                .map(
                    key ->
                        StepOutcome.failed(
                            "a broker is registered on etcd, so none is started on ZooKeeper: %s; stop it"
                                .formatted(key.path())))
                .orElseGet(() -> StepOutcome.done("none is")));
  }

  static Condition noBrokerIsOnZooKeeper() {
    return Condition.ofZooKeeper(
        "no broker is registered in ZooKeeper",
        (here, step) -> {
          List<String> there = here.context().registrations().brokersOnZooKeeper();
          return there.isEmpty()
              ? StepOutcome.done("none is")
              : StepOutcome.notYet(
                  "a broker is registered in ZooKeeper: %s; stop it"
                      .formatted(BrokerRemoval.describe(there, here.context().registrations())));
        });
  }

  static Condition brokersAreHealthyOn(Store side) {
    return Condition.of(
        "every broker is registered on %s and healthy by its own check".formatted(side.title()),
        (here, step) ->
            all(
                here.context().brokers().nodes(),
                "all brokers are healthy on " + side.title(),
                broker -> here.context().brokers().healthy(broker, side)));
  }

  /**
   * The access lists are read; that they keep others out was tried when they were set. What
   * ZooKeeper has reaped by now is fenced again first.
   */
  static Condition fenceIsInPlace() {
    return Condition.ofZooKeeper(
        "the fence is in place",
        (here, step) -> {
          FenceState fence = here.context().journal().state().fence();
          if (fence.since().isEmpty()) {
            return StepOutcome.failed("no fence is recorded");
          }
          Set<ZkPath> paths = fence.saved().keySet();
          if (!fence.byHook()) {
            Fence raised = here.context().services().fence();
            raised.recreate(paths);
            List<ZkPath> open = raised.gaps(paths);
            if (!open.isEmpty()) {
              return StepOutcome.notYet("the fence is not in place at " + open);
            }
          }
          return StepOutcome.done("fenced since " + fence.since().get());
        });
  }

  static Condition fenceIsLifted() {
    return Condition.ofZooKeeper(
        "the fence is lifted",
        (here, step) -> {
          List<ZkPath> still =
              new AccessLists(here.context().stores().zookeeper())
                  .fenced(here.context().journal().state().fence().saved().keySet());
          return still.isEmpty()
              ? StepOutcome.done("no path is fenced")
              : StepOutcome.notYet("the fence is still in place at " + still);
        });
  }

  static Condition nothingWasWrittenLate() {
    return Condition.ofZooKeeper(
        "nothing was written to ZooKeeper after the fence",
        (here, step) -> {
          here.fence().refuseLateWrites();
          return StepOutcome.done("nothing was");
        });
  }

  static Condition lastChangesAreApplied() {
    return Condition.ofZooKeeper(
        "everything up to the fence is applied to etcd",
        (here, step) -> {
          Zxid applied = here.context().journal().checkpoint().lastAppliedZxid();
          return applied.compareTo(here.fence().mark()) >= 0
              ? StepOutcome.done("applied up to zxid " + applied)
              : StepOutcome.failed(
                  "applied up to zxid %s, the fence is at %s"
                      .formatted(applied, here.fence().mark()));
        });
  }

  static Condition storesWereCompared() {
    return Condition.of(
        "this process has compared both stores in full and found them equal",
        (here, step) ->
            here.context().hasVerified()
                ? StepOutcome.done("it has")
                : StepOutcome.failed("this process has not compared the stores"));
  }

  static Condition isCommitted() {
    return Condition.of(
        "the point of no return is recorded",
        (here, step) ->
            here.context().journal().state().isCommitted()
                ? StepOutcome.done("it is")
                : StepOutcome.failed("the point of no return is not recorded"));
  }

  /** A bookie that collects garbage deletes each ledger that its store does not list. */
  static Condition ledgersAreListedOn(Store side) {
    return Condition.of(
        "%s lists every ledger that its topics name and that %s lists"
            .formatted(side.title(), side.other().title()),
        (here, step) -> {
          here.ledgersOn(side).require();
          return StepOutcome.done("it does");
        });
  }

  /** The same before a copy from there, regardless of earlier checks. */
  static Condition ledgersAreStillListedOn(Store side) {
    return Condition.of(
        "%s still lists every ledger that its topics name and that %s lists"
            .formatted(side.title(), side.other().title()),
        (here, step) -> {
          here.ledgersOn(side).requireNow();
          return StepOutcome.done("it does");
        });
  }

  static Condition directionIs(Direction direction) {
    return Condition.of(
        "the direction is " + direction,
        (here, step) -> {
          Direction now = here.context().journal().direction();
          return now == direction
              ? StepOutcome.done("it is")
              : StepOutcome.failed("the direction is " + now);
        });
  }

  static Condition noMirrorIsLeft() {
    return Condition.of(
        "no mirror is left in ZooKeeper",
        (here, step) -> {
          SortedSet<ZkPath> mirrors = here.context().journal().state().mirrors();
          return mirrors.isEmpty()
              ? StepOutcome.done("none is")
              : StepOutcome.failed("mirrors are left in ZooKeeper: " + mirrors);
        });
  }

  static Condition toolDisablesNoAutoRecovery() {
    return Condition.of(
        "AutoRecovery is not disabled by this tool",
        (here, step) ->
            here.context().journal().state().replicationDisabled()
                ? StepOutcome.failed(
                    "%s was created by this tool and is still there"
                        .formatted(WritePaths.REPLICATION_DISABLED))
                : StepOutcome.done("it is not"));
  }

  static Condition countersAreSafe() {
    return Condition.ofZooKeeper(
        "the next ids on ZooKeeper are above etcd's",
        (here, step) -> {
          try {
            return StepOutcome.done(
                CounterRaiser.proof(
                    SeedWriter.sequences(here.context().stores()), here.largestLedger()));
          } catch (StepFailedException e) {
            return StepOutcome.notYet(String.valueOf(e.getMessage()));
          }
        });
  }

  private static StepOutcome all(
      List<Node> nodes, String done, Function<Node, StepOutcome> question) {
    for (Node node : nodes) {
      StepOutcome outcome = question.apply(node);
      if (!outcome.isDone()) {
        return outcome;
      }
    }
    return StepOutcome.done(done);
  }
}
