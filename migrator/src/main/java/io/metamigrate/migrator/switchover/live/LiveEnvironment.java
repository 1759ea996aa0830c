package io.metamigrate.migrator.switchover.live;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.cutover.CutoverState;
import io.metamigrate.migrator.cutover.CutoverState.Header;
import io.metamigrate.migrator.cutover.Hooks;
import io.metamigrate.migrator.cutover.Journal;
import io.metamigrate.migrator.phase.Checkpoint;
import io.metamigrate.migrator.phase.Direction;
import io.metamigrate.migrator.phase.MoveIdentity;
import io.metamigrate.migrator.pulsar.BrokerHealth;
import io.metamigrate.migrator.replay.DaemonLock;
import io.metamigrate.migrator.replay.StateStore;
import io.metamigrate.migrator.restart.RestartDriver;
import io.metamigrate.migrator.run.BlockedException;
import io.metamigrate.migrator.run.Stores;
import io.metamigrate.migrator.switchover.Environment;
import io.metamigrate.migrator.switchover.engine.Exit;
import io.metamigrate.migrator.switchover.engine.OperatorControls;
import io.metamigrate.migrator.switchover.engine.Scheduler;
import io.metamigrate.migrator.switchover.engine.Step;
import io.metamigrate.migrator.switchover.engine.StepException;
import io.metamigrate.migrator.switchover.engine.TimeLimits;
import io.metamigrate.migrator.switchover.node.Node;
import io.metamigrate.migrator.switchover.node.NodeDriver;
import io.metamigrate.migrator.switchover.node.NodeKind;
import io.metamigrate.migrator.switchover.node.restart.RestartedNodes;
import io.metamigrate.migrator.switchover.session.Adapters;
import io.metamigrate.migrator.switchover.session.MoveSession;
import io.metamigrate.migrator.switchover.side.Copier;
import io.metamigrate.migrator.switchover.side.MetadataSide;
import io.metamigrate.migrator.switchover.side.both.StoreCopier;
import io.metamigrate.migrator.switchover.side.etcd.EtcdSide;
import io.metamigrate.migrator.switchover.side.zookeeper.ZooKeeperSide;
import io.metamigrate.migrator.switchover.state.ConfiguredMove;
import io.metamigrate.migrator.switchover.state.MoveStore;
import io.metamigrate.migrator.switchover.state.Strategy;
import io.metamigrate.migrator.switchover.state.etcd.EtcdMoveStore;
import io.metamigrate.verifier.store.ZkPath;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Both stores and all servers of a cluster, for one process that took the lock. For one thread. */
public final class LiveEnvironment implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final Duration TTL_MARGIN = Duration.ofSeconds(5);

  private final DaemonLock lock;
  private final MoveSession session;
  private final ZooKeeperSide zookeeper;
  private final Environment environment;

  /**
   * What lies outside the stores.
   *
   * @param holder this process, as others read it in the lock
   * @param folder for files of this process
   * @param acceptForeign keys on etcd that others may have changed
   */
  public record ExternalClients(
      RestartDriver driver,
      BrokerHealth health,
      String holder,
      Path folder,
      Set<ZkPath> acceptForeign,
      Operator operator) {
    public ExternalClients {
      acceptForeign = Set.copyOf(acceptForeign);
    }
  }

  /**
   * Who gave the command, and with which limits.
   *
   * @param name for the record
   * @param question asked at the commit
   * @param hooks the operator's own commands
   * @param limits of a cutover
   * @param print shows the operator a line
   */
  public record Operator(
      String name,
      Step.Question question,
      Hooks hooks,
      TimeLimits limits,
      Consumer<String> print) {}

  private LiveEnvironment(
      DaemonLock lock, Stores stores, Configuration configuration, ExternalClients outside) {
    this.lock = lock;
    StateStore states = new StateStore(stores.etcd());
    StateStore.State persisted = states.read();
    Checkpoint checkpoint =
        persisted
            .checkpoint()
            .orElseThrow(
                () ->
                    new BlockedException(
                        "NOTHING_COPIED",
                        "etcd holds no copy of this cluster",
                        "run `migrate run` first"));
    InstantSource clock = InstantSource.system();
    Journal journal =
        new Journal(
            states,
            lock,
            clock,
            persisted.direction().orElse(Direction.ZK_TO_ETCD),
            checkpoint,
            CutoverState.begin(
                new Header(
                    checkpoint.cluster(),
                    configuration.cutover().strategy(),
                    outside.operator().name(),
                    clock.instant()),
                List.of()));
    this.session = new MoveSession(stores, configuration, journal, outside.acceptForeign());
    StoreCopier copier = new StoreCopier(session);
    this.zookeeper = new ZooKeeperSide(session, copier::ready);
    Scheduler scheduler = LiveEnvironment::sleep;
    this.environment =
        new Environment(
            new Environment.Sides(
                Adapters.wrap(MetadataSide.class, zookeeper),
                Adapters.wrap(MetadataSide.class, new EtcdSide(session)),
                Adapters.wrap(Copier.class, copier)),
            Adapters.wrap(
                NodeDriver.class,
                new RestartedNodes(session, outside.driver(), outside.health(), scheduler, clock)),
            Adapters.wrap(
                MoveStore.class,
                new EtcdMoveStore(session, outside.folder(), outside.operator().print())),
            new OperatorControls(
                outside.operator().question(),
                new ConfiguredHooks(
                    outside.operator().hooks(), checkpoint.cluster(), outside.operator().print()),
                Optional.of(configuration.cutover().budget()),
                configuration.cutover().budgets(),
                outside.operator().limits()),
            scheduler,
            clock,
            () ->
                states
                    .snapshot()
                    .identity()
                    .map(MoveIdentity::nonce)
                    .orElseThrow(
                        () ->
                            new StepException(
                                "etcd carries no identity; run `migrate run` first")));
  }

  /**
   * Takes the lock, waiting for one that ends with its lease, and opens the rest.
   *
   * @throws BlockedException if another process holds it, or nothing was copied
   */
  public static LiveEnvironment open(
      Stores stores, Configuration configuration, ExternalClients outside) {
    DaemonLock lock = lock(stores, configuration, outside.holder());
    try {
      return new LiveEnvironment(lock, stores, configuration, outside);
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private static DaemonLock lock(Stores stores, Configuration configuration, String holder) {
    Duration ttl = configuration.target().lockTtl();
    Instant until = Instant.now().plus(ttl).plus(TTL_MARGIN);
    while (true) {
      DaemonLock.Attempt attempt = DaemonLock.tryAcquire(stores.etcd(), holder, ttl);
      if (attempt.lock().isPresent()) {
        return attempt.lock().get();
      }
      if (Instant.now().isAfter(until)) {
        throw new BlockedException(
            "LOCKED",
            "another process holds the lock on etcd: " + attempt.holder(),
            "stop it, or wait until it is done");
      }
      sleep(PAUSE);
    }
  }

  /** What the configuration proposes. */
  public static ConfiguredMove proposal(Configuration configuration) {
    SortedSet<Node> nodes = new TreeSet<>();
    configuration
        .cutover()
        .bookies()
        .forEach(bookie -> nodes.add(new Node(NodeKind.BOOKIE, bookie.id())));
    configuration
        .cutover()
        .brokers()
        .forEach(broker -> nodes.add(new Node(NodeKind.BROKER, broker.id())));
    configuration
        .cutover()
        .sideWriters()
        .autoRecovery()
        .forEach(name -> nodes.add(new Node(NodeKind.AUTORECOVERY, name)));
    return new ConfiguredMove(
        configuration.requireClusterName(),
        configuration.scope().toScope().toString(),
        Strategy.valueOf(configuration.cutover().strategy().name()),
        nodes);
  }

  public Environment environment() {
    return environment;
  }

  public MoveSession session() {
    return session;
  }

  private static void sleep(Duration time) {
    try {
      TimeUnit.NANOSECONDS.sleep(time.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StepException(Exit.OPERATOR, "stopped by the operator");
    }
  }

  @Override
  public void close() {
    zookeeper.close();
    session.close();
    lock.close();
  }
}
