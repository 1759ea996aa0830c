package io.metamigrate.migrator.cutover.fence;

import io.metamigrate.verifier.store.Ensemble;
import io.metamigrate.verifier.store.ZkPath;
import java.util.Optional;

/**
 * A change in ZooKeeper after the fence that must not happen.
 *
 * @param kind created, changed, deleted, child-deleted, id-drawn or broker
 * @param zxid of the change, if known
 * @param session the owner of the node, if it has one
 * @param ensemble where it was written
 */
public record LateWrite(
    ZkPath path, String kind, Optional<String> zxid, Optional<String> session, Ensemble ensemble) {

  LateWrite in(Ensemble written) {
    return new LateWrite(path, kind, zxid, session, written);
  }

  @Override
  public String toString() {
    return path
        + " "
        + kind
        + zxid.map(z -> " at zxid " + z).orElse("")
        + session.map(s -> " by session " + s).orElse("")
        + (ensemble == Ensemble.CONFIGURATION ? " in the configuration store" : "");
  }
}
