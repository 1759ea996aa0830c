package io.metamigrate.migrator.switchover.side;

import io.metamigrate.migrator.switchover.engine.Answer;
import io.metamigrate.migrator.switchover.engine.Permit;
import java.util.List;

/** Sees what others write to a store. It lives in the process. */
public interface Watch {
  /**
   * Starts again and leaves a mark.
   *
   * @return the mark
   */
  String begin(Permit permit);

  /** Watches again without a new mark. */
  void resume();

  /** Whether it runs in this process. */
  boolean isAlive();

  /** Holds only if nothing was written since the mark and nothing can have been missed. */
  Answer silentSince(String mark);

  /** Things that others created since that mark and that exist, read from the store itself. */
  List<String> writesSince(String mark);
}
