package io.metamigrate.migrator.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.config.ConfigurationException;
import io.metamigrate.migrator.config.CutoverConfig.Strategy;
import io.metamigrate.migrator.config.DriverConfig;
import io.metamigrate.migrator.config.Fault;
import io.metamigrate.migrator.config.OtlpConfig;
import io.metamigrate.migrator.control.ControlClient;
import io.metamigrate.migrator.control.NoDaemonException;
import io.metamigrate.migrator.control.RequestOutcome;
import io.metamigrate.migrator.cutover.Accepted;
import io.metamigrate.migrator.cutover.Confirmation;
import io.metamigrate.migrator.cutover.GoneStore;
import io.metamigrate.migrator.cutover.Hooks;
import io.metamigrate.migrator.cutover.NodeAccess;
import io.metamigrate.migrator.cutover.OperatorDecisions;
import io.metamigrate.migrator.cutover.StepListener;
import io.metamigrate.migrator.cutover.Window;
import io.metamigrate.migrator.cutover.WindowEnvironment;
import io.metamigrate.migrator.cutover.fence.Registrations;
import io.metamigrate.migrator.pulsar.BrokerHealth;
import io.metamigrate.migrator.pulsar.PulsarHealth;
import io.metamigrate.migrator.restart.Component;
import io.metamigrate.migrator.restart.Drivers;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.migrator.restart.RestartDriver;
import io.metamigrate.migrator.run.BlockedException;
import io.metamigrate.migrator.run.ProcessIdentity;
import io.metamigrate.migrator.run.StoreIdentity;
import io.metamigrate.migrator.run.Stores;
import io.metamigrate.verifier.store.StoreException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * A command of the window: confirmed by the cluster's name, with a driver and the lock. For one
 * thread.
 */
abstract class WindowCommand extends ConsoleCommand {
  @Mixin private ControlOptions control = new ControlOptions();

  @Option(
      names = "--confirm",
      paramLabel = "CLUSTER",
      required = true,
      description = "type the cluster name to confirm")
  private String confirm = "";

  @Option(
      names = "--operator",
      paramLabel = "NAME",
      description = "the operator's name for the record (default: the user of this process)")
  private String operator = System.getProperty("user.name", "unknown");

  @Mixin private StateFolder state = new StateFolder();

  @Option(
      names = "--lost-bookie",
      paramLabel = "ID",
      description =
          "a bookie that is permanently lost: no step waits for it, every result names it, and it"
              + " must not register again; repeatable")
  private List<String> lostBookies = List.of();

  private Optional<WindowBoard> board = Optional.empty();

  abstract ExitCode execute(Configuration configuration, Stores stores, NodeAccess access);

  /** Works without one of the stores if the operator declares it gone. */
  Optional<ExitCode> executeWithoutAStore(Configuration configuration) {
    return Optional.empty();
  }

  final String operator() {
    return operator;
  }

  /** The confirmation at the point of no return. */
  Confirmation confirmation(String cluster) {
    return Confirmation.GIVEN;
  }

  /** The strategy that the command line names, if it does. */
  Optional<Strategy> wantedStrategy() {
    return Optional.empty();
  }

  /** Ids of what ZooKeeper turns out to be, which the operator accepts. */
  Set<String> acceptedStores() {
    return Set.of();
  }

  /** What the operator gives up by name. */
  Accepted accepted() {
    return Accepted.NOTHING;
  }

