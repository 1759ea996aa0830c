package io.metamigrate.migrator.follow;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * For servers before 3.6, which know no recursive watches: everything is compared again and again.
 * Each look is a gap.
 */
final class ScanFeed implements ChangeFeed {
  @Override
  public List<Change> take(int most, Duration wait) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(wait.toNanos());
    return List.of();
  }

  @Override
  public boolean takeGap() {
    return true;
  }

  @Override
  public void markGap() {
    // There is always one.
  }

  @Override
  public long waiting() {
    return 0;
  }

  @Override
  public void catchUp() {
    // The next comparison reads what is there then.
  }

  @Override
  public void close() {
    // Nothing was opened.
  }
}
