package io.metamigrate.migrator.follow;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * For servers before 3.6, which know no recursive watches: everything is compared again and again.
 * Each look is a gap.
 */
final class ScanFeed implements ChangeFeed {
  private boolean due = true;

  @Override
  public List<Change> take(int most, Duration wait) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(wait.toNanos());
    due = true;
    return List.of();
  }

  @Override
  public boolean takeGap() {
    boolean now = due;
    due = false;
    return now;
  }

  @Override
  public void markGap() {
    due = true;
  }

  @Override
  public long waiting() {
    return 0;
  }

  /** The next comparison reads what is there then. */
  @Override
  public void catchUp() {
    due = true;
  }

  @Override
  public void close() {
    // Nothing was opened.
  }
}
