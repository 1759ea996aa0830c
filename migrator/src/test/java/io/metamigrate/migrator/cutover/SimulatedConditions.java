package io.metamigrate.migrator.cutover;

import static io.metamigrate.migrator.cutover.SimulatedContext.yesOrFail;
import static io.metamigrate.migrator.cutover.SimulatedContext.yesOrWait;

import io.metamigrate.migrator.config.CutoverConfig.Strategy;
import io.metamigrate.migrator.phase.Direction;
import io.metamigrate.migrator.restart.Component;
import io.metamigrate.migrator.restart.StepOutcome;
import io.metamigrate.verifier.store.Store;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Answers each condition of each step as things are in a world. The sentence of the condition
 * decides what is asked: one that nothing answers here is an error.
 */
final class SimulatedConditions {
  /** Decides a condition in a world. */
  interface ConditionModel {
    StepOutcome ask(SimulatedContext here, Step step);
  }

  private static final Map<String, ConditionModel> ANSWERS = answers();

  private SimulatedConditions() {}

  static StepOutcome ask(SimulatedContext here, Condition condition, Step step) {
    return question(condition).ask(here, step);
  }

  static ConditionModel question(Condition condition) {
    ConditionModel question = ANSWERS.get(condition.sentence());
    if (question == null) {
      throw new IllegalStateException("no world answers: " + condition.sentence());
    }
    return question;
  }

  static boolean isKnown(Condition condition) {
    return ANSWERS.containsKey(condition.sentence());
  }

  private static final class ConditionTable {
    private final Map<String, ConditionModel> all = new HashMap<>();

    void put(Condition condition, ConditionModel question) {
      all.put(condition.sentence(), question);
    }

    /** One that only its step names. */
    void put(String sentence, ConditionModel question) {
      all.put(sentence, question);
    }

    /** What the act itself has shown. */
    void shownByAct(String sentence) {
      put(sentence, (here, step) -> StepOutcome.done("the act showed it"));
    }
  }

  private static Map<String, ConditionModel> answers() {
    ConditionTable answers = new ConditionTable();
    beforeTheOutage(answers);
    brokersAndBookies(answers);
    fence(answers);
    records(answers);
    content(answers);
    return answers.all;
  }

  private static void beforeTheOutage(ConditionTable answers) {
    answers.put(
        Conditions.etcdFollows(),
        (here, step) -> {
          here.barrier();
          return StepOutcome.done("it does");
        });
    answers.put(
        Conditions.noLedgerIsUnderReplicated(),
        (here, step) -> {
          here.barrier();
          return StepOutcome.done("none is listed");
        });
    answers.put(
        "every registered node is configured, brokers healthy, bookies writable, no ledger lacks a"
            + " bookie, nothing unknown uses ZooKeeper",
        (here, step) -> clusterIsReady(here));
    answers.put(
        "both stores are equal, compared in full while brokers serve",
        (here, step) -> compared(here));
    answers.put("both stores are still equal", (here, step) -> compared(here));
    answers.put(
        "the settings of every node are recorded",
        (here, step) -> StepOutcome.done("the driver knows it"));
    answers.put(
        "the lock on etcd is held",
        (here, step) -> {
          here.journal().confirm();
          return StepOutcome.done("it is");
        });
    answers.put(
        "the version of /metamigrate is this process's",
        (here, step) ->
            yesOrFail(
                here.ask(here.process()::isClaimed, Store.ZOOKEEPER),
                "another process has claimed ZooKeeper since"));
    for (Store side : Store.values()) {
      answers.put(
          "AutoRecovery is disabled by %s on %s, if it has ever run"
              .formatted(WritePaths.REPLICATION_DISABLED, side.title()),
          (here, step) ->
              yesOrWait(
                  here.ask(() -> here.world().store(side).replicationDisabled, side),
                  "AutoRecovery is not disabled"));
    }
  }

