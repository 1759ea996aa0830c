package io.metamigrate.migrator.cutover;

import com.fasterxml.jackson.annotation.JsonAlias;
import io.metamigrate.migrator.cutover.CutoverState.MoveProgress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a bookie had right before it was stopped, as persisted until its restart is proven.
 *
 * @param bookie its id
 * @param progress the direction of the move, since a rollback records again
 * @param attempt when the attempt began that it belongs to, which is compared only for equality
 * @param cookie the bytes of its cookie in Base64; empty if it had none
 * @param created where each store's cookie was created: revision on etcd, zxid on ZooKeeper
 * @param entryLogs ranges of its entry logs, see {@link EntryLogs#ranges}
 * @param unknown why its entry logs are not known; empty if they are
 * @param settled whether the restart that it was recorded for is proven
 */
record BookieContents(
    String bookie,
    MoveProgress progress,
    @JsonAlias("at") Instant attempt,
    Optional<String> cookie,
    Map<String, Long> created,
    List<String> entryLogs,
    Optional<String> unknown,
    boolean settled) {
  BookieContents {
    created = Map.copyOf(created);
    entryLogs = List.copyOf(entryLogs);
  }

  /** Whether a restart in that attempt is proven; the clocks of two attempts may disagree. */
  boolean isSettledIn(Instant other) {
    return settled && attempt.equals(other);
  }

  BookieContents asSettled() {
    return new BookieContents(
        bookie, progress, attempt, cookie, Map.of(), List.of(), unknown, true);
  }
}
