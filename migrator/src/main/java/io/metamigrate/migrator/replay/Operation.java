package io.metamigrate.migrator.replay;

import io.metamigrate.verifier.store.NodeData;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.ZkPath;

/**
 * One write to one key, the same for the first copy and for a live change.
 *
 * <p>{@code seenRevision} is the key's mod revision when the daemon last saw it, {@link
 * Revision#ABSENT} for a key that was not there; the write happens only if it still is.
 */
public sealed interface Operation {
  ZkPath path();

  Revision seenRevision();

  /** Create or replace the value. */
  record PutKey(ZkPath path, NodeData data, Revision seenRevision) implements Operation {}

  /** Delete a key that is there. */
  record DeleteKey(ZkPath path, Revision seenRevision) implements Operation {}
}