  /**
   * While no bookie has moved, each is up in ZooKeeper; brokers are asked until they are stopped.
   */
  private static StepOutcome clusterIsReady(SimulatedContext here) {
    CutoverState state = here.state();
    List<String> obstacles = new ArrayList<>();
    boolean stopped = state.hasBegun(StepKind.STOP_BROKERS);
    for (String bookie : here.knownBookies()) {
      if (here.bookies().stream().noneMatch(node -> node.id().equals(bookie))) {
        obstacles.add(
            "bookie %s is registered, but cutover.bookies does not name it".formatted(bookie));
      }
    }
    here.bookies().stream()
        .filter(
            bookie ->
                !state.hasBegun(StepKind.MOVE_BOOKIE, bookie.id())
                    && !state.hasBegun(StepKind.SWITCH_BOOKIES))
        .filter(bookie -> !here.isUp(bookie, Store.ZOOKEEPER))
        .forEach(bookie -> obstacles.add(bookie + " is down; start it on ZooKeeper"));
    if (!stopped) {
      here.brokers().stream()
          .filter(broker -> !here.isUp(broker, Store.ZOOKEEPER))
          .forEach(broker -> obstacles.add(broker + " is down; start it on ZooKeeper"));
      here.process()
          .ask(
              () -> {
                here.world().zookeeper.brokers.stream()
                    .filter(id -> here.brokers().stream().noneMatch(node -> node.id().equals(id)))
                    .forEach(
                        id -> obstacles.add("broker %s is not configured; stop it".formatted(id)));
                here.world()
                    .etcd
                    .brokers
                    .forEach(id -> obstacles.add("broker %s is on etcd; stop it".formatted(id)));
                return true;
              },
              Store.ZOOKEEPER,
              Store.ETCD);
    }
    return obstacles.isEmpty()
        ? StepOutcome.done("no blocker")
        : StepOutcome.failed(String.join("; ", obstacles));
  }

  private static StepOutcome compared(SimulatedContext here) {
    here.barrier();
    here.requireEqual();
    return StepOutcome.done("equal");
  }

