package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.CutoverState.MoveProgress;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Undoes a reverse migration before its own commit, which is the first broker's start on ZooKeeper:
 * until then nothing was acknowledged there, and etcd is authoritative. The cutover becomes the
 * open move again, and whatever the rollback changed of it has to be done again, so that a killed
 * undo is resumed by {@code migrate cutover}. Pure.
 */
final class RollbackUndo {
  private RollbackUndo() {}

  /**
   * Why there is nothing that could be undone; empty if the rollback can be undone.
   *
   * @param mayServe whether a broker's start on ZooKeeper may have been issued
   */
  static Optional<String> obstacle(CutoverState state, boolean mayServe) {
    if (state.progress() != MoveProgress.BACK_AFTER_NO_RETURN) {
      return Optional.of(
          state.progress() == MoveProgress.BACK_BEFORE_NO_RETURN
              ? "this rollback is from before the point of no return, when ZooKeeper has everything"
                  + " that etcd has"
              : "no rollback is under way");
    }
    return mayServe
        ? Optional.of("a broker's start on ZooKeeper was issued, so ZooKeeper is authoritative")
        : Optional.empty();
  }

  /** By the steps alone: one that was begun counts as a start that was issued. */
  static boolean isPossible(CutoverState state) {
    return obstacle(state, isBegun(state, StepKind.START_BROKERS_ON_ZOOKEEPER)).isEmpty();
  }

  /** The cutover with everything to be done again that the rollback has undone. */
  static CutoverState undone(CutoverState state) {
    Set<StepKind> again =
        EnumSet.of(
            StepKind.START_FIRST_BROKER,
            StepKind.START_BROKERS,
            StepKind.START_METADATA_WRITERS_ON_ETCD,
            StepKind.OBSERVE);
    Set<String> ids = new HashSet<>();
    for (StepRecord record : state.forward()) {
      if (again.stream().anyMatch(kind -> kind.isOf(record)) || isReverted(state, record)) {
        ids.add(record.id());
      }
    }
    return state.forwardAgain(ids);
  }

  /**
   * By a step of the rollback that was begun: one of the same node, or one of the whole cluster.
   */
  private static boolean isReverted(CutoverState state, StepRecord forward) {
    for (StepKind kind : StepKind.values()) {
      if (kind.reverts().stream().anyMatch(taken -> taken.isOf(forward))
          && state.back().stream()
              .filter(record -> record.begun() && kind.isOf(record))
              .anyMatch(record -> node(record).isEmpty() || node(record).equals(node(forward)))) {
        return true;
      }
    }
    return false;
  }

  /** The id of the node that the step is about; empty if it is about all. */
  private static String node(StepRecord record) {
    int space = record.id().indexOf(' ');
    return space < 0 ? "" : record.id().substring(space + 1);
  }

  private static boolean isBegun(CutoverState state, StepKind kind) {
    return isBegun(state.back(), kind.label());
  }

  private static boolean isBegun(List<StepRecord> records, String id) {
    return records.stream().anyMatch(record -> record.id().equals(id) && record.begun());
  }
}
