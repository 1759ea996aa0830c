package io.metamigrate.migrator.plan;

import io.metamigrate.migrator.config.CopyConfig.LedgerIds;
import io.metamigrate.migrator.replay.VersionGoal;
import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.check.Sequences;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Decides how the counters are migrated.
 *
 * <p>{@code long} puts two empty keys, {@code /ledgers/idgen-long} and a high half that no id of
 * ZooKeeper's has; the next id is that half shifted left by 32 bits plus one, above every earlier
 * id and above those that clients of ZooKeeper may still be given (run on 2.10.0, 3.0.7 and 4.0.0).
 * {@code exact} raises the version of ZooKeeper's own generator key to its counter. No seed is ever
 * lowered: what etcd already gives is kept where it is high enough.
 */
public final class SeedPlanner {
  private static final long LOW_BITS = 0xFFFF_FFFFL;

  private SeedPlanner() {}

  /**
   * Plans all seeds of a tree.
   *
   * @param largest the largest ledger id found in either store, in whatever names ledgers
   * @return without the one of ledger ids if they are {@link #isExhausted}
   */
  public static List<Seed> plan(Sequences sequences, OptionalLong largest, LedgerIds strategy) {
    List<Seed> seeds = new ArrayList<>();
    if (!isExhausted(sequences, largest)) {
      seeds.add(ledgerIds(sequences, largest.orElse(-1), strategy));
    }
    producerNames(sequences).ifPresent(seeds::add);
    return List.copyOf(seeds);
  }

  /**
   * Whether no ids are left above all that were allocated: a ledger id is a positive long, whose
   * high half Pulsar keeps in an int (PulsarLedgerIdGenerator). The seed begins a half of its own,
   * and so does a rollback.
   */
  public static boolean isExhausted(Sequences sequences, OptionalLong largest) {
    return highest(sequences, largest.orElse(-1)) >= Sequences.MAX_HIGH - 1
        || sequences.targetHighBits() >= Sequences.MAX_HIGH;
  }

  /** The highest half that an id of ZooKeeper's has. */
  private static long highest(Sequences sequences, long largest) {
    return Math.max(sequences.sourceHighBits(), Math.max(0, largest) >>> 32);
  }

  private static Seed ledgerIds(Sequences sequences, long largest, LedgerIds strategy) {
    long next = Math.max(sequences.nextLedgerIdOnSource(), largest + 1);
    boolean exact = strategy == LedgerIds.EXACT;
    boolean mayBeLong = sequences.sourceIsLong() && (next & LOW_BITS) < Sequences.SHORT_END;
    if (exact && mayBeLong && sequences.targetHighBits() <= next >>> 32) {
      return exactLongIds(sequences, next);
    }
    // Once the long generator's key is on etcd, the short one is not asked any more.
    boolean mayBeShort = !sequences.sourceIsLong() && !sequences.targetIsLong();
    return exact && mayBeShort && next < Sequences.SHORT_END
        ? exactShortIds(sequences, next)
        : longIds(sequences, largest);
  }

  private static Seed longIds(Sequences sequences, long largest) {
    long floor = highest(sequences, largest);
    boolean kept = sequences.targetIsLong() && sequences.targetHighBits() > floor;
    long high = kept ? sequences.targetHighBits() : floor + 1;
    long counter = kept ? Math.max(1, sequences.nextLedgerIdOnTarget() & LOW_BITS) : 1;
    List<VersionGoal> keys = new ArrayList<>();
    if (sequences.sourceHas(Catalogue.ID_GENERATOR)) {
      keys.add(new VersionGoal(Catalogue.ID_GENERATOR, 1));
    }
    keys.add(new VersionGoal(Catalogue.LONG_ID_GENERATOR, 1));
    keys.add(new VersionGoal(Sequences.highOrderBitsPath(high), counter));
    return new Seed(Catalogue.ID_GENERATOR, (high << 32) | counter, "long", keys);
  }

  private static Seed exactShortIds(Sequences sequences, long next) {
    long version = Math.max(1, next);
    return new Seed(
        Catalogue.ID_GENERATOR,
        Math.max(version, sequences.targetVersion(Catalogue.ID_GENERATOR)),
        "exact",
        List.of(new VersionGoal(Catalogue.ID_GENERATOR, version)));
  }

  private static Seed exactLongIds(Sequences sequences, long next) {
    long high = Math.max(1, next >>> 32);
    long counter = Math.max(1, next & LOW_BITS);
    List<VersionGoal> keys = new ArrayList<>();
    if (sequences.sourceHas(Catalogue.ID_GENERATOR)) {
      keys.add(new VersionGoal(Catalogue.ID_GENERATOR, 1));
    }
    keys.add(new VersionGoal(Catalogue.LONG_ID_GENERATOR, 1));
    keys.add(new VersionGoal(Sequences.highOrderBitsPath(high), counter));
    long there = Math.max(counter, sequences.targetVersion(Sequences.highOrderBitsPath(high)));
    return new Seed(Catalogue.ID_GENERATOR, (high << 32) | there, "exact", keys);
  }

  private static Optional<Seed> producerNames(Sequences sequences) {
    if (!sequences.sourceHas(Catalogue.PRODUCER_NAME)) {
      return Optional.empty();
    }
    long next = Math.max(1, sequences.nextProducerNameOnSource());
    return Optional.of(
        new Seed(
            Catalogue.PRODUCER_NAME,
            Math.max(next, sequences.nextProducerNameOnTarget()),
            "exact",
            List.of(new VersionGoal(Catalogue.PRODUCER_NAME, next))));
  }
}