  @Override
  final ExitCode execute() {
    Configuration configuration = control.apply(options().configuration());
    String cluster = configuration.requireClusterName();
    if (!cluster.equals(confirm)) {
      throw new BlockedException(
          "NOT_CONFIRMED",
          "--confirm names %s, but the configuration is for cluster %s".formatted(confirm, cluster),
          "type the name of the configured cluster");
    }
    Optional<ExitCode> withoutAStore = executeWithoutAStore(configuration);
    if (withoutAStore.isPresent()) {
      return withoutAStore.get();
    }
    DriverConfig driver = driver(configuration);
    if (withoutZooKeeper()) {
      GoneStore.requireZooKeeperGone(
          configuration, "migrate %s --confirm %s".formatted(name(), cluster));
    }
    try (Stores stores =
            withoutZooKeeper()
                ? Stores.withoutZooKeeper(configuration)
                : Stores.open(configuration, StoreIdentity.of(configuration, acceptedStores()));
        RestartDriver restartDriver =
            Drivers.of(driver, state.path(), node -> isRegistered(stores, node));
        BrokerHealth health = new PulsarHealth(configuration.cluster().admin())) {
      return OnSignal.guard(
          () ->
              execute(
                  configuration, stores, new NodeAccess(restartDriver, isAtOnce(driver), health)));
    } catch (StoreException e) {
      // Also once it is open: an etcd without space grants no lease for the lock.
      throw GoneStore.advise(configuration, e);
    } finally {
      board.ifPresent(WindowBoard::close);
    }
  }

  /** As it is typed. */
  abstract String name();

  /** Whether the operator declares ZooKeeper permanently lost. */
  boolean withoutZooKeeper() {
    return false;
  }

  static DriverConfig driver(Configuration configuration) {
    return configuration
        .cutover()
        .driver()
        .orElseThrow(
            () ->
                new ConfigurationException(
                    new Fault(
                        "configuration",
                        "cutover.driver",
                        "no driver is configured; set how nodes are restarted")));
  }

  static boolean isAtOnce(DriverConfig driver) {
    return !(driver instanceof io.metamigrate.migrator.config.ComposeDriverConfig);
  }

  final Path folder() {
    return state.path();
  }

  /** Prints the steps. */
  final StepListener stepListener(String cluster) {
    return new WindowBoard(console(), cluster, OtlpConfig.none(), InstantSource.system());
  }

  /** Nothing is asked of a daemon or of etcd's lock before file and document were compared. */
  final Window window(Configuration configuration, Stores stores, NodeAccess access) {
    Window window = unlocked(configuration, stores, access);
    window.requireDeclared(wantedStrategy());
    requireNodes(window);
    requestHandover(configuration);
    board.orElseThrow().serve(configuration);
    return window;
  }

  final Window unlocked(Configuration configuration, Stores stores, NodeAccess access) {
    InstantSource clock = InstantSource.system();
    WindowBoard shown =
        new WindowBoard(
            console(), configuration.requireClusterName(), configuration.control().otlp(), clock);
    board = Optional.of(shown);
    return new Window(
        stores,
        configuration,
        new WindowEnvironment(
            access,
            Hooks.of(configuration.hooks()),
            shown,
            clock,
            ProcessIdentity.name(),
            state.path()),
        new OperatorDecisions(
            operator, confirmation(configuration.requireClusterName()), accepted()),
        lostBookies());
  }

  /** Compares the file with all nodes that are known, before anything is touched. */
  abstract void requireNodes(Window window);

  final Set<String> lostBookies() {
    return new HashSet<>(lostBookies);
  }

  /** A running daemon releases the lock; if none answers, there is none or its lock expires. */
  private void requestHandover(Configuration configuration) {
    try {
      RequestOutcome outcome =
          ControlClient.of(configuration)
              .change("/handover", JsonNodeFactory.instance.objectNode());
      console().info(outcome.message());
    } catch (NoDaemonException e) {
      console().info(e.fact() + "; waiting for its lock on etcd to expire if one is running");
    }
  }

  static boolean isRegistered(Stores stores, Node node) {
    return isRegistered(Registrations.in(stores), node);
  }

  static boolean isRegistered(Registrations registrations, Node node) {
    if (node.component() == Component.BOOKIE) {
      return !registrations.onEtcd(node.id()).isEmpty()
          || !registrations.onZooKeeper(node.id()).isEmpty();
    }
    if (node.component() == Component.BROKER) {
      return registrations.brokersOnZooKeeper().contains(node.id())
          || registrations.brokersOnEtcd().stream()
              .anyMatch(key -> key.path().name().equals(node.id()));
    }
    return true;
  }
}
