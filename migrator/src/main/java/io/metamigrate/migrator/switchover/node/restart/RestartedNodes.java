package io.metamigrate.migrator.switchover.node.restart;

import io.metamigrate.migrator.config.BrokerConfig;
import io.metamigrate.migrator.config.CutoverConfig;
import io.metamigrate.migrator.cutover.CutoverPlan;
import io.metamigrate.migrator.cutover.GarbageCollection;
import io.metamigrate.migrator.cutover.SettingsOverlays;
import io.metamigrate.migrator.pulsar.BrokerHealth;
import io.metamigrate.migrator.restart.Component;
import io.metamigrate.migrator.restart.RestartDriver;
import io.metamigrate.migrator.restart.StepOutcome;
import io.metamigrate.migrator.switchover.engine.Permit;
import io.metamigrate.migrator.switchover.engine.Scheduler;
import io.metamigrate.migrator.switchover.engine.StepException;
import io.metamigrate.migrator.switchover.node.Node;
import io.metamigrate.migrator.switchover.node.NodeDriver;
import io.metamigrate.migrator.switchover.node.NodeKind;
import io.metamigrate.migrator.switchover.node.NodeSettings;
import io.metamigrate.migrator.switchover.session.MoveSession;
import io.metamigrate.migrator.switchover.side.StoreKind;
import io.metamigrate.verifier.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Nodes behind a restart driver. A driver cannot be asked what it configured, so that is recorded;
 * what runs is reported by the bookie itself and, for brokers, shown by their registration. Safe
 * for use by several threads.
 */
public final class RestartedNodes implements NodeDriver {
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final MoveSession session;
  private final RestartDriver driver;
  private final BrokerHealth health;
  private final SettingsOverlays overlays;
  private final Scheduler scheduler;
  private final InstantSource clock;
  private final GivenSettings given;
  private final RunningBookie runningBookie;
  private final Set<Node> reportedStopped = ConcurrentHashMap.newKeySet();

  /**
   * Prepares.
   *
   * @param driver confirms the lock before each change of its own
   */
  public RestartedNodes(
      MoveSession session,
      RestartDriver driver,
      BrokerHealth health,
      Scheduler scheduler,
      InstantSource clock) {
    this.session = session;
    this.driver = driver;
    this.health = health;
    this.overlays =
        SettingsOverlays.of(session.configuration()).of(node -> Map.of(), driver::startsAgain);
    this.scheduler = scheduler;
    this.clock = clock;
    this.given = new GivenSettings(session);
    this.runningBookie = new RunningBookie(session, overlays.version());
    driver.confirmBefore(session.journal()::confirm);
  }

  @Override
  public void stop(Permit permit, Node node) {
    act("the stop of " + node, () -> driver.stop(known(node)));
    reportedStopped.add(node);
  }

  @Override
  public void configure(Permit permit, Node node, NodeSettings settings) {
    given.changing(node);
    act(
        "the settings of " + node,
        () ->
            driver.configure(
                known(node),
                overlays
                    .of(
                        known(node),
                        settings.store() == StoreKind.ETCD ? Store.ETCD : Store.ZOOKEEPER,
                        settings.collectsGarbage()
                            ? GarbageCollection.ENABLED
                            : GarbageCollection.SUSPENDED)
                    .settings()));
    given.changed(node, settings);
  }

  @Override
  public void start(Permit permit, Node node) {
    act("the start of " + node, () -> driver.start(known(node)));
    reportedStopped.remove(node);
  }

  /** A driver that answers "not yet" wants to be asked again. */
  private void act(String what, Supplier<StepOutcome> action) {
    Instant deadline = clock.instant().plus(session.configuration().cutover().budget());
    while (true) {
      StepOutcome outcome = action.get();
      if (outcome.isDone()) {
        return;
      }
      if (outcome instanceof StepOutcome.Failed failed) {
        throw new StepException(failed.cause());
      }
      if (!clock.instant().isBefore(deadline)) {
        throw new StepException(
            "%s did not end within %d s: %s"
                .formatted(
                    what,
                    session.configuration().cutover().budget().toSeconds(),
                    ((StepOutcome.NotYet) outcome).reason()));
      }
      scheduler.pause(PAUSE);
    }
  }

  /**
   * By the driver's probe. Where it has none: a broker by its port, a bookie by whether a store has
   * its registration, and any other by the last order to the driver.
   */
  @Override
  public NodeState probe(Node node) {
    io.metamigrate.migrator.restart.Node real = known(node);
    if (driver.canProbe(real)) {
      if (driver.probe(real, io.metamigrate.migrator.restart.NodeState.STOPPED).isDone()) {
        return NodeState.STOPPED;
      }
      return NodeState.RUNNING;
    }
    boolean stopped =
        switch (node.kind()) {
          case BROKER -> !health.answers(broker(node));
          case BOOKIE ->
              session.registrations().onEtcd(node.id()).isEmpty()
                  && session.registrations().onZooKeeper(node.id()).stream()
                      .noneMatch(znode -> znode.isEphemeral());
          case AUTORECOVERY -> reportedStopped.contains(node);
        };
    return stopped ? NodeState.STOPPED : NodeState.RUNNING;
  }

  @Override
  public NodeSettings configured(Node node) {
    return given.of(node);
  }

  @Override
  public Optional<NodeSettings> running(Node node) {
    if (probe(node) != NodeState.RUNNING) {
      return Optional.empty();
    }
    return switch (node.kind()) {
      case BOOKIE -> runningBookie.settings(node.id());
      case BROKER -> registeredOn(node).map(store -> new NodeSettings(store, true, given.layer()));
      case AUTORECOVERY -> Optional.of(given.of(node));
    };
  }

  private Optional<StoreKind> registeredOn(Node broker) {
    boolean onEtcd =
        session.registrations().brokersOnEtcd().stream()
            .anyMatch(entry -> entry.path().name().equals(broker.id()));
    if (onEtcd) {
      return Optional.of(StoreKind.ETCD);
    }
    return session.registrations().brokersOnZooKeeper().contains(broker.id())
        ? Optional.of(StoreKind.ZOOKEEPER)
        : Optional.empty();
  }

  @Override
  public boolean isHealthy(Node node) {
    return node.kind() == NodeKind.BROKER
        ? health.healthy(broker(node)).isDone()
        : probe(node) == NodeState.RUNNING;
  }

  private BrokerConfig broker(Node node) {
    return session.configuration().cutover().brokers().stream()
        .filter(broker -> broker.id().equals(node.id()))
        .findFirst()
        .orElseThrow(() -> unknown(node));
  }

  private io.metamigrate.migrator.restart.Node known(Node node) {
    CutoverConfig config = session.configuration().cutover();
    return CutoverPlan.Nodes.all(config).stream()
        .filter(real -> real.component() == component(node.kind()) && real.id().equals(node.id()))
        .findFirst()
        .orElseThrow(() -> unknown(node));
  }

  private static StepException unknown(Node node) {
    return new StepException(
        "the driver does not know %s: add it to the block cutover of the configuration"
            .formatted(node));
  }

  private static Component component(NodeKind kind) {
    return switch (kind) {
      case BOOKIE -> Component.BOOKIE;
      case BROKER -> Component.BROKER;
      case AUTORECOVERY -> Component.AUTORECOVERY;
    };
  }
}
