package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.CutoverState.Course;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * What a new process proves anew of a rollback that another one began, since nobody watched
 * meanwhile. Pure.
 */
final class ResumeRules {
  /** All from the stop of the brokers on: one may have come back on etcd and written there. */
  private static final Set<Deed> AFTER_NO_RETURN =
      EnumSet.of(
          Deed.STOP_SIDE_WRITERS_AGAIN,
          Deed.STOP_BROKERS_ON_ETCD,
          Deed.REMOVE_MIRRORS,
          Deed.COPY_BACK,
          Deed.RAISE_IDS,
          Deed.VERIFY_BACK,
          Deed.SWITCH_BOOKIES_BACK,
          Deed.LIFT_FENCE);

  /** Repeated, these leave alone what is as it should be. */
  private static final Set<Deed> BEFORE_NO_RETURN =
      EnumSet.of(
          Deed.LIFT_FENCE,
          Deed.START_BROKERS_ON_ZOOKEEPER,
          Deed.MOVE_BOOKIE_BACK,
          Deed.SWITCH_BOOKIES_BACK);

  private ResumeRules() {}

  /**
   * Which steps are done again.
   *
   * @param mayServe whether a broker's start on ZooKeeper may have been issued, after which nothing
   *     is copied there again
   */
  static Set<Deed> provenAnew(CutoverState state, boolean mayServe) {
    if (isDone(state, Deed.LEAVE_ZOOKEEPER)) {
      return Set.of();
    }
    if (state.course() == Course.BACK_BEFORE_NO_RETURN) {
      return BEFORE_NO_RETURN;
    }
    return state.course() == Course.BACK_AFTER_NO_RETURN && !mayServe ? AFTER_NO_RETURN : Set.of();
  }

  /**
   * Whether brokers may serve on ZooKeeper already.
   *
   * @param unknown an older release, which recorded no start, began this rollback
   */
  static boolean mayServe(CutoverState state, boolean issued, boolean unknown) {
    return issued || (unknown && begun(state, Deed.START_BROKERS_ON_ZOOKEEPER));
  }

  /** Marks them; those that were never done stay as they are. */
  static CutoverState staled(CutoverState state, Set<Deed> deeds) {
    CutoverState next = state;
    for (StepRecord record : state.back()) {
      if (deeds.stream().anyMatch(deed -> isOf(record, deed))) {
        next = next.with(record.stale());
      }
    }
    return next;
  }

  private static boolean isOf(StepRecord record, Deed deed) {
    return record.id().equals(deed.label()) || record.id().startsWith(deed.label() + " ");
  }

  private static boolean begun(CutoverState state, Deed deed) {
    return find(state, deed).filter(StepRecord::begun).isPresent();
  }

  private static boolean isDone(CutoverState state, Deed deed) {
    return find(state, deed).filter(StepRecord::isDone).isPresent();
  }

  private static Optional<StepRecord> find(CutoverState state, Deed deed) {
    return state.back().stream().filter(record -> record.id().equals(deed.label())).findFirst();
  }
}
