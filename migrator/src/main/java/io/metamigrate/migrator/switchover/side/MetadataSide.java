package io.metamigrate.migrator.switchover.side;

import io.metamigrate.migrator.switchover.engine.Permit;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One store as a move sees it, for one process.
 *
 * <p>Every question is answered from the store after a sync. A store that does not answer throws a
 * {@link io.metamigrate.migrator.switchover.engine.StepException} with its exit code.
 */
public interface MetadataSide {
  StoreKind kind();

  /** The nonce that a move left in the store; empty if the store never saw a move. */
  Optional<String> identity();

  /** Leaves the nonce. */
  void identify(Permit permit, String nonce);

  List<Registration> bookies();

  List<Registration> brokers();

  /** Ids of the bookies that ever joined. */
  Set<String> cookies();

  /** Makes this process the only one of the tool that may write here; repeated after a restart. */
  void claim(Permit permit);

  /** Whether this process may write here. */
  boolean isClaimed();

  /** Removes the tool's own nodes from the store. */
  void release(Permit permit);

  /** Whether no own node is left. */
  boolean isReleased();

  /** Keeps brokers from starting here, as far as the store can. */
  Fence fence();

  /** Begins to watch for writes of others, from a mark that came back through the watch. */
  Watch watch();

  /** Registrations of this tool for bookies that run on the other store. */
  Mirrors mirrors();

  boolean isReplicationDisabled();

  void disableReplication(Permit permit);

  void enableReplication(Permit permit);

  /** The lowest ledger id that this store may still allocate. */
  long nextLedgerId();

  /** Makes every ledger id below this one unavailable; does nothing if it already is. */
  void raiseNextLedgerId(Permit permit, long atLeast);

  /** The number of the last move that was committed, as this store knows it; 0 if none. */
  int epoch();

  /** Records that a move was committed, to which store, before anything starts there. */
  void recordEpoch(Permit permit, int move, StoreKind authority);
}
