package io.metamigrate.migrator.switchover;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.switchover.engine.OperatorControls;
import io.metamigrate.migrator.switchover.engine.Outcome;
import io.metamigrate.migrator.switchover.engine.Permit;
import io.metamigrate.migrator.switchover.engine.Progress;
import io.metamigrate.migrator.switchover.engine.StepException;
import io.metamigrate.migrator.switchover.engine.StepHooks;
import io.metamigrate.migrator.switchover.engine.Stop;
import io.metamigrate.migrator.switchover.engine.TimeLimits;
import io.metamigrate.migrator.switchover.side.StoreKind;
import io.metamigrate.migrator.switchover.state.ConfiguredMove;
import io.metamigrate.migrator.switchover.state.MoveDocument;
import io.metamigrate.migrator.switchover.state.Strategy;
import io.metamigrate.migrator.switchover.world.FakeProcess;
import io.metamigrate.migrator.switchover.world.World;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The operator's commands and time limits. What may go wrong around them is in the search. */
final class HooksTest {
  private final World world = World.serving(2, 2, Strategy.STOP_ALL);
  private final FakeProcess process = new FakeProcess(world, -1, null, (same, back) -> {});
  private final Recorded hooks = new Recorded();

  @Test
  void runAroundEachStepAfterTheIntentIsRecorded() {
    Outcome outcome = run("migrate cutover", TimeLimits.none());

    assertThat(outcome).isInstanceOf(Outcome.Done.class);
    List<String> steps =
        document().current().orElseThrow().steps().stream().map(step -> step.key()).toList();
    List<String> expected = new ArrayList<>();
    for (String step : steps) {
      expected.add("before-step " + step);
      expected.add("after-step " + step);
    }
    assertThat(hooks.ran).isEqualTo(expected);
    assertThat(hooks.stops).isEmpty();
  }

  @Test
  void failingHookStopsMoveBeforeItsStepAndNotifies() {
    hooks.failing = "before-step stop-brokers";

    Outcome outcome = run("migrate cutover", TimeLimits.none());

    assertThat(outcome).isInstanceOf(Outcome.Stopped.class);
    assertThat(outcome.exit().code()).isEqualTo(7);
    assertThat(outcome.next()).isNotEmpty();
    assertThat(world.checker().serves(world, StoreKind.ZOOKEEPER)).isTrue();
    assertThat(hooks.stops).hasSize(1);
    hooks.failing = "";
    assertThat(run("migrate rollback", TimeLimits.none())).isInstanceOf(Outcome.Done.class);
  }

  @Test
  void refusesAnotherDeadlineThanTheRecordedOne() {
    hooks.failing = "before-step stop-brokers";
    Instant fixed = Instant.ofEpochSecond(50_000);
    Instant other = Instant.ofEpochSecond(60_000);
    Outcome begun = run("migrate cutover", until(fixed));
    hooks.failing = "";

    Outcome refused = run("migrate cutover", until(other));

    assertThat(begun).isInstanceOf(Outcome.Stopped.class);
    assertThat(refused).isInstanceOf(Outcome.Refused.class);
    assertThat(((Outcome.Refused) refused).reason())
        .contains(fixed.toString())
        .contains(other.toString());
    assertThat(run("migrate cutover", TimeLimits.none())).isInstanceOf(Outcome.Done.class);
  }

  @Test
  void pastDeadlineStartsNothing() {
    Outcome refused = run("migrate cutover", until(Instant.EPOCH));

    assertThat(refused).isInstanceOf(Outcome.Refused.class);
    assertThat(world.document()).isNull();
  }

  @Test
  void uncommittedMoveUndoesItselfAtTheDeadline() {
    hooks.slow = "before-step no-return";

    Outcome outcome = run("migrate cutover", until(Instant.ofEpochSecond(50_000)));

    assertThat(outcome).isInstanceOf(Outcome.RolledBack.class);
    assertThat(outcome.exit().code()).isEqualTo(7);
    assertThat(((Outcome.RolledBack) outcome).reason()).contains("last moment");
    assertThat(document().current().orElseThrow().progress()).isInstanceOf(Progress.Undone.class);
    assertThat(world.checker().serves(world, StoreKind.ZOOKEEPER)).isTrue();
  }

  private static TimeLimits until(Instant moment) {
    return new TimeLimits(Optional.empty(), Optional.of(moment));
  }

  private MoveDocument document() {
    return process.environment().store().read().orElseThrow();
  }

  private Outcome run(String command, TimeLimits limits) {
    Environment real = process.environment();
    OperatorControls controls =
        new OperatorControls(real.controls().question(), hooks, Optional.empty(), Map.of(), limits);
    Environment environment =
        new Environment(
            real.sides(),
            real.driver(),
            real.store(),
            controls,
            real.scheduler(),
            real.clock(),
            real.nonces());
    ConfiguredMove file = new ConfiguredMove("c1", "all", Strategy.STOP_ALL, world.file());
    return new Switchover(environment).run(CommandLine.parse(command, file));
  }

  private final class Recorded implements StepHooks {
    final List<String> ran = new ArrayList<>();
    final List<Stop> stops = new ArrayList<>();
    String failing = "";
    String slow = "";

    @Override
    public boolean has(HookPoint moment) {
      return moment == HookPoint.BEFORE_STEP || moment == HookPoint.AFTER_STEP;
    }

    @Override
    public void run(Permit permit, HookPoint moment, Boundary at) {
      permit.spend();
      String key = at.step() + at.node().map(node -> " " + node).orElse("");
      assertThat(document().current().orElseThrow().step(key).orElseThrow().intents())
          .contains(moment.intent());
      String name = moment.label() + " " + key;
      ran.add(name);
      if (name.equals(slow)) {
        world.passTime();
      }
      if (name.equals(failing)) {
        throw new StepException("the hook failed");
      }
    }

    @Override
    public void stopped(Stop stop) {
      stops.add(stop);
    }
  }
}
