package io.metamigrate.migrator.cutover;

import java.util.Optional;

/** Watches the time of a cutover while one step is under way. */
interface OutageWatch extends AutoCloseable {
  /**
   * Ends the watch; from here on it interrupts nobody.
   *
   * @return why the move has to undo itself, if a limit was passed
   */
  Optional<String> end();

  @Override
  default void close() {
    end();
  }
}
