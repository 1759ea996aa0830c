package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.fence.LateWrite;
import io.metamigrate.migrator.cutover.fence.LateWrites;
import io.metamigrate.verifier.diff.ContentDigest;
import io.metamigrate.verifier.report.Digest;
import io.metamigrate.verifier.store.DualReader;
import io.metamigrate.verifier.store.Ensemble;
import io.metamigrate.verifier.store.Pair;
import io.metamigrate.verifier.store.PathIndex;
import io.metamigrate.verifier.store.TreeListing;
import io.metamigrate.verifier.store.ZnodeReader;
import io.metamigrate.verifier.store.Zxid;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

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
      read(
          context.stores().tree(ensemble),
          pair -> {
            if (ensembles.size() == 1) {
              content.add(pair);
            }
            pair.source()
                .flatMap(znode -> LateWrites.found(context.scope(), znode, fence))
                .ifPresent(found::add);
            pair.source()
                .flatMap(znode -> LateWrites.missingSince(context.scope(), znode, fence))
                .ifPresent(missingSince::add);
          });
    }
    if (ensembles.size() > 1) {
      read(context.stores().znodes(), content::add);
    }
    Digest now = content.result();
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

  /** What ZooKeeper holds now. */
  Digest digest() {
    ContentDigest content = new ContentDigest();
    read(context.stores().znodes(), content::add);
    return content.result();
  }

  /** By what was created or changed in the same ZooKeeper. */
  private static boolean isExplained(LateWrite late, List<LateWrite> found) {
    return found.stream().anyMatch(other -> other.ensemble() == late.ensemble());
  }

  private void read(ZnodeReader znodes, Consumer<Pair> sink) {
    try (PathIndex paths = new TreeListing(znodes, listed -> {}).list(context.scope())) {
      new DualReader(znodes, context.stores().keys())
          .read(
              paths,
              context.scope(),
              context.stores().keys().revision(),
              pairs -> pairs.forEach(sink));
    }
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
