package io.metamigrate.migrator.switchover.engine;

import java.util.Optional;

/** The persisted record of one move. Each change is conditional on the lock. */
public interface StepJournal {
  Optional<StepRecord> record(String key);

  void save(StepRecord record);

  /** Publishes the phase that begins, for {@code status}. */
  default void enter(String phase) {}

  Progress progress();

  void save(Progress progress);

  /**
   * Asks whether this process holds the lock.
   *
   * @throws LostAuthorityException if it does not
   */
  void confirm();

  /** Takes a stop that could not be recorded: prints it and writes it to a local file. */
  void keepLocally(Stop stop);
}
