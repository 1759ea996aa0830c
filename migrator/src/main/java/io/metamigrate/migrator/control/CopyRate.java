package io.metamigrate.migrator.control;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** The rate of the copy over a sliding window of half a minute. For one thread at a time. */
final class CopyRate {
  private static final Duration WINDOW = Duration.ofSeconds(30);
  private static final Duration STEP = Duration.ofMillis(500);
  private static final double MIN_SHARE = 0.01;

  private record Sample(Instant at, long copied) {}

  private final Deque<Sample> samples = new ArrayDeque<>();

  /** Forgets everything; the next sample is the first of a new copy. */
  void restart() {
    samples.clear();
  }

  void sample(Instant now, long copied) {
    if (samples.isEmpty() || !now.isBefore(samples.getLast().at().plus(STEP))) {
      samples.addLast(new Sample(now, copied));
    }
    while (samples.size() > 1 && samples.getFirst().at().isBefore(now.minus(WINDOW))) {
      samples.removeFirst();
    }
  }

  /** Absent until there are two moments to compare. A stalled copy has a rate of 0. */
  OptionalDouble perSecond(Instant now, long copied) {
    if (samples.isEmpty()) {
      return OptionalDouble.empty();
    }
    Sample first = samples.getFirst();
    Duration elapsed = Duration.between(first.at(), now);
    if (elapsed.compareTo(STEP) < 0) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of((copied - first.copied()) * 1e9 / elapsed.toNanos());
  }

  /** Absent before one per cent is copied, since a guess from less is worth nothing. */
  static OptionalLong etaSeconds(long copied, long total, double perSecond) {
    if (copied < total * MIN_SHARE || perSecond <= 0) {
      return OptionalLong.empty();
    }
    return OptionalLong.of((long) Math.ceil((total - copied) / perSecond));
  }
}
