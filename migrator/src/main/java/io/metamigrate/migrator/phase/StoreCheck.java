package io.metamigrate.migrator.phase;

import io.metamigrate.verifier.store.EndpointSurvey;
import io.metamigrate.verifier.store.Ensemble;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.ServerSurvey;
import io.metamigrate.verifier.store.SourceSnapshot.NodeText;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.ZnodeZxids;
import io.metamigrate.verifier.store.Zxid;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Decides whether a store is the one that a move knows, and not an older state of it. Pure; what it
 * compares was read after a sync of ZooKeeper and linearizably from etcd.
 */
public final class StoreCheck {
  /** ZooKeeper is in an older state. */
  public static final String SOURCE_WENT_BACK = "SOURCE_WENT_BACK";

  /** etcd is in an older state. */
  public static final String TARGET_WENT_BACK = "TARGET_WENT_BACK";

  /** Another etcd, or one that was emptied. */
  public static final String TARGET_IS_ANOTHER = "TARGET_IS_ANOTHER";

  static final String SOURCE_IS_ANOTHER = "SOURCE_IS_ANOTHER";
  static final String TARGETS_DIFFER = "TARGETS_DIFFER";
  static final String SOURCES_DIFFER = "SOURCES_DIFFER";

  /** All of them; runbooks/findings.md has a paragraph for each. */
  public static final List<String> IDS =
      List.of(
          SOURCE_WENT_BACK,
          SOURCE_IS_ANOTHER,
          TARGET_WENT_BACK,
          TARGET_IS_ANOTHER,
          TARGETS_DIFFER,
          SOURCES_DIFFER,
          MassDeletion.ID);

  private StoreCheck() {}

  /** Those of accepted ids that may be kept for later: what a store turns out to be is not. */
  public static Set<String> findings(Set<String> accepted) {
    return accepted.stream().filter(id -> !IDS.contains(id)).collect(Collectors.toSet());
  }

  /** Why a store is not the expected one, by the id that an operator may accept. */
  public record Mismatch(String id, String message, String remedy) {}

  /**
   * Checks one ZooKeeper.
   *
   * @param known how it was known before
   * @param seen the highest zxid that was ever seen of it
   * @param stamps of a znode now
   */
  public static Optional<Mismatch> source(
      KnownSource known,
      KnownSource now,
      Zxid seen,
      Function<ZkPath, Optional<ZnodeZxids>> stamps) {
    if (now.contradicts(known)) {
      return Optional.of(
          sourceMismatch(
              SOURCE_IS_ANOTHER,
              "this ZooKeeper is another one: it has %s, the move's has %s"
                  .formatted(now.nameBeside(known), known.nameBeside(now))));
    }
    if (now.zxid().compareTo(seen) < 0) {
      return Optional.of(
          sourceMismatch(
              SOURCE_WENT_BACK,
              "ZooKeeper lost changes: it is at zxid %s after a sync and was at %s; it lost data or was restored from a backup"
                  .formatted(now.zxid(), seen)));
    }
    if (known.isGoneIn(now)) {
      return Optional.of(
          sourceMismatch(
              SOURCE_IS_ANOTHER,
              "this ZooKeeper is another one, was emptied, or has the move's metadata below another chroot: it has %s, the move's has %s"
                  .formatted(now.nameBeside(known), known.nameBeside(now))));
    }
    Optional<SeenChange> denied = SeenChange.firstDenied(known.witnesses(), stamps);
    if (denied.isPresent()) {
      return Optional.of(
          sourceMismatch(
              SOURCE_WENT_BACK,
              "ZooKeeper lost changes: it does not know the change of %s at zxid %s that was seen before; it lost data or was restored from a backup"
                  .formatted(denied.get().path(), denied.get().mzxid())));
    }
    return Optional.empty();
  }

