package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.CutoverState.MoveProgress;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * What a new process proves again of a rollback that another one began, since nobody watched
 * meanwhile. Pure.
 */
final class ResumeRules {
  /** All from the stop of the brokers on: one may have come back on etcd and written there. */
  private static final Set<StepKind> AFTER_NO_RETURN =
      EnumSet.of(
          StepKind.STOP_SIDE_WRITERS_AGAIN,
          StepKind.STOP_BROKERS_ON_ETCD,
          StepKind.REMOVE_MIRRORS,
          StepKind.COPY_BACK,
          StepKind.RAISE_IDS,
          StepKind.VERIFY_BACK,
          StepKind.SWITCH_BOOKIES_BACK,
          StepKind.LIFT_FENCE);

  /** Repeated, these leave alone what is as it should be. */
  private static final Set<StepKind> BEFORE_NO_RETURN =
      EnumSet.of(
          StepKind.LIFT_FENCE,
          StepKind.START_BROKERS_ON_ZOOKEEPER,
          StepKind.MOVE_BOOKIE_BACK,
          StepKind.SWITCH_BOOKIES_BACK);

  private ResumeRules() {}

  /**
   * Which steps are done again.
   *
   * @param mayServe whether a broker's start on ZooKeeper may have been issued, after which nothing
   *     is copied there again
   */
  static Set<StepKind> provenAnew(CutoverState state, boolean mayServe) {
    if (isDone(state, StepKind.LEAVE_ZOOKEEPER)) {
      return Set.of();
    }
    if (state.course() == MoveProgress.BACK_BEFORE_NO_RETURN) {
      return BEFORE_NO_RETURN;
    }
    return state.course() == MoveProgress.BACK_AFTER_NO_RETURN && !mayServe
        ? AFTER_NO_RETURN
        : Set.of();
  }

  /**
   * Whether brokers may serve on ZooKeeper already.
   *
   * @param unknown an older release, which recorded no start, began this rollback
   */
  static boolean mayServe(CutoverState state, boolean issued, boolean unknown) {
    return issued || (unknown && begun(state, StepKind.START_BROKERS_ON_ZOOKEEPER));
  }

  /** Marks them; those that were never done stay as they are. */
  static CutoverState staled(CutoverState state, Set<StepKind> kinds) {
    CutoverState next = state;
    for (StepRecord record : state.back()) {
      if (kinds.stream().anyMatch(kind -> isOf(record, kind))) {
        next = next.with(record.stale());
      }
    }
    return next;
  }

  private static boolean isOf(StepRecord record, StepKind kind) {
    return record.id().equals(kind.label()) || record.id().startsWith(kind.label() + " ");
  }

  private static boolean begun(CutoverState state, StepKind kind) {
    return find(state, kind).filter(StepRecord::begun).isPresent();
  }

  private static boolean isDone(CutoverState state, StepKind kind) {
    return find(state, kind).filter(StepRecord::isDone).isPresent();
  }

  private static Optional<StepRecord> find(CutoverState state, StepKind kind) {
    return state.back().stream().filter(record -> record.id().equals(kind.label())).findFirst();
  }
}
