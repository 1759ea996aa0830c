package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.fence.LateWrite;
import io.metamigrate.migrator.cutover.fence.LateWrites;
import io.metamigrate.verifier.diff.ContentDigest;
import io.metamigrate.verifier.report.Digest;
import io.metamigrate.verifier.store.DualReader;
import io.metamigrate.verifier.store.Ensemble;
import io.metamigrate.verifier.store.Pair;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.ZnodeReader;
import io.metamigrate.verifier.store.Zxid;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** Finds what was written to ZooKeeper after the fence while nobody watched. */
final class LateWriteScan {
  private final CutoverContext context;

  LateWriteScan(CutoverContext context) {
    this.context = context;
  }

  /**
   * Reads all of ZooKeeper for what is newer than the fence. What was deleted shows in the digest,
   * which no longer matches that of the commit, and by the parents whose children changed.
   */
  void run() {
    List<Ensemble> ensembles = context.stores().ensembles();
    List<LateWrite> found = new ArrayList<>();
    List<LateWrite> missingSince = new ArrayList<>();
    ContentDigest content = new ContentDigest();
    for (Ensemble ensemble : ensembles) {
      Zxid fence = context.journal().state().fence().mark(ensemble);
      FoundLateWrites late =
          read(
              context.stores().tree(ensemble),
              FoundLateWrites::new,
              (seen, pair) -> seen.add(pair, context.scope(), fence));
      found.addAll(late.found);
      missingSince.addAll(late.missingSince);
      content = late.content;
    }
    Digest now = ensembles.size() > 1 ? digest() : content.result();
    if (!isUnchangedSinceCommit(now, Digest::zookeeper)) {
      boolean localIsTheSame = isUnchangedSinceCommit(now, Digest::local);
      missingSince.removeIf(
          late ->
              isExplained(late, found) || (localIsTheSame && late.ensemble() == Ensemble.LOCAL));
      found.addAll(missingSince);
      if (found.isEmpty()) {
        found.add(LateWrites.LACKING_SOMEWHERE);
      }
    }
    context.journal().change(state -> state.withLateWrites(found));
  }

  /** What one ensemble holds that is newer than the fence, and the digest of all. */
  private static final class FoundLateWrites {
    private final List<LateWrite> found = new ArrayList<>();
    private final List<LateWrite> missingSince = new ArrayList<>();
    private final ContentDigest content = new ContentDigest();

    private void add(Pair pair, Scope scope, Zxid fence) {
      content.add(pair);
      pair.source().flatMap(znode -> LateWrites.found(scope, znode, fence)).ifPresent(found::add);
      pair.source()
          .flatMap(znode -> LateWrites.missingSince(scope, znode, fence))
          .ifPresent(missingSince::add);
    }
  }

  /** What ZooKeeper holds now. */
  Digest digest() {
    return read(context.stores().znodes(), ContentDigest::new, ContentDigest::add).result();
  }

  /** By what was created or changed in the same ZooKeeper. */
  private static boolean isExplained(LateWrite late, List<LateWrite> found) {
    return found.stream().anyMatch(other -> other.ensemble() == late.ensemble());
  }

  private <T> T read(ZnodeReader znodes, Supplier<T> fresh, BiConsumer<T, Pair> add) {
    return new DualReader(znodes, context.stores().keys()).collect(context.scope(), fresh, add);
  }

  private boolean isUnchangedSinceCommit(Digest now, Function<Digest, String> part) {
    return context
        .journal()
        .state()
        .commitProof()
        .filter(proof -> !part.apply(proof.digest()).equals(part.apply(now)))
        .isEmpty();
  }
}
