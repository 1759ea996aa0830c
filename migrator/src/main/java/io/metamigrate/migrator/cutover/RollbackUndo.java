package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.CutoverState.Course;
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
  /** From any of these on, ZooKeeper was written to, or its fence touched. */
  private static final Set<Deed> WRITING =
      EnumSet.of(Deed.COPY_BACK, Deed.RAISE_IDS, Deed.LIFT_FENCE);

  private RollbackUndo() {}

  /** Why there is nothing that could be undone; empty if the rollback can be undone. */
  static Optional<String> obstacle(CutoverState state) {
    if (state.course() != Course.BACK_AFTER_NO_RETURN) {
      return Optional.of(
          state.course() == Course.BACK_BEFORE_NO_RETURN
              ? "this rollback is from before the point of no return, where etcd has nothing that"
                  + " ZooKeeper lacks"
              : "no rollback is under way");
    }
    return isBegun(state, Deed.START_BROKERS_ON_ZOOKEEPER)
        ? Optional.of("the start of a broker on ZooKeeper was begun, so ZooKeeper is authoritative")
        : Optional.empty();
  }

  static boolean isPossible(CutoverState state) {
    return obstacle(state).isEmpty();
  }

  /** The cutover with everything to be done again that the rollback has undone. */
  static CutoverState undone(CutoverState state) {
    Set<Deed> again =
        EnumSet.of(
            Deed.START_FIRST_BROKER, Deed.START_BROKERS, Deed.SIDE_WRITERS_TO_ETCD, Deed.OBSERVE);
    boolean bookiesMoved = isBegun(state, Deed.SWITCH_BOOKIES_BACK);
    if (bookiesMoved) {
      again.addAll(EnumSet.of(Deed.MOVE_BOOKIE, Deed.SWITCH_BOOKIES, Deed.UNPARK_BOOKIE));
    }
    if (WRITING.stream().anyMatch(deed -> isBegun(state, deed))) {
      again.add(Deed.FENCE);
    }
    Set<String> ids = new HashSet<>();
    for (StepRecord record : state.forward()) {
      String[] words = record.id().split(" ", 2);
      boolean parked =
          words[0].equals(Deed.UNPARK_BOOKIE.label())
              && words.length > 1
              && isBegun(state.back(), Deed.PARK_BOOKIE.label() + " " + words[1]);
      if (parked || again.stream().anyMatch(deed -> deed.label().equals(words[0]))) {
        ids.add(record.id());
      }
    }
    return state.forwardAgain(ids);
  }

  private static boolean isBegun(CutoverState state, Deed deed) {
    return isBegun(state.back(), deed.label());
  }

  private static boolean isBegun(List<StepRecord> records, String id) {
    return records.stream().anyMatch(record -> record.id().equals(id) && record.begun());
  }
}
