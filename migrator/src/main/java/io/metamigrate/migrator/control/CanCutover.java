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

  /** Problems of the copy. A cutover follows by itself, so it needs no daemon. */
  static final Set<ProblemId> BLOCKING =
      EnumSet.of(
          ProblemId.ETCD_SILENT,
          ProblemId.ETCD_FULL,
          ProblemId.ETCD_DENIED,
          ProblemId.ZOOKEEPER_SILENT,
          ProblemId.CHANGES_MAY_BE_MISSING,
          ProblemId.NODES_UNREADABLE,
          ProblemId.VERIFICATION_FAILS,
          ProblemId.VERIFICATION_STALE,
          ProblemId.STORES_DIFFER);

  private static final String NOT_VERIFIED =
      "no verification has ended yet; wait for the daemon's first one";

  /**
   * Why a cutover cannot begin.
   *
   * @param id stable, as in the metric
   */
  record Reason(ProblemId id, String text) {}

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
    if (status.standbyFor().isPresent()) {
      return Optional.of(
          new CanCutover(
              false,
              List.of(new Reason(ProblemId.NOT_FOLLOWING, onStandby(status.standbyFor().get())))));
    }
    List<Reason> reasons = new ArrayList<>();
    if (phase.get() != Phase.FOLLOWING) {
      reasons.add(new Reason(ProblemId.NOT_FOLLOWING, notFollowing(phase.get())));
    } else if (status.lastVerification().isEmpty() && !status.verificationOff()) {
      reasons.add(new Reason(ProblemId.NOT_VERIFIED, NOT_VERIFIED));
    }
    for (Health.Problem problem : status.health().problems()) {
      if (BLOCKING.contains(problem.id())) {
        reasons.add(new Reason(problem.id(), problem.text()));
      }
    }
    boolean differs =
        status.lastVerification().filter(last -> !last.consistent()).isPresent()
            && !status.health().has(ProblemId.STORES_DIFFER);
    if (differs) {
      reasons.add(new Reason(ProblemId.STORES_DIFFER, "the last verification found differences"));
    }
    return Optional.of(new CanCutover(reasons.isEmpty(), reasons));
  }

  /** For a phase in which a cutover cannot begin; the window uses it with the lock held. */
  public static String notFollowing(Phase phase) {
    return "the move is in phase %s; a cutover can begin once etcd follows ZooKeeper"
        .formatted(phase.title());
  }

  private static String onStandby(String leader) {
    return "this daemon is on standby and does not follow; ask the one that holds the lock, by its"
        + " control.listen: "
        + leader;
  }

  /** Every id that a reason can have. */
  static Set<ProblemId> ids() {
    Set<ProblemId> ids = EnumSet.of(ProblemId.NOT_FOLLOWING, ProblemId.NOT_VERIFIED);
    ids.addAll(BLOCKING);
    return ids;
  }

  boolean has(ProblemId id) {
    return reasons.stream().anyMatch(reason -> reason.id() == id);
  }

  /** All reasons as one sentence. */
  public String text() {
    return reasons.stream().map(Reason::text).collect(Collectors.joining("; "));
  }
}