  private static void brokersAndBookies(ConditionTable answers) {
    answers.put(Conditions.everyBookieIsNamed(), (here, step) -> here.everyBookieIsNamed());
    answers.put(
        Conditions.noOtherBookieIsOnEtcd(),
        (here, step) -> {
          CutoverState state = here.state();
          Optional<String> other =
              here.process()
                  .ask(
                      () ->
                          here.world().etcd.bookies.keySet().stream()
                              .filter(id -> !state.hasBegun(StepKind.MOVE_BOOKIE, id))
                              .findFirst(),
                      Store.ETCD);
          return yesOrFail(other.isEmpty(), "etcd has bookie " + other.orElse(""));
        });
    answers.put(
        Conditions.everyOtherBookieIsUp(),
        (here, step) -> here.othersUp(StepDefinition.node(step)));
    answers.put(
        Conditions.bookiesAreOnEtcd(), (here, step) -> here.all(here.bookies(), here::isUpOnEtcd));
    answers.put(
        Conditions.bookiesAreInZooKeeper(),
        (here, step) ->
            here.all(
                here.bookies(),
                bookie ->
                    yesOrWait(
                        here.isUp(bookie, Store.ZOOKEEPER),
                        bookie + " is down; start it on ZooKeeper")));
    answers.put(
        Conditions.everyBookieIsUpSomewhere(),
        (here, step) ->
            here.all(
                here.bookies(),
                bookie -> yesOrWait(here.isUpSomewhere(bookie), bookie + " is down; start it")));
    answers.put(Conditions.noBrokerRuns(), (here, step) -> here.noBrokerRuns());
    answers.put(
        Conditions.noOtherMetadataWriterRuns(),
        (here, step) ->
            yesOrWait(
                here.nodes(Component.AUTORECOVERY).stream()
                    .noneMatch(node -> here.ask(() -> here.server(node).isAlive())),
                "an AutoRecovery runs again; stop it"));
    answers.put(Conditions.noBrokerIsOnEtcd(), (here, step) -> here.noBrokerOn(Store.ETCD, true));
    answers.put(
        Conditions.noBrokerIsOnZooKeeper(),
        (here, step) -> here.noBrokerOn(Store.ZOOKEEPER, false));
    for (Store side : Store.values()) {
      answers.put(
          Conditions.brokersAreHealthyOn(side),
          (here, step) -> here.all(here.brokers(), broker -> here.isHealthy(broker, side)));
    }
    answers.put(
        "leased on etcd, port open",
        (here, step) ->
            yesOrWait(
                here.isUp(StepDefinition.node(step), Store.ETCD),
                StepDefinition.node(step) + " is down; start it"));
    answers.put(
        "leased on etcd, port open, collects no garbage",
        (here, step) ->
            here.isUp(StepDefinition.node(step), Store.ETCD)
                ? here.isSuspended(StepDefinition.node(step))
                : StepOutcome.notYet(StepDefinition.node(step) + " is down; start it"));
    answers.put(
        "leased and writable on etcd, port open, mirrored in ZooKeeper, garbage collection"
            + " suspended",
        (here, step) -> here.isUpOnEtcd(StepDefinition.node(step)));
    answers.put(
        "registered in ZooKeeper by its own session, port open",
        (here, step) ->
            yesOrWait(
                here.isUp(StepDefinition.node(step), Store.ZOOKEEPER),
                StepDefinition.node(step) + " is down; start it"));
    answers.put(
        "registered on etcd with a lease, and healthy by its own check",
        (here, step) -> here.isHealthy(here.brokers().get(0), Store.ETCD));
    answers.put(
        "every bookie is on its expected store",
        (here, step) -> {
          CutoverState state = here.state();
          if (state.hasBegun(StepKind.SWITCH_BOOKIES)) {
            return StepOutcome.done("a later step restarts them");
          }
          StepOutcome all =
              ask(
                  here,
                  state.header().strategy() == Strategy.ROLLING
                      ? Conditions.bookiesAreOnEtcd()
                      : Conditions.everyBookieIsUpSomewhere(),
                  step);
          return all.isDone() ? all : StepOutcome.failed("no broker is stopped: " + all.text());
        });
    answers.put(
        "before the point of no return, no broker runs and this process has found both stores"
            + " equal",
        (here, step) -> {
          if (here.state().isCommitted()) {
            return StepOutcome.done("it is passed");
          }
          StepOutcome none = here.noBrokerRuns();
          return none.isDone() ? ask(here, Conditions.storesWereCompared(), step) : none;
        });
    answers.put(
        "no broker in ZooKeeper needs a bookie that is on etcd",
        (here, step) -> {
          if (here.noBrokerOn(Store.ZOOKEEPER, false).isDone()) {
            return StepOutcome.done("no broker is registered in ZooKeeper");
          }
          return here.state().mirrors().stream()
              .filter(
                  mirror ->
                      here.ask(
                          () -> here.world().etcd.bookies.containsKey(mirror.name()), Store.ETCD))
              .findFirst()
              .map(mirror -> StepOutcome.notYet("bookie %s is on etcd".formatted(mirror.name())))
              .orElseGet(() -> StepOutcome.done("none does"));
        });
  }

