package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.phase.Checkpoint;
import io.metamigrate.migrator.phase.Direction;
import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.replay.Authority;
import io.metamigrate.migrator.replay.DaemonLock;
import io.metamigrate.migrator.replay.StateStore;
import io.metamigrate.verifier.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads and writes everything that a cutover persists: checkpoint, direction and its own document.
 * Each change is a transaction that compares the lock and the direction, so etcd refuses what a
 * process writes after it lost the lock. Safe for use by several threads.
 */
final class Journal {
  /** Name of the document. */
  static final String DOCUMENT = StateStore.CUTOVER;

  private static final Logger LOG = LoggerFactory.getLogger(Journal.class);

  private final JournalStore store;
  private final InstantSource clock;
  private final OutageClock outage;
  private Direction direction;
  private Checkpoint checkpoint;
  private CutoverState state;
  private volatile Runnable guard = () -> {};
  private volatile Optional<String> firstStart = Optional.empty();
  private volatile boolean everythingOnZooKeeper;

  Journal(
      JournalStore store,
      InstantSource clock,
      OutageClock outage,
      Direction direction,
      Checkpoint checkpoint,
      CutoverState state) {
    this.store = store;
    this.clock = clock;
    this.outage = outage;
    this.direction = direction;
    this.checkpoint = checkpoint;
    this.state = state;
  }

  /** On etcd, under the lock of this process. */
  static Journal onEtcd(
      StateStore states,
      DaemonLock lock,
      InstantSource clock,
      Direction direction,
      Checkpoint checkpoint,
      CutoverState state) {
    Journal journal =
        new Journal(
            new EtcdJournalStore(states, lock),
            clock,
            new OutageClock(clock, System::nanoTime),
            direction,
            checkpoint,
            state);
    journal.firstStart(FirstStart.recorded(Store.ETCD, states));
    return journal;
  }

  synchronized CutoverState state() {
    return state;
  }

  synchronized Checkpoint checkpoint() {
    return checkpoint;
  }

  synchronized Direction direction() {
    return direction;
  }

  synchronized Authority authority() {
    return store.authority(direction);
  }

  /** Remembers what etcd records of the first broker's start on it, as last read or written. */
  void firstStart(Optional<String> kept) {
    firstStart = kept;
  }

  /** Whether etcd may have what ZooKeeper does not have; asks no store. */
  boolean mayServeOnEtcd() {
    return FirstStart.mayServeOnEtcd(firstStart, state());
  }

  /** Remembers whether an earlier process of this rollback proved that ZooKeeper has everything. */
  void everythingOnZooKeeper(boolean proven) {
    everythingOnZooKeeper = proven;
  }

  boolean hasEverythingOnZooKeeper() {
    return everythingOnZooKeeper;
  }

  String holder() {
    return store.holder();
  }

  Instant now() {
    return clock.instant();
  }

  /** How long no broker has served, if none does. */
  Optional<Duration> outage() {
    return state().outageSince().map(outage::since);
  }

  /**
   * Changes the document; if etcd refuses, the state in memory stays, too.
   *
   * @throws LostAuthorityException if another process has the lock; nothing was changed
   */
  synchronized void change(UnaryOperator<CutoverState> change) {
    CutoverState next = change.apply(state);
    if (next.equals(state)) {
      return;
    }
    store.save(direction, next);
    state = next;
  }

  /** A further document of the move's, under its own name. */
  Optional<byte[]> document(String name) {
    return store.document(name);
  }

  /** Stores a further document of the move's. */
  synchronized void document(String name, byte[] content) {
    store.save(direction, name, content);
  }

  /**
   * Changes the checkpoint.
   *
   * @throws LostAuthorityException if another process has the lock; nothing was changed
   */
  synchronized void checkpoint(UnaryOperator<Checkpoint> change) {
    Checkpoint next = change.apply(checkpoint);
    Phase before = checkpoint.phase();
    store.changeDirection(direction, direction, next);
    checkpoint = next;
    if (next.phase() != before) {
      LOG.atInfo()
          .addKeyValue("from", before.title())
          .addKeyValue("to", next.phase().title())
          .log("phase");
    }
  }

  /** Enters a phase; if the move is already in it, nothing is written. */
  synchronized void enter(Phase phase) {
    if (checkpoint.phase() != phase) {
      checkpoint(c -> c.to(phase, now()));
    }
  }

  /** Changes the direction, with the checkpoint that goes with it. */
  synchronized void changeDirection(Direction to, UnaryOperator<Checkpoint> change) {
    if (to == direction) {
      checkpoint(change);
      return;
    }
    Checkpoint next = change.apply(checkpoint);
    store.changeDirection(direction, to, next);
    LOG.atInfo().addKeyValue("from", direction).addKeyValue("to", to).log("direction");
    direction = to;
    checkpoint = next;
  }

  /**
   * Asks etcd whether this process still holds the lock.
   *
   * @throws io.metamigrate.migrator.replay.LostAuthorityException when it is not
   */
  void confirm() {
    store.confirm(direction());
    guard.run();
  }

  /** Adds a check to {@link #confirm}, which throws if it fails. */
  void confirmAlso(Runnable also) {
    guard = also;
  }
}
