package io.metamigrate.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcd.jetcd.KeyValue;
import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.cutover.Hooks;
import io.metamigrate.migrator.pulsar.PulsarHealth;
import io.metamigrate.migrator.switchover.CommandTable.Command;
import io.metamigrate.migrator.switchover.Environment;
import io.metamigrate.migrator.switchover.Request;
import io.metamigrate.migrator.switchover.Switchover;
import io.metamigrate.migrator.switchover.engine.Answer;
import io.metamigrate.migrator.switchover.engine.Outcome;
import io.metamigrate.migrator.switchover.engine.Step;
import io.metamigrate.migrator.switchover.engine.TimeLimits;
import io.metamigrate.migrator.switchover.live.LiveEnvironment;
import io.metamigrate.migrator.switchover.state.ConfiguredMove;
import io.metamigrate.migrator.switchover.state.MoveDocument;
import io.metamigrate.migrator.switchover.state.Strategy;
import io.metamigrate.migrator.switchover.state.etcd.EtcdMoveStore;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** The commands of a rebuilt window on the stores and stand-ins of a bed, each in a new process. */
final class SwitchoverBed implements AutoCloseable {
  final TestBed bed;
  final Strategy strategy;
  private final Configuration configuration;
  private final Path folder;
  private final PulsarHealth health;

  /** Asked at the commit. */
  Step.Question question = () -> Answer.yes("confirmed by the test");

  Hooks hooks = Hooks.none();
  TimeLimits limits = TimeLimits.none();

  /** What a process finds, for a test that disturbs it. */
  UnaryOperator<Environment> around = environment -> environment;

  SwitchoverBed(TestBed bed, Path folder, Strategy strategy) throws Exception {
    this.bed = bed;
    this.folder = folder;
    this.strategy = strategy;
    Path file = bed.fileWith("switchover-" + UUID.randomUUID() + ".yaml", "");
    bed.bookies.forEach(bookie -> bookie.reportsSettings = true);
    this.configuration = Configuration.load(file);
    this.health = new PulsarHealth(configuration.cluster().admin());
  }

  Outcome run(Command command, String... accepted) {
    ConfiguredMove file = LiveEnvironment.proposal(configuration);
    return in(
        environment ->
            new Switchover(around.apply(environment.environment()))
                .run(
                    new Request(
                        command,
                        new ConfiguredMove(
                            file.cluster(), file.scopeDigest(), strategy, file.nodes()),
                        new TreeSet<>(),
                        new TreeSet<>(Set.of(accepted)),
                        "the test")));
  }

  /** Something else in a process of its own. */
  <T> T in(Function<LiveEnvironment, T> action) {
    try (LiveEnvironment environment = open()) {
      return action.apply(environment);
    }
  }

  /** A process that has the lock. */
  LiveEnvironment open() {
    return LiveEnvironment.open(
        bed.stores,
        configuration,
        new LiveEnvironment.ExternalClients(
            bed.driver,
            health,
            "test " + UUID.randomUUID(),
            folder.resolve("state"),
            Set.of(),
            new LiveEnvironment.Operator(
                "the test", () -> question.ask(), hooks, limits, line -> {})));
  }

  Optional<MoveDocument> document() {
    return in(environment -> environment.environment().store().read());
  }

  Optional<MoveDocument> copyInZooKeeper() {
    return in(environment -> EtcdMoveStore.copyIn(environment.session()));
  }

  void assertDone(Outcome outcome) {
    assertThat(outcome).as("%s", outcome).isInstanceOf(Outcome.Done.class);
  }

  /** Every node on etcd by its own lease, with its own settings, and nothing left in ZooKeeper. */
  void assertServingOnEtcd() {
    for (StandIn node : bed.all()) {
      assertThat(bed.key(node.path()).map(KeyValue::getLease).orElse(0L))
          .as(node.path())
          .isNotZero();
      assertThat(bed.existsInZooKeeper(node.path())).as(node.path()).isFalse();
    }
    assertThat(bed.bookies).noneMatch(StandIn.Bookie::parked);
  }

  @Override
  public void close() {
    health.close();
  }
}
