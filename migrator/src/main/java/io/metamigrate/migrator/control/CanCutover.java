package io.metamigrate.migrator.control;

import io.metamigrate.migrator.phase.Phase;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whether a cutover may begin now, and why not. Binds a move that has not begun, never a resume.
 *
 * @param now whether it may
 * @param reasons why not; empty if it may
 */
public record CanCutover(boolean now, List<Reason> reasons) {
  /** The phases from which a cutover has not begun. */
  private static final Set<Phase> BEFORE =
      EnumSet.of(Phase.PLANNED, Phase.COPYING, Phase.FOLLOWING, Phase.ROLLED_BACK);

  /** Troubles of the copy. A cutover follows by itself, so it needs no daemon. */
  static final Set<TroubleId> BLOCKING =
      EnumSet.of(
          TroubleId.ETCD_SILENT,
          TroubleId.ZOOKEEPER_SILENT,
          TroubleId.CHANGES_MAY_BE_MISSING,
          TroubleId.NODES_UNREADABLE,
          TroubleId.VERIFICATION_FAILS,
          TroubleId.VERIFICATION_STALE,
          TroubleId.STORES_DIFFER);

  /**
   * Why a cutover cannot begin.
   *
   * @param id stable, as in the metric
   */
  record Reason(TroubleId id, String text) {}

  public CanCutover {
    reasons = List.copyOf(reasons);
  }

  /** Decided from a status; empty once a cutover has begun, and after the move. */
  static Optional<CanCutover> of(Status status) {
    Optional<Phase> phase =
        Arrays.stream(Phase.values())
            .filter(each -> each.title().equals(status.phase()))
            .findFirst();
    if (phase.filter(BEFORE::contains).isEmpty()) {
      return Optional.empty();
    }
    List<Reason> reasons = new ArrayList<>();
    if (phase.get() != Phase.FOLLOWING) {
      reasons.add(new Reason(TroubleId.NOT_FOLLOWING, notFollowing(phase.get())));
    }
    for (Health.Trouble trouble : status.health().troubles()) {
      if (BLOCKING.contains(trouble.id())) {
        reasons.add(new Reason(trouble.id(), trouble.text()));
      }
    }
    boolean differs =
        status.lastVerification().filter(last -> !last.consistent()).isPresent()
            && !status.health().has(TroubleId.STORES_DIFFER);
    if (differs) {
      reasons.add(new Reason(TroubleId.STORES_DIFFER, "the last verification found differences"));
    }
    return Optional.of(new CanCutover(reasons.isEmpty(), reasons));
  }

  /** For a phase in which a cutover cannot begin; the window uses it with the lock held. */
  public static String notFollowing(Phase phase) {
    return "the move is in phase %s; a cutover begins where etcd follows ZooKeeper"
        .formatted(phase.title());
  }

  /** Every id that a reason can have. */
  static Set<TroubleId> ids() {
    Set<TroubleId> ids = EnumSet.of(TroubleId.NOT_FOLLOWING);
    ids.addAll(BLOCKING);
    return ids;
  }

  boolean has(TroubleId id) {
    return reasons.stream().anyMatch(reason -> reason.id() == id);
  }

  /** All reasons as one sentence. */
  public String text() {
    return reasons.stream().map(Reason::text).collect(Collectors.joining("; "));
  }
}
