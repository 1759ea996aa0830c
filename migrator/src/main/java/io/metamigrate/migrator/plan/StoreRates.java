package io.metamigrate.migrator.plan;

import java.util.OptionalDouble;

/**
 * How fast the stores are, as far as it is known.
 *
 * @param pairsPerSecond paths that were read and compared in both stores by the survey itself
 * @param putsPerSecond measured on this etcd in full transactions; empty if it was not asked for
 * @param raisesPerSecond measured puts of one key in a row
 */
public record StoreRates(
    OptionalDouble pairsPerSecond, OptionalDouble putsPerSecond, OptionalDouble raisesPerSecond) {
  static final StoreRates NOT_KNOWN =
      new StoreRates(OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty());

  /** Of so many paths read and compared in this time. */
  public static StoreRates reading(long pairs, long nanos) {
    return new StoreRates(
        pairs > 0 && nanos > 0 ? OptionalDouble.of(pairs * 1e9 / nanos) : OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty());
  }

  /** This, with what was measured of writing. */
  public StoreRates writing(double puts, double raises) {
    return new StoreRates(pairsPerSecond, OptionalDouble.of(puts), OptionalDouble.of(raises));
  }

  /** Whether the writes were measured on this etcd. */
  public boolean isMeasured() {
    return putsPerSecond.isPresent();
  }
}
