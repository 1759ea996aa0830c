package io.metamigrate.migrator.phase;

import io.metamigrate.verifier.store.Stamps;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Zxid;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A change of ZooKeeper that was seen: a znode and the zxid of its last change. A ZooKeeper that
 * was restored from before it does not have it, also when its own zxid has grown above it since.
 */
public record Witness(ZkPath path, Zxid mzxid) {
  /** The newest first. */
  public static final Comparator<Witness> NEWEST_FIRST =
      Comparator.comparing(Witness::mzxid).reversed().thenComparing(Witness::path);

  /** So many are kept. */
  public static final int KEPT = 16;

  /** How a ZooKeeper answers for a witness. */
  enum Word {
    CONFIRMS,
    DENIES,
    /** The znode was changed again since, or came and went; nothing follows from it. */
    SAYS_NOTHING
  }

  /**
   * Whether a ZooKeeper lacks what was seen of it. The newest witness with a definite answer
   * decides.
   *
   * @param now the stamps of a znode now
   */
  static Optional<Witness> firstDenied(List<Witness> all, Function<ZkPath, Optional<Stamps>> now) {
    for (Witness witness : all.stream().sorted(NEWEST_FIRST).toList()) {
      switch (witness.ask(now)) {
        case CONFIRMS -> {
          return Optional.empty();
        }
        case DENIES -> {
          return Optional.of(witness);
        }
        case SAYS_NOTHING -> {
          // An older one may be definite.
        }
      }
    }
    return Optional.empty();
  }

  /**
   * A znode's mzxid never falls. One that is gone was deleted after its last change, and its
   * deletion, or that of a parent, is in the pzxid of the nearest ancestor that is there.
   */
  Word ask(Function<ZkPath, Optional<Stamps>> now) {
    Optional<Stamps> here = now.apply(path);
    if (here.isPresent()) {
      int order = here.get().mzxid().compareTo(mzxid);
      return order == 0 ? Word.CONFIRMS : order < 0 ? Word.DENIES : Word.SAYS_NOTHING;
    }
    ZkPath ancestor = path;
    while (!ancestor.equals(ZkPath.ROOT)) {
      ancestor = ancestor.parent();
      Optional<Stamps> there = now.apply(ancestor);
      if (there.isPresent()) {
        return there.get().pzxid().compareTo(mzxid) < 0 ? Word.DENIES : Word.SAYS_NOTHING;
      }
    }
    return Word.SAYS_NOTHING;
  }
}
