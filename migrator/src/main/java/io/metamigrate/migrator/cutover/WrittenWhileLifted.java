package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.CutoverState.Lifted;
import io.metamigrate.migrator.cutover.fence.LateWrite;
import io.metamigrate.migrator.cutover.fence.LateWrites;
import io.metamigrate.migrator.run.SeedWriter;
import io.metamigrate.migrator.run.Stores;
import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.decode.LedgerPaths;
import io.metamigrate.verifier.store.Ensemble;
import io.metamigrate.verifier.store.Pair;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Znode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What others wrote to ZooKeeper while a rollback had lifted the fence. Both stores were equal
 * right before, no broker of the file has been started since, and etcd becomes authoritative again
 * if the rollback is undone. What a broker that was left behind wrote there is then on no store
 * that anybody reads.
 */
final class WrittenWhileLifted {
  private final CutoverContext context;
  private final ReverseCopy copy;

  WrittenWhileLifted(CutoverContext context, ReverseCopy copy) {
    this.context = context;
    this.copy = copy;
  }

  /**
   * To be asked once the fence is in place again. Ids that were allocated in ZooKeeper are not
   * allocated on etcd again.
   *
   * @throws StepFailedException naming the first write that was not accepted
   */
  void require() {
    Optional<Lifted> lifted = context.journal().state().fence().lifted();
    if (lifted.isPresent()) {
      require(lifted.get());
    } else {
      // The rollback did not get that far, or an earlier release recorded it.
      refuse(LateLedgers.sinceFence(context));
    }
  }

  private void require(Lifted lifted) {
    Set<ZkPath> own = ActiveServices.bookieOwnedCookies(context.journal().state());
    List<LateWrite> writes =
        copy.differing(pair -> own.contains(pair.path()) ? Optional.empty() : of(pair, lifted));
    if (wereIdsDrawn(lifted)) {
      new SeedWriter(
              context.stores(),
              context.configuration().copy().ledgerIds(),
              context.journal().authority())
          .raise(largest(writes));
    }
    refuse(writes);
  }

  private void refuse(List<LateWrite> writes) {
    if (writes.isEmpty()) {
      return;
    }
    context.journal().change(state -> state.withLateWrites(writes));
    LateLedgers.require(context, writes);
    List<LateWrite> open =
        writes.stream()
            .filter(write -> LedgerPaths.ledgerOf(write.path().value()).isEmpty())
            .filter(
                write -> context.acceptedLateWrites().stream().noneMatch(write.path()::isAtOrBelow))
            .toList();
    if (!open.isEmpty()) {
      throw new StepFailedException(
          "%d nodes were written in ZooKeeper while the fence was lifted, and etcd does not have that. The first is %s. Find the broker that wrote them and stop it. If what etcd has may stay, give --accept-late-write %s, or a path above it for all below"
              .formatted(open.size(), open.get(0), open.get(0).path()));
    }
  }

  /** A pair that differs because of a later write to ZooKeeper. Pure. */
  static Optional<LateWrite> of(Pair pair, Lifted lifted) {
    if (!Catalogue.isCore(pair.path())) {
      return Optional.empty();
    }
    if (pair.source().isEmpty()) {
      boolean wasThere =
          pair.target()
              .filter(key -> key.modRevision().compareTo(lifted.revision()) <= 0)
              .isPresent();
      return wasThere ? Optional.of(write(pair, "deleted")) : Optional.empty();
    }
    boolean isNewer = pair.source().get().mzxid().compareTo(lifted.zxid()) > 0;
    return isNewer
        ? Optional.of(write(pair, pair.target().isPresent() ? "changed" : "created"))
        : Optional.empty();
  }

  private static LateWrite write(Pair pair, String kind) {
    return new LateWrite(
        pair.path(),
        kind,
        pair.source().map(znode -> znode.mzxid().toString()),
        Optional.empty(),
        pair.source().map(Znode::ensemble).orElse(Ensemble.LOCAL));
  }

  private boolean wereIdsDrawn(Lifted lifted) {
    Stores stores = context.stores();
    List<ZkPath> parents =
        new ArrayList<>(
            List.of(Catalogue.ID_GENERATOR, Catalogue.LONG_ID_GENERATOR, Catalogue.PRODUCER_NAME));
    stores
        .znodes()
        .children(List.of(Catalogue.LONG_ID_GENERATOR))
        .get(0)
        .forEach(name -> parents.add(Catalogue.LONG_ID_GENERATOR.child(name)));
    return stores.znodes().read(parents).stream()
        .flatMap(Optional::stream)
        .anyMatch(znode -> LateWrites.found(context.scope(), znode, lifted.zxid()).isPresent());
  }

  private static OptionalLong largest(List<LateWrite> writes) {
    return writes.stream()
        .flatMap(write -> LedgerPaths.ledgerOf(write.path().value()).stream().boxed())
        .mapToLong(Long::longValue)
        .max();
  }
}
