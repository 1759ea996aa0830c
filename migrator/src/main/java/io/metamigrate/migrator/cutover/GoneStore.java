package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.cutover.CutoverState.MoveProgress;
import io.metamigrate.migrator.phase.Epoch;
import io.metamigrate.migrator.replay.StateStore;
import io.metamigrate.verifier.store.EtcdConnection;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.StoreException;
import io.metamigrate.verifier.store.ZnodeReader;
import io.metamigrate.verifier.store.ZooKeeperConnection;
import io.metamigrate.verifier.store.ZooKeeperSettings;
import java.time.Duration;
import java.util.Optional;

/** A store that does not answer and will never come back, as the operator declares. */
public final class GoneStore {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private GoneStore() {}

  /**
   * A ZooKeeper that answers is not lost: then every check is possible, and is made.
   *
   * @param command that asks it
   * @throws io.metamigrate.migrator.run.BlockedException if ZooKeeper answers
   */
  public static void requireZooKeeperGone(Configuration configuration, String command) {
    ZooKeeperSettings settings = configuration.zooKeeperSettings().withTimeout(TIMEOUT);
    try {
      ZooKeeperConnection.probeAndOpen(settings).close();
    } catch (StoreException e) {
      requireNoRefusal(e, "ZOOKEEPER_ANSWERS", command);
      return;
    }
    throw Window.blocked(
        "ZOOKEEPER_ANSWERS",
        "ZooKeeper at %s answers, so it is not lost".formatted(settings),
        "run `%s`, which uses it".formatted(command));
  }

  /**
   * A store that refuses a user or a certificate is there.
   *
   * @throws io.metamigrate.migrator.run.BlockedException if it is there
   */
  static void requireNoRefusal(StoreException failure, String id, String command) {
    if (failure.isRefused()) {
      throw Window.blocked(
          id,
          "%s is reachable, so it is not lost: %s"
              .formatted(failure.store().title(), failure.getMessage()),
          "correct the configuration, then run `%s`".formatted(command));
    }
  }

  /**
   * The failure with the command that works without that store, read from the move's record on the
   * other store; the failure as it is if there is no such command or the other store does not
   * answer either.
   */
  public static StoreException advise(Configuration configuration, StoreException failure) {
    Optional<String> command;
    try {
      command =
          failure.store() == Store.ZOOKEEPER
              ? withoutZooKeeper(configuration)
              : withoutEtcd(configuration);
    } catch (RuntimeException e) {
      return failure;
    }
    return command
        .map(
            text ->
                new StoreException(
                    failure.store(),
                    "%s; if it is permanently lost, run `%s`".formatted(failure.getMessage(), text),
                    failure))
        .orElse(failure);
  }

  private static Optional<String> withoutZooKeeper(Configuration configuration) {
    try (EtcdConnection etcd =
        EtcdConnection.open(configuration.etcdSettings().withTimeout(TIMEOUT))) {
      StateStore states = new StateStore(etcd);
      return states
          .get(Journal.DOCUMENT)
          .map(CutoverCodec::read)
          .flatMap(
              state ->
                  withoutZooKeeper(
                      state,
                      FirstStart.isStartedOnZooKeeper(
                          FirstStart.recorded(Store.ZOOKEEPER, states), state)));
    }
  }

  /** Before the point of no return ZooKeeper is authoritative: nothing works without it. Pure. */
  static Optional<String> withoutZooKeeper(CutoverState state, boolean mayServe) {
    String confirm = " --confirm " + state.header().cluster();
    if (state.progress() == MoveProgress.FORWARD && state.isCommitted()) {
      boolean complete = state.forward().stream().allMatch(StepRecord::isDone);
      return Optional.of(
          "migrate " + (complete ? "finalize" : "cutover") + confirm + " --without-zookeeper");
    }
    return RollbackUndo.obstacle(state, mayServe).isEmpty()
        ? Optional.of("migrate rollback" + confirm + " --undo --without-zookeeper")
        : Optional.empty();
  }

  private static Optional<String> withoutEtcd(Configuration configuration) {
    try (ZooKeeperConnection zookeeper =
        ZooKeeperConnection.open(configuration.zooKeeperSettings().withTimeout(TIMEOUT))) {
      ZnodeReader znodes = ZnodeReader.over(zookeeper);
      return MoveBackup.read(znodes).flatMap(copy -> withoutEtcd(copy, EpochKeeper.in(znodes)));
    }
  }

  /** Once brokers may serve on etcd, etcd alone has everything: nothing works without it. Pure. */
  static Optional<String> withoutEtcd(MoveBackup copy, Optional<Epoch> recorded) {
    return copy.mayServeOnEtcd(recorded)
        ? Optional.empty()
        : Optional.of(
            "migrate rollback --confirm %s --without-etcd"
                .formatted(copy.state().header().cluster()));
  }
}
