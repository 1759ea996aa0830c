package io.metamigrate.migrator.cli;

import io.metamigrate.migrator.phase.Checkpoint;
import io.metamigrate.migrator.phase.Checkpoint.Verified;
import io.metamigrate.migrator.replay.StateStore;
import io.metamigrate.migrator.run.BlockedException;
import io.metamigrate.migrator.run.Stores;
import io.metamigrate.verifier.report.Question;
import io.metamigrate.verifier.store.Position;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.Zxid;
import java.util.Optional;

/**
 * Where a verification continues from.
 *
 * @param given empty for the last one that the move recorded
 */
record Since(Optional<Position> given) {
  private static final String ID = "NOTHING_VERIFIED_BEFORE";

  /**
   * The position, looked up if it was not given.
   *
   * @throws BlockedException if no earlier verification covers what is asked
   */
  Position position(Stores stores, Scope scope, boolean exactVersions) {
    Position position = given.orElseGet(() -> last(stores));
    if (!Question.of(scope, Optional.empty()).isCoveredBy(position, exactVersions)) {
      throw refuse(
          "the position %s is of a verification with another scope or another --versions, which does not cover this one"
              .formatted(position));
    }
    if (given.isPresent() && position.stores().isEmpty()) {
      throw refuse("the position %s does not name its stores".formatted(position));
    }
    if (given.isPresent() && !position.stores().equals(stores.identity().name())) {
      throw refuse(
          "the position %s belongs to other stores; these are %s"
              .formatted(position, stores.identity().name().orElse("without a move")));
    }
    Revision mark = stores.identity().lastOwnWrite();
    if (given.isPresent() && position.revision().compareTo(mark) > 0) {
      throw refuse(
          "the last write of the move on etcd is at revision %s, which is before %s: etcd was restored from a backup"
              .formatted(mark, position));
    }
    if (stores.znodes().configuration().isPresent()) {
      throw refuse(
          "the configuration store is a separate ZooKeeper, so the zxids cannot be compared");
    }
    Zxid zxid = stores.znodes().sync().orElseThrow();
    if (position.zxid().compareTo(zxid) > 0) {
      throw refuse(
          "ZooKeeper is at zxid %s after a sync, which is before %s: it is another ZooKeeper, or was restored from a backup"
              .formatted(zxid, position));
    }
    return position;
  }

  private static Position last(Stores stores) {
    Checkpoint checkpoint =
        new StateStore(stores.etcd())
            .read()
            .checkpoint()
            .orElseThrow(() -> refuse("etcd holds no move"));
    Verified last =
        checkpoint
            .lastVerification()
            .orElseThrow(() -> refuse("the move on etcd has not been verified yet"));
    if (!last.consistent()) {
      throw refuse("the last verification, at %s, answered NO".formatted(last.at()));
    }
    return last.position()
        .orElseThrow(
            () ->
                refuse(
                    "the last verification, at %s, recorded no position: the configuration store was a separate ZooKeeper"
                        .formatted(last.at())));
  }

  private static BlockedException refuse(String message) {
    return new BlockedException(ID, message, "verify in full, without --since");
  }
}
