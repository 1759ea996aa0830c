package io.metamigrate.migrator.cutover;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.metamigrate.migrator.replay.StateStore;
import java.util.Optional;

/**
 * Whether a rollback after the point of no return has issued the first broker's start on ZooKeeper.
 * From then on ZooKeeper is authoritative and nothing is copied back to it again; until then a
 * resumed rollback proves everything anew. Kept in a key of its own, which an older release does
 * not read; a rollback that such a release began is {@link #isOfOlderRelease recognised} by its
 * absence.
 */
final class RollbackCommit {
  /** Name of the document. */
  static final String DOCUMENT = "return";

  private static final String BEGUN = "begun";
  private static final String ISSUED = "first start issued";

  private final StateStore states;
  private final Journal journal;

  RollbackCommit(StateStore states, Journal journal) {
    this.states = states;
    this.journal = journal;
  }

  /** Before the first step of the rollback; what is there stays. */
  void begin() {
    if (read().isEmpty()) {
      write(BEGUN);
    }
  }

  /** Forgets an earlier rollback. */
  void reset() {
    write(BEGUN);
  }

  /** Right before the first start. */
  void issue() {
    write(ISSUED);
  }

  boolean isIssued() {
    return read().filter(ISSUED::equals).isPresent();
  }

  /** Nothing was recorded: what an open start of the brokers means is not known. */
  boolean isOfOlderRelease() {
    return read().isEmpty();
  }

  private Optional<String> read() {
    return states.get(DOCUMENT).map(bytes -> new String(bytes, UTF_8));
  }

  private void write(String value) {
    states.put(journal.authority(), DOCUMENT, value.getBytes(UTF_8));
  }
}
