package io.metamigrate.migrator.control;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that a test moves by hand. */
final class Hand implements InstantSource {
  private Instant now = Statuses.NOW;

  @Override
  public synchronized Instant instant() {
    return now;
  }

  synchronized void forward(Duration time) {
    now = now.plus(time);
  }

  void forwardSeconds(long seconds) {
    forward(Duration.ofSeconds(seconds));
  }
}
