package io.metamigrate.migrator.run;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.control.Status;
import io.metamigrate.migrator.phase.Checkpoint;
import io.metamigrate.migrator.replay.StateStore;
import io.metamigrate.verifier.store.EtcdConnection;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** The status of a move that no daemon is at work on, from its checkpoint. */
public final class CheckpointStatus {
  private CheckpointStatus() {}

  /** Empty where etcd is not configured or holds no move. */
  public static Optional<Status> read(Configuration configuration) {
    if (configuration.target().etcd().isEmpty()) {
      return Optional.empty();
    }
    try (EtcdConnection etcd = EtcdConnection.open(configuration.etcdSettings())) {
      return new StateStore(etcd).read().checkpoint().map(CheckpointStatus::of);
    }
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
        checkpoint.accepted());
  }
}
