package io.metamigrate.migrator.cutover;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.metamigrate.migrator.replay.StateStore;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.StoreException;
import java.util.Optional;

/**
 * Whether the first broker's start on a store has been issued. From then on that store is
 * authoritative; until then a process that resumes proves everything again, however often the step
 * was opened. Kept in a key of its own for each direction, which an older release does not read. If
 * such a release began the move, the key is absent, and what an open step means is not known.
 */
final class FirstStart {
  /** Name of the document for the direction to etcd. */
  static final String COMMIT = "commit";

  private static final String BEGUN = "begun";
  private static final String ISSUED = "first start issued";

  /** No start has been issued yet, but ZooKeeper may already be recorded as authoritative. */
  private static final String PASSING = "authority passes";

  private final Journal journal;
  private final Store side;

  private FirstStart(Journal journal, Store side) {
    this.journal = journal;
    this.side = side;
  }

  static FirstStart on(Store side, Journal journal) {
    return new FirstStart(journal, side);
  }

  /** Name of the document for this direction. */
  static String document(Store side) {
    return side == Store.ETCD ? COMMIT : "return";
  }

  /** Called before the first step of the direction; keeps an existing record. */
  void begin() {
    if (read().isEmpty()) {
      write(BEGUN);
    }
  }

  /**
   * Discards the record of an earlier move in this direction, or of a start that was not made.
   *
   * @throws StoreException if etcd rejects the change
   */
  void reset() {
    write(BEGUN);
  }

  /** Called right before the first start. */
  void issue() {
    write(ISSUED);
  }

  /**
   * The same, and the authority passes to this store before. If it does not pass, as when the store
   * is lost now, no start follows, and the record is discarded.
   *
   * @throws StepFailedException if the authority does not pass
   * @throws StoreException the same, by a store
   */
  void issue(Runnable passAuthority) {
    write(PASSING);
    try {
      passAuthority.run();
    } catch (StepFailedException | StoreException e) {
      try {
        reset();
      } catch (StoreException still) {
        e.addSuppressed(still);
      }
      throw e;
    }
    issue();
  }

  /** Whether it may have been issued, by this release or an older one. */
  boolean mayBeIssued() {
    return side == Store.ETCD
        ? mayBeIssuedOnEtcd(read(), attempts() > 1)
        : mayBeIssuedOnZooKeeper(read(), journal.state());
  }

  /** The same for an undo: if ZooKeeper is lost, its record of the authority does not count. */
  static boolean forbidsUndo(Journal journal, boolean withZooKeeper) {
    Optional<String> recorded = on(Store.ZOOKEEPER, journal).read();
    return withZooKeeper
        ? mayBeIssuedOnZooKeeper(recorded, journal.state())
        : isStartedOnZooKeeper(recorded, journal.state());
  }

  /**
   * Whether etcd may have what ZooKeeper does not have. A cutover that recorded the point of no
   * return and issued no start has left ZooKeeper authoritative.
   */
  static boolean mayServeOnEtcd(Journal journal) {
    return mayServeOnEtcd(on(Store.ETCD, journal).read(), journal.state());
  }

  /** The same, with what is recorded of the start. Pure. */
  static boolean mayServeOnEtcd(Optional<String> recorded, CutoverState state) {
    return state.isCommitted()
        && mayBeIssuedOnEtcd(recorded, state.hasBegun(StepKind.START_FIRST_BROKER));
  }

  /**
   * Whether a start on etcd may have been issued.
   *
   * @param recorded what is recorded of it
   * @param attempted whether the step may have started a broker, if nothing is recorded
   */
  static boolean mayBeIssuedOnEtcd(Optional<String> recorded, boolean attempted) {
    return recorded.map(ISSUED::equals).orElse(attempted);
  }

  /** The same on ZooKeeper for the rollback that is recorded, or the authority may have passed. */
  static boolean mayBeIssuedOnZooKeeper(Optional<String> recorded, CutoverState state) {
    return isStartedOnZooKeeper(recorded, state) || recorded.filter(PASSING::equals).isPresent();
  }

  /** Whether a broker may have been started there; the passing of the authority is not enough. */
  static boolean isStartedOnZooKeeper(Optional<String> recorded, CutoverState state) {
    return ResumeRules.mayServe(
        state, recorded.filter(ISSUED::equals).isPresent(), recorded.isEmpty());
  }

  /** What is recorded of it; empty if nothing is. */
  static Optional<String> recorded(Store side, StateStore states) {
    return states.get(document(side)).map(FirstStart::text);
  }

  private static String text(byte[] kept) {
    return new String(kept, UTF_8);
  }

  private int attempts() {
    return journal.state().record(StepKind.START_FIRST_BROKER.label()).attempts();
  }

  private Optional<String> read() {
    return journal.document(document(side)).map(FirstStart::text);
  }

  private void write(String value) {
    journal.document(document(side), value.getBytes(UTF_8));
    if (side == Store.ETCD) {
      journal.firstStart(Optional.of(value));
    }
  }
}
