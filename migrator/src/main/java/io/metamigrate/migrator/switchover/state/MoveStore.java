package io.metamigrate.migrator.switchover.state;

import io.metamigrate.migrator.switchover.engine.Stop;
import java.util.Optional;

/** Where the document lives. A store is opened by one process that took the lock. */
public interface MoveStore {
  Optional<MoveDocument> read();

  /**
   * Persists the document, only if this process holds the lock.
   *
   * @throws io.metamigrate.migrator.switchover.engine.LostAuthorityException if it does not
   */
  void save(MoveDocument document);

  /**
   * Asks whether this process holds the lock.
   *
   * @throws io.metamigrate.migrator.switchover.engine.LostAuthorityException if it does not
   */
  void confirm();

  /** Publishes the phase that begins, for {@code status}. */
  default void enter(String phase) {}

  /** Takes a stop that the store cannot: prints it and writes it to a local file. */
  void keepLocally(Stop stop);
}
