package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.config.CutoverConfig;
import io.metamigrate.migrator.cutover.CutoverState.MoveProgress;
import io.metamigrate.migrator.cutover.DriverCheckResult.CheckedAction;
import io.metamigrate.migrator.cutover.fence.Registrations;
import io.metamigrate.migrator.pulsar.BrokerHealth;
import io.metamigrate.migrator.replay.DaemonLock;
import io.metamigrate.migrator.replay.LostAuthorityException;
import io.metamigrate.migrator.replay.StateStore;
import io.metamigrate.migrator.restart.Component;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.migrator.restart.NodeState;
import io.metamigrate.migrator.restart.RestartDriver;
import io.metamigrate.migrator.restart.Settings;
import io.metamigrate.migrator.restart.StepOutcome;
import io.metamigrate.migrator.run.BlockedException;
import io.metamigrate.migrator.run.ProcessIdentity;
import io.metamigrate.migrator.run.Stores;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Restarts one node on the store that it is on, by the driver's own actions and with no settings of
 * the move's, to see whether the driver works before the window needs it. For one thread.
 */
public final class DriverCheck {
  private static final long PAUSE_MILLIS = 100;

  /** For a bookie's HTTP server, which starts last. */
  private static final Duration DATA_TIMEOUT = Duration.ofSeconds(60);

  private final Configuration configuration;
  private final CutoverConfig config;
  private final Stores stores;
  private final RestartDriver driver;
  private final NodeService service;
  private final BookieReader bookies;
  private final List<CheckedAction> actions = new ArrayList<>();
  private boolean touched;

  public DriverCheck(
      Stores stores, Configuration configuration, RestartDriver driver, BrokerHealth health) {
    this.stores = stores;
    this.configuration = configuration;
    this.config = configuration.cutover();
    this.driver = driver;
    Registrations registrations = new Registrations(stores.znodes(), stores.keys());
    this.service = new NodeService(config, registrations, health);
    this.bookies = new BookieReader(registrations, new BookieAddresses(config, registrations));
  }

  /**
   * Stops, configures and starts the node.
   *
   * @param name the node's id or the driver's name of it
   * @throws BlockedException when the node may not be stopped now; nothing was touched then
   */
  public DriverCheckResult check(String name) {
    List<Node> all = CutoverPlan.Nodes.all(config);
    Node node =
        all.stream()
            .filter(one -> one.id().equals(name) || one.name().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    new BlockedException(
                        "NODE_UNKNOWN",
                        name + " is not a node of the configuration",
                        "name one of " + all.stream().map(Node::id).toList()));
    try (DaemonLock lock = WindowLock.takeForCheck(stores, configuration, ProcessIdentity.name())) {
      requireNoMove(node);
      new DriverCheckConditions(all, service, stores, driver).require(node);
      return check(node, lock);
    }
  }

  private DriverCheckResult check(Node node, DaemonLock lock) {
    StateStore states = new StateStore(stores.etcd());
    LockedDriver lockedDriver =
        new LockedDriver(driver, () -> states.confirmCheck(lock), () -> {}, false);
    NodeService.Place place = service.place(node);
    String cause;
    try {
      cause = run(node, place, lockedDriver);
    } catch (RuntimeException e) {
      if (!touched && !(e instanceof StepFailedException)) {
        throw e;
      }
      cause = Optional.ofNullable(e.getMessage()).orElseGet(e::toString);
    }
    // Who was interrupted still starts the node again, also if a command was cut off by it.
    if (Thread.interrupted() && !cause.isEmpty()) {
      cause = "the operator's signal";
    }
    if (cause.isEmpty()) {
      return DriverCheckResult.done(node, actions);
    }
    return DriverCheckResult.failed(node, actions, cause, left(node, place, lock));
  }

  private void requireNoMove(Node node) {
    StateStore states = new StateStore(stores.etcd());
    boolean begun =
        states
            .get(Journal.DOCUMENT)
            .map(CutoverCodec::read)
            .filter(state -> state.forward().stream().anyMatch(StepRecord::begun))
            .filter(state -> state.progress() != MoveProgress.ROLLED_BACK)
            .isPresent();
    if (begun) {
      throw new BlockedException(
          "CUTOVER_UNDER_WAY",
          "a cutover was begun, which restarts nodes itself",
          "finish it with `migrate cutover` or `migrate rollback` first");
    }
    boolean finalized =
        states.read().checkpoint().isEmpty()
            && stores.hasZooKeeper()
            && EpochKeeper.isPassedToEtcd(stores);
    if (finalized || service.place(node) == NodeService.Place.ETCD) {
      throw new BlockedException(
          "CUTOVER_FINALIZED",
          "the cluster was moved to etcd, and the check would give %s its settings from before the move"
              .formatted(node),
          "restart it with your own commands");
    }
  }

