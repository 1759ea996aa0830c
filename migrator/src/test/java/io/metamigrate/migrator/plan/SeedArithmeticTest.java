package io.metamigrate.migrator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.config.CopyConfig.LedgerIds;
import io.metamigrate.migrator.replay.VersionGoal;
import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.check.SequenceChecks;
import io.metamigrate.verifier.check.Sequences;
import io.metamigrate.verifier.store.EtcdEntry;
import io.metamigrate.verifier.store.NodeData;
import io.metamigrate.verifier.store.Pair;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Znode;
import io.metamigrate.verifier.store.Zxid;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Random counters and ledgers, mostly at the ends of their ranges: what is seeded can be read by
 * Pulsar and gives an id above all others, or ids are exhausted and none is seeded.
 */
final class SeedArithmeticTest {
  private static final int CASES = 200_000;
  private static final long SEED = Long.getLong("metamigrate.seed", 7L);
  private static final long[] ENDS = {
    0,
    1,
    (1L << 30) - 1,
    1L << 30,
    Integer.MAX_VALUE,
    1L << 31,
    (1L << 32) - 1,
    1L << 32,
    1L << 35,
    0x7ffffffd_00000000L,
    0x7ffffffe_00000000L,
    0x7fffffff_00000000L,
    Long.MAX_VALUE
  };

  private final Random random = new Random(SEED);

  @Test
  void seedIsAboveEveryIdAndReadable() {
    int exhausted = 0;
    for (int i = 0; i < CASES; i++) {
      Sequences sequences = new Sequences();
      sourceCounter(sequences, Catalogue.ID_GENERATOR, near(31));
      boolean isLong = random.nextBoolean();
      if (isLong) {
        sourceCounter(sequences, Catalogue.LONG_ID_GENERATOR, 0);
        for (int hob = random.nextInt(3); hob > 0; hob--) {
          sourceCounter(sequences, Sequences.highOrderBitsPath(near(32)), near(31));
        }
      }
      if (random.nextInt(4) == 0) {
        target(sequences, Catalogue.LONG_ID_GENERATOR, 1);
        target(sequences, Sequences.highOrderBitsPath(near(31)), 1 + random.nextInt(9));
      }
      OptionalLong largest =
          random.nextBoolean() ? OptionalLong.of(near(63)) : OptionalLong.empty();
      LedgerIds strategy = random.nextBoolean() ? LedgerIds.EXACT : LedgerIds.LONG;
      String what = "seed %d case %d, largest %s, %s".formatted(SEED, i, largest, strategy);

      List<Seed> seeds = SeedPlanner.plan(sequences, largest, strategy);

      assertThat(sequences.nextLedgerIdOnSource()).as(what).isNotNegative();
      if (SeedPlanner.isExhausted(sequences, largest)) {
        assertThat(seeds).as(what).isEmpty();
        exhausted++;
        continue;
      }
      Seed seed = seeds.get(0);
      assertThat(seed.nextId()).as(what).isPositive().isGreaterThan(largest.orElse(0));
      assertThat(seed.nextId()).as(what).isGreaterThanOrEqualTo(sequences.nextLedgerIdOnSource());
      for (VersionGoal raise : seed.keys()) {
        assertThat(raise.version()).as(what).isBetween(1L, (long) Integer.MAX_VALUE);
        String name = raise.path().name();
        if (name.startsWith("HOB-")) {
          assertThat(name).as(what).hasSize(14);
          assertThat(Integer.parseInt(name.substring(4))).as(what).isPositive();
          assertThat(raise.path())
              .as("%s: room for a rollback", what)
              .isNotEqualTo(Sequences.highOrderBitsPath(Sequences.MAX_HIGH));
        }
        target(
            sequences,
            raise.path(),
            Math.max(raise.version(), sequences.targetVersion(raise.path())));
      }
      assertThat(sequences.nextLedgerIdOnTarget()).as(what).isEqualTo(seed.nextId());
      assertThat(SequenceChecks.ledgerId(sequences).ok()).as(what).isTrue();
    }
    System.out.printf("%,d cases, seed %d, %,d of them exhausted%n", CASES, SEED, exhausted);
    assertThat(exhausted).isBetween(CASES / 20, CASES / 2);
  }

  @Test
  void unreadableKeyOnEtcdPreventsYes() {
    Sequences sequences = new Sequences();
    sourceCounter(sequences, Catalogue.ID_GENERATOR, 5);
    target(sequences, Catalogue.LONG_ID_GENERATOR, 1);
    target(sequences, Sequences.highOrderBitsPath(1L << 31), 1);

    assertThat(SequenceChecks.ledgerId(sequences).ok()).isFalse();
    assertThat(SequenceChecks.ledgerId(sequences).detail()).contains("HOB-2147483648");
  }

  /** A number below two to this power, mostly one at an end. */
  private long near(int bits) {
    long end = ENDS[random.nextInt(ENDS.length)];
    long off = random.nextInt(5) - 2L;
    long value = end == Long.MAX_VALUE ? end - random.nextInt(3) : Math.max(0, end + off);
    return bits == 63 ? value : value & ((1L << bits) - 1);
  }

  private static void sourceCounter(Sequences sequences, ZkPath path, long creates) {
    Zxid zxid = new Zxid(1);
    sequences.add(
        new Pair(
            path,
            Optional.of(
                new Znode(path, NodeData.EMPTY, zxid, zxid, zxid, 0, (int) (2 * creates), 0, 0)),
            Optional.empty()));
  }

  private static void target(Sequences sequences, ZkPath path, long version) {
    Revision at = new Revision(5);
    sequences.add(
        new Pair(
            path,
            Optional.empty(),
            Optional.of(new EtcdEntry(path, NodeData.EMPTY, at, at, version, 0))));
  }
}
