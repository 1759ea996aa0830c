package io.metamigrate.migrator.control;

/**
 * A token bucket. A request may take more than there is; the next one then waits until the debt is
 * paid, so that a rate below the size of one transaction holds as well. For one thread.
 */
final class TokenBucket {
  private static final double BURST_SECONDS = 0.1;
  private static final double NANOS = 1e9;

  private double rate;
  private double balance;
  private long at;

  TokenBucket(double rate, long now) {
    this.rate = rate;
    this.at = now;
  }

  /** The debt stays as many permits as it was, and is paid at the new rate; 0 forgives it. */
  void rate(double newRate, long now) {
    refill(now);
    rate = newRate;
    balance = newRate <= 0 ? 0 : Math.min(balance, newRate * BURST_SECONDS);
  }

  /** 0 when a request may go now. */
  long waitNanos(long now) {
    refill(now);
    return rate <= 0 || balance >= 0 ? 0 : (long) Math.ceil(-balance / rate * NANOS);
  }

  void take(int permits) {
    if (rate > 0) {
      balance -= permits;
    }
  }

  private void refill(long now) {
    balance = Math.min(balance + (now - at) / NANOS * rate, rate * BURST_SECONDS);
    at = now;
  }
}