  /**
   * Checks the ZooKeepers of the configuration. One that the move has read before and that is not
   * among them would look like one whose nodes were deleted.
   */
  public static Optional<Mismatch> configured(
      Optional<MoveIdentity> known, List<Ensemble> ensembles) {
    return known
        .filter(id -> !ensembles.containsAll(id.sources().keySet()))
        .map(
            id ->
                sourceMismatch(
                    SOURCE_IS_ANOTHER,
                    "the move on etcd also reads a configuration store, and"
                        + " source.configurationZookeeper is not set: its nodes would count as"
                        + " deleted"));
  }

  private static Mismatch sourceMismatch(String id, String message) {
    return new Mismatch(
        id,
        message,
        "nothing was changed. Make the right ZooKeeper available at this address and start again; only if this one is right, `migrate run --accept %s` makes etcd equal to it%s"
            .formatted(
                id,
                id.equals(SOURCE_WENT_BACK)
                    ? ". In the middle of a move, `migrate rollback` takes that option instead"
                    : ""));
  }

  /** How etcd was known to this process before. */
  public record KnownTarget(Optional<String> nonce, Revision revision, Revision mark) {
    public static final KnownTarget NONE =
        new KnownTarget(Optional.empty(), Revision.ABSENT, Revision.ABSENT);

    public KnownTarget and(TargetSnapshot snapshot) {
      return new KnownTarget(
          snapshot.nonce().or(() -> nonce),
          max(snapshot.revision(), revision),
          max(snapshot.mark(), mark));
    }

    /** After an own transaction. */
    public KnownTarget wrote(Optional<String> ownNonce, Revision at) {
      return new KnownTarget(ownNonce.or(() -> nonce), max(at, revision), max(at, mark));
    }

    private static Revision max(Revision one, Revision other) {
      return one.compareTo(other) >= 0 ? one : other;
    }
  }

  /** Checks etcd, as this process knows it. */
  public static Optional<Mismatch> target(KnownTarget known, TargetSnapshot now) {
    if (known.nonce().isPresent() && !known.nonce().equals(now.nonce())) {
      return Optional.of(
          new Mismatch(
              TARGET_IS_ANOTHER,
              "this etcd is another one, or was emptied: it holds %s, this process works on move %s"
                  .formatted(
                      now.nonce().map(nonce -> "move " + nonce).orElse("no move"),
                      known.nonce().get()),
              targetRemedy(TARGET_IS_ANOTHER)));
    }
    if (now.revision().compareTo(known.revision()) < 0 || now.mark().compareTo(known.mark()) < 0) {
      return Optional.of(
          new Mismatch(
              TARGET_WENT_BACK,
              "etcd lost changes: it is at revision %s with the last own write at %s, and was at %s with one at %s. It lost data or was restored from a backup"
                  .formatted(now.revision(), now.mark(), known.revision(), known.mark()),
              targetRemedy(TARGET_WENT_BACK)));
    }
    return Optional.empty();
  }

  private static String targetRemedy(String id) {
    return "nothing was copied. Make the right etcd available at this address; only if this one is right, `migrate run --accept %s` copies ZooKeeper to it"
        .formatted(id);
  }

  /** Two endpoints of different etcds; each was asked for {@link MoveIdentity#DOCUMENT}. */
  public static Optional<String> difference(EndpointSurvey survey) {
    return survey.difference(StoreCheck::isSameMove);
  }

  /**
   * The endpoints of one list lead to different etcds.
   *
   * @param difference two of them, in words
   */
  public static Mismatch targetsDiffer(String difference) {
    return new Mismatch(
        TARGETS_DIFFER,
        "the endpoints of target.etcd lead to different etcds: " + difference,
        "name the endpoints of one etcd only; `etcdctl --endpoints ... endpoint status` shows"
            + " them. Nothing was copied");
  }

  /** Checks the servers of one connect string. */
  public static Optional<Mismatch> servers(ServerSurvey survey) {
    return survey
        .difference()
        .map(
            difference ->
                new Mismatch(
                    SOURCES_DIFFER,
                    "the servers of one connect string serve different ZooKeepers: " + difference,
                    "name the servers of one ensemble only; `zkCli.sh -server HOST:PORT get"
                        + " /ledgers/INSTANCEID` shows which belong together. Nothing was copied"));
  }

