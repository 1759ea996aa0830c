package io.metamigrate.migrator.run;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.control.Health;
import io.metamigrate.migrator.control.Status;
import io.metamigrate.migrator.phase.Checkpoint;
import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.replay.StateStore;
import io.metamigrate.verifier.store.EtcdConnection;
import io.metamigrate.verifier.store.EtcdReader;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

/** The status of a move that no daemon is at work on, from its checkpoint. */
public final class CheckpointStatus {
  private static final Set<Phase> DAEMON =
      EnumSet.of(Phase.PLANNED, Phase.COPYING, Phase.FOLLOWING);

  private static final Set<Phase> MOVED = EnumSet.of(Phase.OBSERVING, Phase.FINALIZED);

  private CheckpointStatus() {}

  /** Empty where etcd is not configured or holds no move. */
  public static Optional<Status> read(Configuration configuration) {
    if (configuration.target().etcd().isEmpty()) {
      return Optional.empty();
    }
    try (EtcdConnection etcd = EtcdConnection.open(configuration.etcdSettings())) {
      StateStore.State state = new StateStore(etcd).read();
      return state
          .checkpoint()
          .map(
              checkpoint ->
                  of(checkpoint)
                      .in(
                          needsDaemon(checkpoint)
                              ? LastWord.health(
                                  LastWord.read(etcd), state.lockHolder(), checkpoint.at())
                              : afterwards(configuration, etcd, checkpoint.phase())));
    }
  }

  /** Once the cluster is on etcd, each node is looked for there. */
  private static Health afterwards(Configuration configuration, EtcdConnection etcd, Phase phase) {
    return MOVED.contains(phase)
        ? Health.of(UnregisteredNodes.of(configuration, new EtcdReader(etcd)).stream().toList())
        : Health.of(List.of());
  }

  /** From the window on, and after its end, commands do the work. */
  private static boolean needsDaemon(Checkpoint checkpoint) {
    return DAEMON.contains(
        checkpoint.stopped().map(Checkpoint.Stop::in).orElse(checkpoint.phase()));
  }

  private static Status of(Checkpoint checkpoint) {
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
        checkpoint.accepted(),
        Health.of(List.of()));
  }
}
