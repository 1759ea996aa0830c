package io.metamigrate.migrator.phase;

import io.metamigrate.verifier.store.Ensemble;
import io.metamigrate.verifier.store.SourceSnapshot;
import io.metamigrate.verifier.store.SourceSnapshot.Creation;
import io.metamigrate.verifier.store.Zxid;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * What identifies a ZooKeeper. No address is part of it: another connect string, a reconfigured
 * ensemble or another chroot to the same nodes is the same ZooKeeper.
 *
 * @param instanceId of BookKeeper; empty for a configuration store, and where there is none
 * @param root when the root of its metadata was created: {@code /ledgers}, or {@code /admin} for a
 *     configuration store
 * @param zxid the highest seen
 * @param witnesses the newest changes seen
 */
public record KnownSource(
    Optional<String> instanceId, Optional<Creation> root, Zxid zxid, List<SeenChange> witnesses) {
  public KnownSource {
    witnesses = List.copyOf(witnesses);
  }

  public static KnownSource of(Ensemble ensemble, SourceSnapshot snapshot) {
    return ensemble == Ensemble.LOCAL
        ? new KnownSource(snapshot.instanceId(), snapshot.ledgers(), snapshot.zxid(), List.of())
        : new KnownSource(Optional.empty(), snapshot.admin(), snapshot.zxid(), List.of());
  }

  /** Only the position, from a checkpoint without an identity. */
  public static KnownSource atZxid(Zxid zxid) {
    return new KnownSource(Optional.empty(), Optional.empty(), zxid, List.of());
  }

  public KnownSource atLeast(Zxid seen) {
    return new KnownSource(instanceId, root, zxid.ofChange().max(seen.ofChange()), witnesses);
  }

  /** With changes that were seen since. */
  public KnownSource with(Collection<SeenChange> newer) {
    return newer.isEmpty()
        ? this
        : new KnownSource(
            instanceId,
            root,
            zxid,
            newer.stream().sorted(SeenChange.NEWEST_FIRST).limit(SeenChange.KEPT).toList());
  }

  /** What this one lacks is taken from an earlier snapshot of the same store. */
  public KnownSource or(KnownSource earlier) {
    return new KnownSource(
        instanceId.or(earlier::instanceId),
        root.or(earlier::root),
        zxid.ofChange().max(earlier.zxid),
        witnesses.isEmpty() ? earlier.witnesses : witnesses);
  }

  boolean isKnown() {
    return instanceId.isPresent() || root.isPresent();
  }

  /** Whether both have it, and it differs. */
  boolean contradicts(KnownSource other) {
    return differ(instanceId, other.instanceId) || differ(root, other.root);
  }

  private static <T> boolean differ(Optional<T> one, Optional<T> other) {
    return one.isPresent() && other.isPresent() && !one.equals(other);
  }

  /** Whether nothing that this one is known by is there any more. */
  boolean isGoneIn(KnownSource now) {
    boolean instanceThere = instanceId.isPresent() && now.instanceId.isPresent();
    boolean rootThere = root.isPresent() && now.root.isPresent();
    return isKnown() && !instanceThere && !rootThere;
  }

  /** What does not change while it is the same. */
  public String identity() {
    return instanceId.orElse("") + " " + root.map(Creation::toString).orElse("");
  }

  /** For a message that distinguishes them. */
  String nameBeside(KnownSource other) {
    return instanceId
        .filter(id -> !instanceId.equals(other.instanceId))
        .map(id -> "INSTANCEID " + id)
        .or(() -> root.map(creation -> "root created at zxid " + creation.czxid()))
        .orElse("no INSTANCEID and no root");
  }
}
