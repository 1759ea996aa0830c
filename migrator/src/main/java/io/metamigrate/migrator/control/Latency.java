package io.metamigrate.migrator.control;

import java.time.Duration;

/**
 * How long one store takes to answer, compared with what is usual for it. When it takes four times
 * as long, the pace is halved each second; when it is below twice as long again, a tenth is given
 * back each second. The usual time follows slower answers only within minutes, so that a store that
 * stays slow counts as usual in the end. For one thread.
 */
final class Latency {
  private static final double FAST = 0.1;
  private static final double BASELINE_FALL_WEIGHT = 0.2;
  private static final double BASELINE_RISE_WEIGHT = 0.01;
  private static final int WARM_UP_SECONDS = 5;
  private static final double MIN_FACTOR = 1.0 / 16;
  private static final double ALWAYS_FAST_MILLIS = 50;
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private double now;
  private double usual;
  private double factor = 1;
  private boolean started;
  private long lastStep;
  private int steps;

  void answered(Duration time, long at) {
    double millis = time.toNanos() / 1e6;
    if (!started) {
      started = true;
      now = millis;
      usual = millis;
      lastStep = at;
    }
    now += FAST * (millis - now);
    if (at - lastStep >= SECOND) {
      lastStep = at;
      step();
    }
  }

  private void step() {
    steps++;
    if (steps <= WARM_UP_SECONDS) {
      usual = now;
      return;
    }
    if (now > Math.max(4 * usual, ALWAYS_FAST_MILLIS)) {
      factor = Math.max(MIN_FACTOR, factor / 2);
    } else if (now < Math.max(2 * usual, ALWAYS_FAST_MILLIS / 2)) {
      factor = Math.min(1, factor + 0.1);
    }
    usual += (now < usual ? BASELINE_FALL_WEIGHT : BASELINE_RISE_WEIGHT) * (now - usual);
  }

  /** The share of the full rate that the store can sustain, from a sixteenth to 1. */
  double factor() {
    return factor;
  }

  /** Such as {@code 210 ms, usually 18 ms}. */
  String text() {
    return Math.round(now) + " ms, usually " + Math.max(1, Math.round(usual)) + " ms";
  }
}
