package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.CutoverState.MoveProgress;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which steps a new process repeats of a cutover or a rollback that another one began, since nobody
 * watched meanwhile. Each step defines when it is repeated. Pure.
 */
final class ResumeRules {
  private ResumeRules() {}

  /**
   * Which steps are done again.
   *
   * @param mayServe whether a broker's start on ZooKeeper may have been issued, after which nothing
   *     is copied there again
   */
  static Set<StepKind> repeated(CutoverState state, boolean mayServe) {
    MoveProgress progress = state.progress();
    boolean through = progress.isBack() && isDone(state, StepKind.RELEASE_ZOOKEEPER);
    if (through || (progress == MoveProgress.BACK_AFTER_NO_RETURN && mayServe)) {
      return Set.of();
    }
    return Arrays.stream(StepKind.values())
        .filter(kind -> kind.isRepeatedIn(progress))
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(StepKind.class)));
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
  static CutoverState markStale(CutoverState state, Set<StepKind> kinds) {
    CutoverState next = state;
    for (StepRecord record : state.current()) {
      if (kinds.stream().anyMatch(kind -> kind.isOf(record))) {
        next = next.with(record.stale());
      }
    }
    return next;
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
