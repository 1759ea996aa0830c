package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.fence.LateWrite;
import io.metamigrate.verifier.decode.LedgerPaths;
import java.util.List;

/**
 * Ledgers that another writer created in ZooKeeper after the fence: a bookie that collects garbage
 * on etcd deletes their entries.
 */
final class LateLedgers {
  private LateLedgers() {}

  /**
   * Asked before a bookie starts on etcd with garbage collection enabled.
   *
   * @throws StepFailedException naming the first that etcd lacks and that was not given up by name
   */
  static void require(CutoverContext context) {
    List<LateWrite> late =
        context.journal().state().lateWrites().stream()
            .filter(write -> LedgerPaths.ledgerOf(write.path().value()).isPresent())
            .filter(write -> !context.acceptedLateWrites().contains(write.path()))
            .filter(write -> context.registrations().znode(write.path()).isPresent())
            .filter(write -> context.registrations().key(write.path()).isEmpty())
            .toList();
    if (!late.isEmpty()) {
      throw new StepFailedException(
          "no bookie is started on etcd with garbage collection enabled: %d ledgers were created in ZooKeeper after the fence, and their entries would be deleted. The first is %s. Find the broker that created them, read what you need, then give each up with --accept-late-write %s"
              .formatted(late.size(), late.get(0), late.get(0).path()));
    }
  }
}
