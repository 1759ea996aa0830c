package io.metamigrate.migrator.switchover;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.switchover.engine.Outcome;
import io.metamigrate.migrator.switchover.engine.Rehearsal;
import io.metamigrate.migrator.switchover.engine.Rehearsal.Finding;
import io.metamigrate.migrator.switchover.engine.Rehearsal.Result;
import io.metamigrate.migrator.switchover.state.ConfiguredMove;
import io.metamigrate.migrator.switchover.state.Strategy;
import io.metamigrate.migrator.switchover.world.Disturbance;
import io.metamigrate.migrator.switchover.world.Disturbance.Call;
import io.metamigrate.migrator.switchover.world.FakeProcess;
import io.metamigrate.migrator.switchover.world.World;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A rehearsal asks what the move asks first, and changes nothing. */
final class RehearsalTest {
  static List<Root> roots() {
    return Root.all(2, 2);
  }

  @ParameterizedTest
  @MethodSource("roots")
  void changesNothing(Root root) {
    for (String command : root.commands()) {
      World world = root.world().copy();
      FakeProcess process = new FakeProcess(world, -1, null, (same, back) -> {});
      String before = world.toString();
      Outcome outcome = rehearse(process, world, command);
      assertThat(process.moments()).as(command).allMatch(moment -> moment.call() == Call.ASK);
      assertThat(world.toString()).as(command).isEqualTo(before);
      assertThat(outcome).isInstanceOf(Outcome.Rehearsed.class);
    }
  }

  @Test
  void namesEachConditionOnceWithItsSkipReason() {
    World world = World.serving(2, 2, Strategy.ROLLING);
    Rehearsal rehearsal = rehearsed(world, Root.CUTOVER);
    assertThat(rehearsal.faults()).isEmpty();
    assertThat(rehearsal.findings())
        .anyMatch(finding -> finding.result() == Result.HOLDS)
        .filteredOn(finding -> finding.result() == Result.NOT_ASKED)
        .isNotEmpty()
        .allMatch(finding -> !finding.detail().isEmpty());
  }

  /** Whatever a cutover would stop at before it changed a node is found without it. */
  @ParameterizedTest
  @EnumSource(
      value = Disturbance.class,
      names = {
        "BOOKIE_DIES",
        "BROKER_DIES",
        "BROKER_LOSES_LEASE",
        "FOREIGN_BROKER_ON_ETCD",
        "BOOKIE_JOINS_ZOOKEEPER",
        "BOOKIE_JOINS_ETCD"
      })
  void findsBlockersOfTheCheckStep(Disturbance event) {
    World world = World.serving(2, 2, Strategy.ROLLING);
    FakeProcess disturbed = new FakeProcess(world, 0, event, (same, back) -> {});
    rehearse(disturbed, world, Root.CUTOVER);
    world.settle();
    assertThat(disturbed.wasDisturbed()).isTrue();
    List<Finding> faults = rehearsed(world.copy(), Root.CUTOVER).faults();
    Outcome outcome = new TestRun(Mutation.NONE).run(world, Root.CUTOVER, -1, null).outcome().get();
    assertThat(outcome).isInstanceOf(Outcome.Stopped.class);
    assertThat(((Outcome.Stopped) outcome).stop().step()).isEqualTo("check");
    assertThat(faults).isNotEmpty();
  }

  private static Rehearsal rehearsed(World world, String command) {
    FakeProcess process = new FakeProcess(world, -1, null, (same, back) -> {});
    return ((Outcome.Rehearsed) rehearse(process, world, command)).rehearsal();
  }

  private static Outcome rehearse(FakeProcess process, World world, String command) {
    ConfiguredMove file = new ConfiguredMove("c1", "all", world.strategy(), world.file());
    return new Switchover(process.environment()).rehearse(CommandLine.parse(command, file));
  }
}
