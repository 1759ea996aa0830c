package io.metamigrate.migrator.phase;

import io.metamigrate.verifier.store.Revision;
import java.util.Optional;

/**
 * What etcd shows of a move, read at one revision.
 *
 * @param revision of the whole key space
 * @param mark revision of the last own transaction
 */
public record TargetSnapshot(
    Optional<MoveIdentity> identity,
    Optional<Checkpoint> checkpoint,
    Revision revision,
    Revision mark) {
  public Optional<String> nonce() {
    return identity.map(MoveIdentity::nonce);
  }
}
