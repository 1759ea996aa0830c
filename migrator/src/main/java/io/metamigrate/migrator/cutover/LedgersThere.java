package io.metamigrate.migrator.cutover;

import io.metamigrate.verifier.store.Store;
import java.util.List;

/**
 * Whether a store still lists every ledger that is named there. Asked once by each process, before
 * the first bookie starts there with garbage collection enabled: a bookie deletes each ledger that
 * its store does not list (ScanAndCompareGarbageCollector). For one thread.
 */
final class LedgersThere {
  private static final int SHOWN = 3;

  private final CutoverContext context;
  private final Store side;
  private boolean asked;

  LedgersThere(CutoverContext context, Store side) {
    this.context = context;
    this.side = side;
  }

  /** Asks again. */
  void requireNow() {
    asked = false;
    require();
  }

  /**
   * Asks, unless this process has.
   *
   * @throws StepFailedException naming ledgers that only the other store has
   */
  void require() {
    if (asked) {
      return;
    }
    List<String> lost = new ContentCheck(context, side).lostLedgers();
    if (!lost.isEmpty()) {
      throw new StepFailedException(
          "no bookie is started on %s with garbage collection enabled, and nothing is copied from there: that would delete %d ledgers that %s does not list and %s does: %s. Restore their metadata (`migrate inspect PATH` shows both sides), then run the same command again"
              .formatted(
                  side.title(),
                  lost.size(),
                  side.title(),
                  side.other().title(),
                  String.join("; ", lost.subList(0, Math.min(SHOWN, lost.size())))));
    }
    asked = true;
  }
}
