package io.metamigrate.migrator.cli;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.config.ConfigurationException;
import io.metamigrate.migrator.config.DriverConfig;
import io.metamigrate.migrator.config.Fault;
import io.metamigrate.migrator.cutover.Accepted;
import io.metamigrate.migrator.cutover.Hooks;
import io.metamigrate.migrator.cutover.NodeAccess;
import io.metamigrate.migrator.cutover.RollbackWithoutEtcd;
import io.metamigrate.migrator.cutover.Window;
import io.metamigrate.migrator.cutover.WindowEnvironment;
import io.metamigrate.migrator.cutover.WindowResult;
import io.metamigrate.migrator.cutover.fence.Registrations;
import io.metamigrate.migrator.phase.MassDeletion;
import io.metamigrate.migrator.phase.StoreCheck;
import io.metamigrate.migrator.pulsar.BrokerHealth;
import io.metamigrate.migrator.pulsar.PulsarHealth;
import io.metamigrate.migrator.restart.Drivers;
import io.metamigrate.migrator.restart.RestartDriver;
import io.metamigrate.migrator.run.ProcessIdentity;
import io.metamigrate.migrator.run.Stores;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.ZnodeReader;
import io.metamigrate.verifier.store.ZooKeeperConnection;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code migrate rollback}: back to ZooKeeper, before or after the point of no return. */
@Command(
    name = "rollback",
    mixinStandardHelpOptions = true,
    description = "Moves brokers and bookies back to ZooKeeper, with all changes made on etcd.")
final class RollbackCommand extends WindowCommand {
  @Option(
      names = "--undo",
      description =
          "undo a rollback after the point of no return that has not started a broker on ZooKeeper:"
              + " brokers serve on etcd again")
  private boolean undo;

  @Option(
      names = "--accept",
      paramLabel = "ID",
      description =
          "MASS_DELETION: delete from ZooKeeper what etcd does not have, although it is a large"
              + " part of the tree. SOURCE_WENT_BACK: use a ZooKeeper that was restored from a"
              + " backup. Repeatable")
  private Set<String> accepted = Set.of();

  @Option(
      names = "--accept-late-write",
      paramLabel = "PATH",
      converter = ZkPathConverter.class,
      description =
          "accept the loss of what was written to ZooKeeper at this path after the fence:"
              + " a ledger, or, with --undo, this node and all below it; repeatable")
  private List<ZkPath> acceptLateWrites = List.of();

  @Option(
      names = "--accept-foreign",
      paramLabel = "PATH",
      converter = ZkPathConverter.class,
      description =
          "give up what was written to etcd at this path since a broker was started on ZooKeeper:"
              + " this ledger, or this key and what is below it; repeatable")
  private List<ZkPath> acceptForeign = List.of();

  @Option(
      names = "--without-etcd",
      description =
          "etcd is permanently lost, and no broker was started on it: undo the cutover by the copy"
              + " of the move in ZooKeeper (refused if etcd answers)")
  private boolean withoutEtcd;

  @Option(
      names = "--without-zookeeper",
      description =
          "ZooKeeper is permanently lost: with --undo, undo the rollback with etcd alone. The"
              + " result names what was not checked. Refused if ZooKeeper answers.")
  private boolean withoutZooKeeper;

  @Override
  Optional<ExitCode> executeWithoutAStore(Configuration configuration) {
    Acceptable.require(accepted, Set.of(MassDeletion.ID, StoreCheck.SOURCE_WENT_BACK));
    Acceptable.requireLateWrites(acceptLateWrites);
    if (withoutZooKeeper && (withoutEtcd || !undo)) {
      throw new ConfigurationException(
          new Fault(
              "--without-zookeeper",
              "",
              "brokers cannot return to a ZooKeeper that is lost; add --undo and leave out"
                  + " --without-etcd, so that they serve on etcd"));
    }
    if (!withoutEtcd) {
      return Optional.empty();
    }
    if (undo || !accepted.isEmpty() || !acceptLateWrites.isEmpty()) {
      throw new ConfigurationException(
          new Fault(
              "--without-etcd",
              "",
              "nothing is copied from an etcd that is lost, and brokers cannot return to it; leave"
                  + " out --undo, --accept and --accept-late-write"));
    }
    DriverConfig driver = driver(configuration);
    try (ZooKeeperConnection zookeeper =
            ZooKeeperConnection.open(configuration.zooKeeperSettings());
        RestartDriver restartDriver =
            Drivers.of(
                driver,
                folder(),
                node ->
                    isRegistered(Registrations.withoutEtcd(ZnodeReader.over(zookeeper)), node));
        BrokerHealth health = new PulsarHealth(configuration.cluster().admin())) {
      return Optional.of(
          OnSignal.guard(
              () -> {
                WindowEnvironment environment =
                    new WindowEnvironment(
                        new NodeAccess(restartDriver, isAtOnce(driver), health),
                        Hooks.of(configuration.hooks()),
                        stepListener(configuration.requireClusterName()),
                        InstantSource.system(),
                        ProcessIdentity.name(),
                        folder());
                RollbackWithoutEtcd.SourceUndoResult result =
                    new RollbackWithoutEtcd(zookeeper, configuration, environment, lostBookies())
                        .run();
                console().result(options().output(), result.text(), result);
                return ExitCode.of(result.exitCode());
              }));
    }
  }

  @Override
  ExitCode execute(Configuration configuration, Stores stores, NodeAccess access) {
    Window window = window(given(configuration), stores, access);
    WindowResult result =
        undo ? window.undoRollback(configuration.cutover().times().maxOutage()) : window.rollback();
    console().result(options().output(), result.text(), result);
    return ExitCode.of(result.exitCode());
  }

  @Override
  Set<String> acceptedStores() {
    return accepted;
  }

  @Override
  Accepted accepted() {
    return new Accepted(new HashSet<>(acceptForeign), new HashSet<>(acceptLateWrites));
  }

  @Override
  String name() {
    return undo ? "rollback --undo" : "rollback";
  }

  @Override
  boolean withoutZooKeeper() {
    return withoutZooKeeper;
  }

  @Override
  void requireNodes(Window window) {
    window.requireNodes(!undo);
  }

  private Configuration given(Configuration configuration) {
    return accepted.contains(MassDeletion.ID)
        ? configuration.withoutDeletionLimit()
        : configuration;
  }
}
