package io.metamigrate.migrator.phase;

import io.metamigrate.verifier.decode.LedgerPaths;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Znode;
import io.metamigrate.verifier.store.ZnodeZxids;
import io.metamigrate.verifier.store.Zxid;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A change of ZooKeeper that was seen: a znode and the zxid of its last change. A ZooKeeper that
 * was restored from before it does not have it, also when its own zxid has grown above it since.
 *
 * @param life which of the znodes that had this path it was; empty if it was recorded without
 */
public record SeenChange(ZkPath path, Zxid mzxid, Optional<ZnodeVersion> life) {
  /** The newest first. */
  public static final Comparator<SeenChange> NEWEST_FIRST =
      Comparator.comparing(SeenChange::mzxid).reversed().thenComparing(SeenChange::path);

  /** So many are kept. */
  public static final int KEPT = 16;

  /**
   * A znode from its creation on.
   *
   * @param version number of data changes since then
   */
  public record ZnodeVersion(Zxid czxid, int version) {}

  /** The znode as it was read. */
  public static SeenChange of(Znode znode) {
    return new SeenChange(
        znode.path(), znode.mzxid(), Optional.of(new ZnodeVersion(znode.czxid(), znode.version())));
  }

  /** How a ZooKeeper answers for a witness. */
  enum WitnessResult {
    CONFIRMED,
    CONTRADICTED,
    /** The znode was changed again since, or came and went; nothing follows from it. */
    UNDECIDED
  }

  /**
   * Whether a ZooKeeper lacks what was seen of it. The newest witness with a definite answer
   * decides.
   *
   * @param now the stamps of a znode now
   */
  static Optional<SeenChange> firstDenied(
      List<SeenChange> all, Function<ZkPath, Optional<ZnodeZxids>> now) {
    for (SeenChange witness : all.stream().sorted(NEWEST_FIRST).toList()) {
      switch (witness.ask(now)) {
        case CONFIRMED -> {
          return Optional.empty();
        }
        case CONTRADICTED -> {
          return Optional.of(witness);
        }
        case UNDECIDED -> {
          // An older one may be definite.
        }
      }
    }
    return Optional.empty();
  }

  /**
   * A znode's mzxid never falls (ZooKeeper Programmer's Guide, stat structure). One that is gone
   * was deleted after its last change, and its deletion, or that of a parent, is in the pzxid of
   * the nearest ancestor that is there.
   */
  WitnessResult ask(Function<ZkPath, Optional<ZnodeZxids>> now) {
    Optional<ZnodeZxids> here = now.apply(path);
    if (here.isPresent()) {
      int order = here.get().mzxid().compareTo(mzxid);
      return order == 0
          ? WitnessResult.CONFIRMED
          : order < 0 || life.filter(seen -> isImpossibleAfter(seen, here.get())).isPresent()
              ? WitnessResult.CONTRADICTED
              : WitnessResult.UNDECIDED;
    }
    ZkPath ancestor = path;
    while (!ancestor.equals(ZkPath.ROOT)) {
      ancestor = ancestor.parent();
      Optional<ZnodeZxids> there = now.apply(ancestor);
      if (there.isPresent()) {
        return there.get().pzxid().compareTo(mzxid) < 0
            ? WitnessResult.CONTRADICTED
            : WitnessResult.UNDECIDED;
      }
    }
    return WitnessResult.UNDECIDED;
  }

  /**
   * Whether a znode that was changed later cannot follow from the one that was seen: each change
   * raises the version, no znode becomes older, and no ledger id is allocated twice.
   */
  private boolean isImpossibleAfter(ZnodeVersion seen, ZnodeZxids now) {
    int createdOrder = now.czxid().compareTo(seen.czxid());
    return createdOrder == 0
        ? now.version() <= seen.version()
        : createdOrder < 0 || LedgerPaths.ledgerOf(path.value()).isPresent();
  }
}