  private static boolean isSameMove(String one, String other) {
    return MoveIdentity.read(one.getBytes(StandardCharsets.UTF_8))
        .nonce()
        .equals(MoveIdentity.read(other.getBytes(StandardCharsets.UTF_8)).nonce());
  }

  /** Holds what ZooKeeper keeps of the last passing of the authority against etcd. */
  public static Optional<Mismatch> epoch(Optional<Epoch> kept, TargetSnapshot now) {
    if (kept.isEmpty()) {
      return Optional.empty();
    }
    Epoch epoch = kept.get();
    Optional<MoveIdentity> own = now.identity().filter(id -> id.matches(epoch.nonce()));
    if (own.isEmpty()) {
      // After a rollback ZooKeeper is authoritative, whatever etcd a next attempt uses.
      return epoch.authority() == Store.ZOOKEEPER
          ? Optional.empty()
          : Optional.of(
              epochMismatch(
                  TARGET_IS_ANOTHER,
                  "the cluster left ZooKeeper for the etcd of move %s (epoch %d), and this etcd holds %s: it is another one, was emptied or was restored from an earlier backup"
                      .formatted(
                          epoch.nonce(),
                          epoch.number(),
                          now.nonce().map(nonce -> "move " + nonce).orElse("no move"))));
    }
    return own.get().epoch() < epoch.number()
        ? Optional.of(
            epochMismatch(
                TARGET_WENT_BACK,
                "etcd lost changes: move %s passed to %s at epoch %d by what ZooKeeper keeps, and this etcd is at epoch %d: it was restored from an earlier backup%s"
                    .formatted(
                        epoch.nonce(),
                        epoch.authority().title(),
                        epoch.number(),
                        own.get().epoch(),
                        epoch.authority() == Store.ZOOKEEPER
                            ? ", or given up by `migrate rollback --without-etcd`. If such a"
                                + " rollback has not ended with done, run it again: it needs no"
                                + " etcd"
                            : "")))
        : Optional.empty();
  }

  /** What ZooKeeper keeps of the last transfer of authority, in a form that cannot be read. */
  public static Optional<Mismatch> unreadableEpoch(Optional<NodeText> kept) {
    return kept.flatMap(NodeText::text)
        .filter(text -> Epoch.read(text).isEmpty())
        .map(
            text ->
                epochMismatch(
                    TARGET_IS_ANOTHER,
                    "/metamigrate/epoch in ZooKeeper holds '%s', which this release cannot read: which etcd brokers were moved to is not known"
                        .formatted(text)));
  }

  /** The same, in a znode that these credentials may not read: nobody can accept what is in it. */
  public static Optional<Mismatch> hiddenEpoch(Optional<NodeText> kept) {
    return kept.filter(value -> value.text().isEmpty())
        .map(
            hidden ->
                new Mismatch(
                    "SOURCE_UNREADABLE",
                    "/metamigrate/epoch in ZooKeeper may not be read with these credentials:"
                        + " whether brokers were moved to etcd, and to which one, is not known",
                    "nothing was changed. Give this command credentials with READ on it"
                        + " (source.sasl), or add READ for them to its ACL"));
  }

  private static Mismatch epochMismatch(String id, String message) {
    return new Mismatch(
        id,
        message,
        "nothing was changed. Make the right etcd available at this address. Only if this one is right and nothing that brokers wrote there since is needed, `migrate run --accept %s` copies ZooKeeper to it"
            .formatted(id));
  }

  /** The identity of a move on an etcd whose contradiction to this epoch was accepted. */
  public static MoveIdentity accepting(MoveIdentity identity, Optional<Epoch> kept) {
    return kept.filter(epoch -> epoch(kept, asSnapshot(identity)).isPresent())
        .map(
            epoch ->
                identity.matches(epoch.nonce())
                    ? identity.at(epoch.number())
                    : identity.replacing(epoch))
        .orElse(identity);
  }

  private static TargetSnapshot asSnapshot(MoveIdentity identity) {
    return new TargetSnapshot(
        Optional.of(identity), Optional.empty(), Revision.ABSENT, Revision.ABSENT);
  }
}
