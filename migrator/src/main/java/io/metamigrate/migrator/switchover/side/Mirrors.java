package io.metamigrate.migrator.switchover.side;

import io.metamigrate.migrator.switchover.engine.Permit;
import java.util.Set;

/** Registrations that this tool keeps on a store for bookies that run on the other one. */
public interface Mirrors {
  /** Starts to keep them up to date in this process. */
  void start(Permit permit);

  void stop();

  boolean isRunning();

  /** Those that the store holds. */
  Set<String> present();

  void remove(Permit permit, String bookie);
}
