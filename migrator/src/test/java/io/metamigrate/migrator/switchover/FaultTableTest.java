package io.metamigrate.migrator.switchover;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.switchover.CommandTable.Command;
import io.metamigrate.migrator.switchover.CommandTable.Effect;
import io.metamigrate.migrator.switchover.CommandTable.State;
import io.metamigrate.migrator.switchover.Site.Kind;
import io.metamigrate.migrator.switchover.engine.Outcome;
import io.metamigrate.migrator.switchover.node.Node;
import io.metamigrate.migrator.switchover.node.NodeKind;
import io.metamigrate.migrator.switchover.side.Copier;
import io.metamigrate.migrator.switchover.state.ConfiguredMove;
import io.metamigrate.migrator.switchover.state.Strategy;
import io.metamigrate.migrator.switchover.world.FakeProcess;
import io.metamigrate.migrator.switchover.world.World;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Faults of an earlier window as mutants: planted into this one, the search finds each by the
 * sentence that it breaks, see {@link SearchTest}. What no mutant can plant is excluded by the
 * structure, which is shown.
 */
final class FaultTableTest {
  /**
   * A fault.
   *
   * @param sites what has to be wrong for it to be possible here
   * @param sentence by which the checker finds it
   */
  record Fault(String title, Set<Site> sites, String sentence) {
    @Override
    public String toString() {
      return title;
    }
  }

  static Stream<Fault> faults() {
    String none =
        "no broker is registered on either store and each is stopped by its driver's probe";
    String listed = "every bookie and broker that a store knows is in the list of nodes";
    return Stream.of(
        new Fault(
            "a broker writes on etcd after the comparison of a rollback",
            Set.of(
                Site.condition(none),
                Site.condition("nobody else wrote to etcd since the mark"),
                Site.of(Kind.KEEP, "back drain"),
                Site.of(Kind.KEEP, "back verify")),
            ".*was started on ZOOKEEPER.*|.*does not list ledger.*"),
        new Fault("done by the record alone", Set.of(Site.of(Kind.LOOKS, "")), "done.*"),
        new Fault(
            "a bookie that nobody listed stays on the other store",
            Set.of(
                Site.condition(listed),
                Site.condition("no bookie is on ZooKeeper"),
                Site.condition("no bookie is on etcd")),
            "done on .*, but bookie y runs on .*"),
        new Fault(
            "another store is taken for the one of the move",
            Set.of(Site.of(Kind.IDENTITY, "")),
            ".*foreign.*|done on another ZooKeeper"),
        new Fault(
            "a key is deleted while the question of the point of no return is open",
            Set.of(
                Site.of(Kind.REASK, ""), Site.condition("each topic's ledgers are listed on etcd")),
            ".*does not list ledger.*"),
        new Fault(
            "the fence is raised before that is recorded",
            Set.of(Site.of(Kind.INTENT, "there fence")),
            ".*fence.*|no way out.*"),
        new Fault(
            "the fence is gone and nobody looks",
            Set.of(Site.condition("ZooKeeper is fenced")),
            "done on ETCD, but the fence.*"),
        new Fault(
            "the next bookie is taken down while one is down",
            Set.of(Site.condition("every other bookie is registered")),
            ".*was stopped while.*"));
  }

  @Test
  void comparesConfigurationWithDocumentBeforeAnyChange() {
    World begun = Root.all(2, 2).get(1).world();
    World world = begun.copy();
    SortedSet<Node> fewer = new TreeSet<>(world.file());
    fewer.remove(new Node(NodeKind.BOOKIE, "b2"));
    for (ConfiguredMove edited :
        List.of(
            new ConfiguredMove("c2", "all", Strategy.ROLLING, world.file()),
            new ConfiguredMove("c1", "less", Strategy.ROLLING, world.file()),
            new ConfiguredMove("c1", "all", Strategy.ROLLING, fewer))) {
      FakeProcess process = new FakeProcess(world, -1, null, (same, back) -> {});
      Outcome outcome =
          new Switchover(process.environment())
              .run(Request.of(Command.ROLLBACK, edited, "operator"));

      assertThat(outcome).isInstanceOf(Outcome.Refused.class);
      assertThat(outcome.exit().code()).isEqualTo(3);
      assertThat(process.moments()).hasSize(1);
    }
  }

  @ParameterizedTest
  @EnumSource(State.class)
  void advisesOnlyWorkingCommandsInEachState(State state) {
    assertThat(CommandTable.working(state))
        .isNotEmpty()
        .allMatch(command -> CommandTable.effect(command, state) != Effect.REFUSE);
  }

  @Test
  void recordsAnyClientFailureWithWorkingCommands() {
    World world = World.serving(2, 2, Strategy.ROLLING);
    FakeProcess process = new FakeProcess(world, -1, null, (same, back) -> {});
    Environment real = process.environment();
    Environment broken =
        new Environment(
            new Environment.Sides(real.zookeeper(), real.etcd(), throwing(real.copier())),
            real.driver(),
            real.store(),
            real.controls(),
            real.scheduler(),
            real.clock(),
            real.nonces());
    Outcome outcome =
        new Switchover(broken)
            .run(
                Request.of(
                    Command.CUTOVER,
                    new ConfiguredMove("c1", "all", Strategy.ROLLING, world.file()),
                    "operator"));

    assertThat(outcome).isInstanceOf(Outcome.Stopped.class);
    assertThat(outcome.exit().code()).isEqualTo(7);
    assertThat(outcome.next()).isNotEmpty();
    assertThat(real.store().read().orElseThrow().current().orElseThrow().progress().stopped())
        .isPresent();
  }

  private static Copier throwing(Copier copier) {
    return (Copier)
        Proxy.newProxyInstance(
            Copier.class.getClassLoader(),
            new Class<?>[] {Copier.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("apply")) {
                throw new IllegalStateException("a key that another writer changed");
              }
              try {
                return method.invoke(copier, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
