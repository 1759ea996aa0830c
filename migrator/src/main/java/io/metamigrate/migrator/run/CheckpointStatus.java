package io.metamigrate.migrator.run;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.control.Health;
import io.metamigrate.migrator.control.Health.Problem;
import io.metamigrate.migrator.control.ProblemId;
import io.metamigrate.migrator.control.Status;
import io.metamigrate.migrator.phase.Checkpoint;
import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.replay.StateStore;
import io.metamigrate.verifier.store.EtcdConnection;
import io.metamigrate.verifier.store.EtcdReader;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

/** The status of a move without a running daemon, from its checkpoint. */
public final class CheckpointStatus {
  private static final Set<Phase> DAEMON =
      EnumSet.of(Phase.PLANNED, Phase.COPYING, Phase.FOLLOWING);

  private static final Set<Phase> MOVED = EnumSet.of(Phase.OBSERVING, Phase.FINALIZED);

  private CheckpointStatus() {}

  /**
   * Empty if etcd is not configured or holds no move.
   *
   * @throws BlockedException if the endpoints lead to more than one etcd
   */
  public static Optional<Status> read(Configuration configuration) {
    if (configuration.target().etcd().isEmpty()) {
      return Optional.empty();
    }
    try (EtcdConnection etcd = EtcdConnection.open(configuration.etcdSettings())) {
      OneEtcd.require(configuration.etcdSettings());
      StateStore.StoredState state = new StateStore(etcd).read();
      Optional<ExitRecord> record = ExitRecord.read(configuration);
      return state
          .checkpoint()
          .map(
              checkpoint ->
                  of(checkpoint, !configuration.verify().continuous())
                      .in(
                          needsDaemon(checkpoint)
                              ? health(
                                  LeadershipRecord.read(etcd),
                                  state.lockHolder(),
                                  checkpoint.at(),
                                  record)
                              : healthAfterMove(configuration, etcd, checkpoint.phase())))
          .or(() -> record.map(CheckpointStatus::of));
    }
  }

  /** Once the cluster is on etcd, each node is looked for there. */
  private static Health healthAfterMove(
      Configuration configuration, EtcdConnection etcd, Phase phase) {
    return MOVED.contains(phase)
        ? Health.of(UnregisteredNodes.of(configuration, new EtcdReader(etcd)).stream().toList())
        : Health.of(List.of());
  }

  /**
   * The note counts if nobody has led since, such as on an etcd that was restored, or after a dry
   * run, which writes nothing there.
   */
  static Health health(
      Optional<LeadershipRecord> last,
      Optional<String> lockHolder,
      Instant checkpointed,
      Optional<ExitRecord> record) {
    return record
        .filter(n -> n.isNewerThan(last))
        .filter(n -> lockHolder.stream().allMatch(lock -> lock.startsWith(n.holder() + " ")))
        .map(CheckpointStatus::ended)
        .orElseGet(() -> LeadershipRecord.health(last, lockHolder, checkpointed));
  }

  private static Health ended(ExitRecord record) {
    return Health.of(
        List.of(
            new Problem(
                ProblemId.DAEMON_ENDED,
                "no daemon is running; the last one (%s) ended: %s"
                    .formatted(record.holder(), record.cause()),
                Optional.of(record.at()))));
  }

  /** Of a move that this etcd does not hold. */
  private static Status of(ExitRecord record) {
    return new Status(
        Phase.STOPPED.title(),
        record.cluster(),
        0,
        OptionalLong.empty(),
        OptionalDouble.empty(),
        OptionalLong.empty(),
        OptionalLong.empty(),
        OptionalLong.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(record.cause()),
        Optional.empty(),
        Optional.empty(),
        Set.of(),
        ended(record),
        false);
  }

  /** From the window on, and after its end, commands do the work. */
  private static boolean needsDaemon(Checkpoint checkpoint) {
    return DAEMON.contains(
        checkpoint.stopped().map(Checkpoint.Stop::in).orElse(checkpoint.phase()));
  }

  private static Status of(Checkpoint checkpoint, boolean verificationOff) {
    return new Status(
        checkpoint.phase().title(),
        checkpoint.cluster(),
        checkpoint.copied(),
        OptionalLong.of(checkpoint.total()),
        OptionalDouble.empty(),
        OptionalLong.empty(),
        OptionalLong.empty(),
        OptionalLong.empty(),
        Optional.of(checkpoint.lastAppliedZxid().toString()),
        checkpoint
            .lastVerification()
            .map(v -> new Status.Verification(v.at(), v.consistent(), v.compared())),
        checkpoint.stopped().map(stop -> stop.reason() + "; " + stop.next()),
        Optional.empty(),
        Optional.empty(),
        checkpoint.accepted(),
        Health.of(List.of()),
        verificationOff);
  }
}