  /** Why it failed; empty if the node is back as it was. */
  private String run(Node node, NodeService.Place place, LockedDriver lockedDriver) {
    Duration budget = config.times().budget();
    Optional<BookieContents> before =
        node.component() == Component.BOOKIE
            ? Optional.of(bookies.before(node, MoveProgress.FORWARD, Instant.now()))
            : Optional.empty();
    touched = true;
    String cause = act("stop", () -> lockedDriver.stop(node), budget);
    if (cause.isEmpty()) {
      cause = act("gone", () -> service.gone(node), budget);
    }
    if (cause.isEmpty()) {
      cause = act("configure", () -> lockedDriver.configure(node, Settings.none()), budget);
    }
    if (cause.isEmpty()) {
      cause = act("start", () -> lockedDriver.start(node), budget);
    }
    if (cause.isEmpty()) {
      cause = act("serves", () -> service.serves(node, place), budget);
    }
    return cause.isEmpty() && before.isPresent()
        ? act(
            "data",
            () -> same(node, before.get()),
            budget.compareTo(DATA_TIMEOUT) < 0 ? budget : DATA_TIMEOUT)
        : cause;
  }

  /** Whether the bookie has kept its cookie and entry logs; it collects garbage as ever. */
  private StepOutcome same(Node bookie, BookieContents before) {
    return BookieComparison.compare(
        before, bookies.now(bookie, Store.ZOOKEEPER), Store.ZOOKEEPER.title(), true);
  }

  private String act(String name, Supplier<StepOutcome> ask, Duration budget) {
    long begun = System.nanoTime();
    while (true) {
      StepOutcome outcome = ask.get();
      Duration took = Duration.ofNanos(System.nanoTime() - begun);
      String status = NodeService.words(outcome);
      boolean late = took.compareTo(budget) >= 0;
      if (outcome.isDone() || outcome instanceof StepOutcome.Failed || late) {
        actions.add(new CheckedAction(name, took.toMillis() / 1e3, status, outcome.isDone()));
        return outcome.isDone() ? "" : name + " of " + node(status, late);
      }
      pause();
    }
  }

  private static String node(String status, boolean late) {
    return late ? "the node timed out; last status: " + status : "the node failed: " + status;
  }

  /**
   * Starts it again, unless this check was suspended for so long that a move has begun.
   *
   * @throws BlockedException if a move has begun, which starts the node
   */
  private StepOutcome startAgain(Node node, DaemonLock lock) {
    driver.confirmBefore(() -> {});
    if (isLost(lock)) {
      WindowLock.requireNoCommand(stores);
      requireNoMove(node);
    }
    return driver.start(node);
  }

  /** An etcd that cannot be asked does not keep the node from its start. */
  private boolean isLost(DaemonLock lock) {
    try {
      new StateStore(stores.etcd()).confirmCheck(lock);
      return false;
    } catch (LostAuthorityException e) {
      return true;
    } catch (StoreException e) {
      return false;
    }
  }

  /**
   * Starts it again unless it surely runs, and reports its state. A stop that was cut off here may
   * still be under way on the node's host.
   */
  private String left(Node node, NodeService.Place place, DaemonLock lock) {
    boolean stopEnded = actions.stream().anyMatch(one -> one.name().equals("stop") && one.done());
    boolean runs =
        !touched || (stopEnded && asked(() -> driver.probe(node, NodeState.RUNNING)).isDone());
    StepOutcome start;
    try {
      start = runs ? StepOutcome.done("it runs") : startAgain(node, lock);
    } catch (BlockedException e) {
      return "it was not started again: %s. Do not start it yourself; the window does that"
          .formatted(e.getMessage());
    } catch (RuntimeException e) {
      start = failed(e);
    }
    long until = System.nanoTime() + config.times().budget().toNanos();
    StepOutcome seen = asked(() -> service.serves(node, place));
    while (!seen.isDone() && System.nanoTime() < until) {
      pause();
      seen = asked(() -> service.serves(node, place));
    }
    if (seen.isDone()) {
      return runs ? "it serves" : "it was started again and serves";
    }
    return "it does NOT serve: %s; start it by hand"
        .formatted(NodeService.words(start.isDone() ? seen : start));
  }

  /** A store or a driver that cannot be asked must not keep the node from its start. */
  private static StepOutcome asked(Supplier<StepOutcome> ask) {
    try {
      return ask.get();
    } catch (RuntimeException e) {
      return failed(e);
    }
  }

  private static StepOutcome failed(RuntimeException failure) {
    return StepOutcome.failed(
        Optional.ofNullable(failure.getMessage()).orElseGet(failure::toString));
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StepFailedException("interrupted while a node was checked", e);
    }
  }
}