  private static void fence(ConditionTable answers) {
    answers.put(
        Conditions.fenceIsInPlace(),
        (here, step) -> {
          if (here.state().fence().since().isEmpty()) {
            return StepOutcome.failed("no fence is recorded");
          }
          here.makeFenceAgain();
          return yesOrWait(
              here.state().fence().byHook()
                  || here.ask(() -> here.world().zookeeper.fenced, Store.ZOOKEEPER),
              "the fence is not in place");
        });
    answers.put(
        Conditions.fenceIsLifted(),
        (here, step) ->
            yesOrWait(
                here.ask(() -> !here.world().zookeeper.fenced, Store.ZOOKEEPER)
                    || !here.state().fence().saved().containsKey(SimulatedSteps.FENCED),
                "the fence is still in place"));
    answers.put(
        "the fence is in place, tried from a second session", (here, step) -> here.proveFence());
    answers.put(
        Conditions.nothingWasWrittenLate(),
        (here, step) -> {
          here.refuseLateWrites();
          return StepOutcome.done("nothing was");
        });
    answers.put(
        "late writes are watched for from then on",
        (here, step) -> yesOrFail(here.process().watching, "nothing watches ZooKeeper"));
    answers.put(
        "no ledger was created in ZooKeeper after the fence, or each is accepted by name",
        (here, step) -> here.noLateLedger());
    answers.put(
        "ZooKeeper is authoritative or has everything that etcd has",
        (here, step) -> {
          if (here.isReverse()) {
            if (!here.firstStart(Store.ZOOKEEPER).mayBeIssued()) {
              here.requireEtcdUnchanged();
            }
            return StepOutcome.done("it has");
          }
          return ask(here, Conditions.directionIs(Direction.ZK_TO_ETCD), step);
        });
    answers.put(
        "ZooKeeper accepts writes and can hold and read what etcd has, the fence can be lifted, and"
            + " what would be deleted there is accepted",
        (here, step) -> {
          here.writeZooKeeper(() -> {});
          return here.noLateLedgerIsDeleted();
        });
    answers.put(
        "the copy of the move is gone from ZooKeeper",
        (here, step) ->
            yesOrWait(
                here.ask(() -> !here.world().zookeeper.guarded, Store.ZOOKEEPER),
                "it is still there"));
  }

  private static void records(ConditionTable answers) {
    answers.put(
        Conditions.storesWereCompared(),
        (here, step) -> yesOrFail(here.hasVerified(), "this process has not compared the stores"));
    answers.put(
        Conditions.isCommitted(),
        (here, step) ->
            yesOrFail(here.state().isCommitted(), "the point of no return is not recorded"));
    for (Direction direction : Direction.values()) {
      answers.put(
          Conditions.directionIs(direction),
          (here, step) ->
              yesOrFail(
                  here.journal().direction() == direction,
                  "the direction is " + here.journal().direction()));
    }
    answers.put(
        Conditions.noMirrorIsLeft(),
        (here, step) -> yesOrFail(here.state().mirrors().isEmpty(), "mirrors are left"));
    answers.put(
        Conditions.toolDisablesNoAutoRecovery(),
        (here, step) ->
            yesOrFail(!here.state().replicationDisabled(), "AutoRecovery is still disabled"));
    answers.put(
        Conditions.lastChangesAreApplied(),
        (here, step) ->
            yesOrFail(
                here.journal().checkpoint().lastAppliedZxid().compareTo(here.mark()) >= 0,
                "not everything up to the fence is applied"));
    answers.put(
        "every step before is done",
        (here, step) ->
            here.state().forward().stream()
                .filter(record -> !record.isDone() && !record.id().equals(step.id()))
                .findFirst()
                .map(record -> StepOutcome.failed(record.id() + " is not done"))
                .orElseGet(() -> StepOutcome.done("all are")));
    answers.put(
        "no broker's start on etcd was issued",
        (here, step) ->
            yesOrFail(!here.state().isCommitted(), "the point of no return is recorded"));
    answers.put(
        "the bridge runs in this process and has compared both stores",
        (here, step) -> yesOrFail(here.process().mirroring, "it does not run"));
  }

  private static void content(ConditionTable answers) {
    for (Store side : Store.values()) {
      answers.put(
          Conditions.ledgersAreListedOn(side), (here, step) -> here.ledgersAreListedOn(side));
      answers.put(
          Conditions.ledgersAreStillListedOn(side),
          (here, step) -> here.ledgersAreListedNowOn(side));
    }
    answers.put(
        Conditions.countersAreSafe(),
        (here, step) ->
            yesOrWait(here.isCounterSafe(Store.ZOOKEEPER), "ids would be allocated twice"));
    answers.shownByAct("a second comparison finds nothing to do");
    answers.shownByAct("no difference between the stores");
    answers.shownByAct("the next ledger id on etcd is above ZooKeeper's");
    answers.shownByAct(
        "topics can be looked up, every bookie is up, no ledger lacks a bookie, late writes are"
            + " reported");
  }
}
