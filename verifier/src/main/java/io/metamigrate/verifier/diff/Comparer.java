package io.metamigrate.verifier.diff;

import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.catalog.Family;
import io.metamigrate.verifier.diff.Comparison.DifferenceKind;
import io.metamigrate.verifier.diff.Comparison.Differs;
import io.metamigrate.verifier.diff.Comparison.Same;
import io.metamigrate.verifier.diff.Comparison.Seeded;
import io.metamigrate.verifier.diff.Comparison.Skipped;
import io.metamigrate.verifier.store.EtcdEntry;
import io.metamigrate.verifier.store.Pair;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Znode;
import java.util.Arrays;
import java.util.Optional;

/** Compares one path in both stores, by the rules of the catalogue. */
public final class Comparer {
  private Comparer() {}

  /**
   * The same, with the versions.
   *
   * @param exactVersions whether a key must have the version that the znode's changes give it
   */
  public static Comparison compare(Pair pair, boolean exactVersions) {
    Comparison comparison = compare(pair);
    if (!exactVersions || !(comparison instanceof Same)) {
      return comparison;
    }
    Znode source = pair.source().orElseThrow();
    long found = pair.target().orElseThrow().version();
    return found == source.keyVersion()
        ? comparison
        : new Differs(
            pair,
            DifferenceKind.DIFFERENT,
            "version %d on ZooKeeper asks for %d on etcd, found %d"
                .formatted(source.version(), source.keyVersion(), found));
  }

  public static Comparison compare(Pair pair) {
    Family family = Catalogue.of(pair.path());
    return switch (family.action()) {
      case SEED -> new Seeded(pair);
      case SKIP ->
          family.structural() && holdsData(pair) ? copy(pair, family) : skip(pair, family.reason());
      case COPY -> copy(pair, family);
    };
  }

  /** A directory is left out because it is empty; one that is not is copied like anything else. */
  private static boolean holdsData(Pair pair) {
    return pair.source().filter(znode -> !znode.data().isEmpty()).isPresent();
  }

  /** The reason's short name, under which skipped nodes are counted. */
  static String name(String reason) {
    int colon = reason.indexOf(':');
    return colon < 0 ? reason : reason.substring(0, colon);
  }

  private static Comparison skip(Pair pair, String reason) {
    Optional<EtcdEntry> target = pair.target();
    if (target.isPresent() && !target.get().isLeased()) {
      return Catalogue.of(pair.path()).structural() && target.get().data().isEmpty()
          ? new Differs(pair, DifferenceKind.REAPED, "empty directory that etcd does not need")
          : new Differs(
              pair, DifferenceKind.EXTRA, "must not be on etcd without a lease (" + reason + ")");
    }
    return new Skipped(pair, pair.source().isPresent() ? name(reason) : "lives-on-etcd");
  }

  private static Comparison copy(Pair pair, Family family) {
    Optional<Znode> source = pair.source().filter(znode -> !znode.isEphemeral());
    Optional<EtcdEntry> target = pair.target();
    if (pair.source().isPresent() && source.isEmpty()) {
      return skip(pair, "ephemeral: ends with its session");
    }
    if (source.isEmpty()) {
      EtcdEntry extra = target.orElseThrow();
      if (extra.isLeased()) {
        return new Skipped(pair, "lives-on-etcd");
      }
      return family.structural() && extra.data().isEmpty()
          ? new Differs(pair, DifferenceKind.REAPED, "empty parent that ZooKeeper has removed")
          : new Differs(
              pair,
              DifferenceKind.EXTRA,
              "on etcd only, " + extra.data() + illegalName(pair.path()));
    }
    if (target.isEmpty()) {
      return new Differs(pair, DifferenceKind.MISSING, "on ZooKeeper only, " + source.get().data());
    }
    if (target.get().isLeased()) {
      return new Differs(
          pair, DifferenceKind.DIFFERENT, "persistent on ZooKeeper, attached to a lease on etcd");
    }
    return source.get().data().equals(target.get().data())
        ? new Same(pair)
        : new Differs(pair, DifferenceKind.DIFFERENT, firstDifference(source.get(), target.get()));
  }

  private static String illegalName(ZkPath path) {
    return path.isLegalZnode()
        ? ""
        : ", and no znode can have this name; `migrate run --accept-foreign %s` deletes it, and without a move `%s`"
            .formatted(path.quoted(), path.deleteCommand());
  }

  private static String firstDifference(Znode source, EtcdEntry target) {
    int at = Arrays.mismatch(source.data().bytes(), target.data().bytes());
    return "%s on ZooKeeper, %s on etcd, first difference at byte %d"
        .formatted(source.data(), target.data(), at);
  }
}
