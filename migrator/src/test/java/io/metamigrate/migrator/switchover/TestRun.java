package io.metamigrate.migrator.switchover;

import io.metamigrate.migrator.switchover.engine.Outcome;
import io.metamigrate.migrator.switchover.engine.Progress;
import io.metamigrate.migrator.switchover.side.StoreKind;
import io.metamigrate.migrator.switchover.state.ConfiguredMove;
import io.metamigrate.migrator.switchover.world.Crash;
import io.metamigrate.migrator.switchover.world.Disturbance;
import io.metamigrate.migrator.switchover.world.FakeProcess;
import io.metamigrate.migrator.switchover.world.Moment;
import io.metamigrate.migrator.switchover.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One command in one world, run by a program, with at most one disturbance. */
final class TestRun {
  private static final Pattern LEDGER = Pattern.compile("ledger (\\d+)");
  private static final Pattern BOOKIE =
      Pattern.compile("^(?:bookie|broker|autorecovery) (\\S+) is (?:on|down)");

  private final Mutation mutation;

  TestRun(Mutation mutation) {
    this.mutation = mutation;
  }

  /** The operator's file, which lists what was added by a flag once. */
  private Request request(World world, String command) {
    Request request =
        CommandLine.parse(command, new ConfiguredMove("c1", "all", world.strategy(), world.file()));
    world.file().addAll(request.added());
    return request;
  }

  /**
   * What came of it.
   *
   * @param moments each call, in order
   * @param next commands that are advised; after a crash those that status would name
   */
  record Result(
      World world,
      Optional<Outcome> outcome,
      List<Moment> moments,
      boolean disturbed,
      List<String> next,
      List<String> violations) {
    boolean wentBack() {
      return outcome.filter(end -> end instanceof Outcome.RolledBack).isPresent();
    }

    boolean isDone() {
      return outcome.filter(end -> end instanceof Outcome.Done).isPresent();
    }
  }

  Result run(World start, String command, int at, @Nullable Disturbance disturbance) {
    World world = start.copy();
    Request request = request(world, command);
    request.accepted().forEach(finding -> excuse(world, finding));
    FakeProcess process =
        new FakeProcess(world, at, disturbance, (same, back) -> runFrozen(same, back));
    Optional<Outcome> outcome;
    try {
      outcome = Optional.of(program(process).run(request));
    } catch (Crash e) {
      outcome = Optional.empty();
    }
    boolean undo = command.contains("rollback") && undone(outcome);
    outcome
        .filter(end -> end instanceof Outcome.Done)
        .ifPresent(end -> check(world, command, undo));
    outcome
        .filter(end -> end instanceof Outcome.RolledBack)
        .ifPresent(end -> check(world, Root.ROLLBACK, true));
    if (undo || outcome.filter(end -> end instanceof Outcome.RolledBack).isPresent()) {
      world.forgetLimits();
    }
    List<String> violations = new ArrayList<>(world.checker().violations());
    world.settle();
    violations.addAll(
        world
            .checker()
            .violations()
            .subList(violations.size(), world.checker().violations().size()));
    return new Result(
        world,
        outcome,
        process.moments(),
        process.wasDisturbed(),
        next(world, outcome),
        violations);
  }

  private Switchover program(FakeProcess process) {
    return new Switchover(
        mutation.environment(process.environment()),
        Rows.traced(mutation.variant(process::row), process::enter));
  }

  /** Another process, undisturbed, in the same world. */
  private void runFrozen(World world, boolean back) {
    FakeProcess process = new FakeProcess(world, -1, null, (same, again) -> {});
    String command = back ? "migrate rollback" : "migrate cutover";
    Outcome outcome = program(process).run(request(world, command));
    if (outcome instanceof Outcome.Done) {
      check(world, command, undone(Optional.of(outcome)));
    }
  }

  private static boolean undone(Optional<Outcome> outcome) {
    return outcome
        .filter(end -> end instanceof Outcome.Done)
        .map(end -> ((Outcome.Done) end).progress())
        .filter(progress -> progress instanceof Progress.Undone)
        .isPresent();
  }

  private static void check(World world, String command, boolean undone) {
    StoreKind store = end(command);
    if (undone && store == StoreKind.ETCD && !isComplete(world)) {
      world.checker().split(world, store);
      return;
    }
    world.checker().done(world, store, !undone || store == StoreKind.ZOOKEEPER);
    if (undone) {
      world.checker().undone(world, store);
      if (store == StoreKind.ZOOKEEPER) {
        world.forgetIdentity();
      }
    }
  }

  /** What a reverse move is undone to; a cutover that is not complete leads on from there. */
  private static boolean isComplete(World world) {
    return CommandTable.state(Optional.ofNullable(world.document()))
        == CommandTable.State.FORWARD_COMPLETED;
  }

  static boolean isFinalized(World world) {
    return CommandTable.state(Optional.ofNullable(world.document()))
        == CommandTable.State.FINALIZED;
  }

  /** Where the cluster is once that command is done. */
  static StoreKind end(String command) {
    return command.contains("rollback") && !command.contains("--undo")
        ? StoreKind.ZOOKEEPER
        : StoreKind.ETCD;
  }

  private static List<String> next(World world, Optional<Outcome> outcome) {
    if (outcome.isPresent() && !outcome.get().next().isEmpty()) {
      return outcome.get().next();
    }
    return CommandTable.working(CommandTable.state(Optional.ofNullable(world.document()))).stream()
        .map(command -> "migrate " + command.text() + " --confirm c1")
        .toList();
  }

  private static void excuse(World world, String finding) {
    Matcher ledger = LEDGER.matcher(finding);
    if (ledger.find()) {
      world.excuse(Long.parseLong(ledger.group(1)));
    }
    Matcher bookie = BOOKIE.matcher(finding);
    if (bookie.find()) {
      world.excuseNode(bookie.group(1));
    }
  }
}
