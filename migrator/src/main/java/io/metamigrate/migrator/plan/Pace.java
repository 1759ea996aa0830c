package io.metamigrate.migrator.plan;

import java.util.OptionalDouble;

/**
 * How fast the stores are, as far as it is known.
 *
 * @param pairsPerSecond paths that were read and compared in both stores by the survey itself
 * @param putsPerSecond measured on this etcd in full transactions; empty where it was not asked for
 * @param raisesPerSecond measured puts of one key in a row
 */
public record Pace(
    OptionalDouble pairsPerSecond, OptionalDouble putsPerSecond, OptionalDouble raisesPerSecond) {
  public static final Pace NOT_KNOWN =
      new Pace(OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty());

  /** Whether the writes were measured on this etcd. */
  public boolean isMeasured() {
    return putsPerSecond.isPresent();
  }
}
