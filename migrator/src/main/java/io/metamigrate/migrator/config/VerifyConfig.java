package io.metamigrate.migrator.config;

import java.time.Duration;

/**
 * Verification while following.
 *
 * @param continuous whether to verify all the time
 * @param maxRate nodes compared a second, 0 for no limit
 * @param pause between the end of one round and the start of the next
 */
public record VerifyConfig(boolean continuous, long maxRate, Duration pause) {
  public VerifyConfig {
    new Checks()
        .rate("maxRate", maxRate)
        .require(!pause.isNegative(), "pause", () -> Durations.format(pause) + " is below 0")
        .orThrow();
  }

  static VerifyConfig defaults() {
    return new VerifyConfig(true, 0, Duration.ofSeconds(10));
  }

  static VerifyConfig read(Section section) {
    VerifyConfig defaults = defaults();
    boolean continuous = section.flag("continuous", defaults.continuous);
    long rate = section.number("maxRate", defaults.maxRate);
    Duration pause = section.duration("pause", defaults.pause);
    return section.build(() -> new VerifyConfig(continuous, rate, pause), defaults);
  }
}
