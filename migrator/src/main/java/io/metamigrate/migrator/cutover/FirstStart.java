package io.metamigrate.migrator.cutover;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.metamigrate.migrator.replay.StateStore;
import io.metamigrate.verifier.store.Store;
import java.util.Optional;

/**
 * Whether the first broker's start on a store has been issued. From then on that store is
 * authoritative; until then a process that resumes proves everything anew, however often the step
 * was opened. Kept in a key of its own for each direction, which an older release does not read; a
 * move that such a release began is {@link #isOfOlderRelease recognised} by its absence.
 */
final class FirstStart {
  private static final String BEGUN = "begun";
  private static final String ISSUED = "first start issued";

  private final StateStore states;
  private final Journal journal;
  private final String document;

  private FirstStart(StateStore states, Journal journal, Store side) {
    this.states = states;
    this.journal = journal;
    this.document = document(side);
  }

  static FirstStart on(Store side, StateStore states, Journal journal) {
    return new FirstStart(states, journal, side);
  }

  /** Name of the document for that direction. */
  static String document(Store side) {
    return side == Store.ETCD ? "commit" : "return";
  }

  /** Before the first step of the direction; what is there stays. */
  void begin() {
    if (read().isEmpty()) {
      write(BEGUN);
    }
  }

  /** Forgets an earlier move in this direction. */
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
    return states.get(document).map(bytes -> new String(bytes, UTF_8));
  }

  private void write(String value) {
    states.put(journal.authority(), document, value.getBytes(UTF_8));
  }
}
