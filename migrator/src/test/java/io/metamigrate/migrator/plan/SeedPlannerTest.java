package io.metamigrate.migrator.plan;

import static io.metamigrate.migrator.PlainNodes.both;
import static io.metamigrate.migrator.PlainNodes.counter;
import static io.metamigrate.migrator.PlainNodes.counterKey;
import static io.metamigrate.migrator.PlainNodes.only;
import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.config.CopyConfig.LedgerIds;
import io.metamigrate.migrator.replay.VersionGoal;
import io.metamigrate.verifier.check.Sequences;
import io.metamigrate.verifier.store.Pair;
import io.metamigrate.verifier.store.ZkPath;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class SeedPlannerTest {
  private static final String IDGEN = "/ledgers/idgen";
  private static final String LONG = "/ledgers/idgen-long";
  private static final String PRODUCER_NAME = "/counters/producer-name";
  private static final long HIGH = 1L << 32;
  private static final OptionalLong NO_LEDGER = OptionalLong.empty();

  private final Sequences sequences = new Sequences();

  @Test
  void shortIdsContinueAsLongOnesByDefault() {
    given(only(counter(IDGEN, 171)));

    assertThat(plan(OptionalLong.of(170), LedgerIds.LONG))
        .containsExactly(seed(HIGH + 1, "long", raise(IDGEN, 1), raise(LONG, 1), raise(hob(1), 1)));
  }

  @Test
  void longSourceContinuesInTheNextHighHalf() {
    given(only(counter(IDGEN, 9)), only(counter(LONG, 0)), only(counter(hob(7), 3)));

    assertThat(plan(NO_LEDGER, LedgerIds.LONG))
        .containsExactly(
            seed(8 * HIGH + 1, "long", raise(IDGEN, 1), raise(LONG, 1), raise(hob(8), 1)));
  }

  @Test
  void ledgerAboveEveryGeneratorDecides() {
    given(only(counter(IDGEN, 9)));

    assertThat(plan(OptionalLong.of(5 * HIGH + 77), LedgerIds.LONG))
        .extracting(Seed::nextId)
        .containsExactly(6 * HIGH + 1);
  }

  @Test
  void seedsRootWithoutGenerator() {
    assertThat(plan(NO_LEDGER, LedgerIds.LONG))
        .containsExactly(seed(HIGH + 1, "long", raise(LONG, 1), raise(hob(1), 1)));
    assertThat(plan(NO_LEDGER, LedgerIds.EXACT)).containsExactly(seed(1, "exact", raise(IDGEN, 1)));
    assertThat(plan(OptionalLong.of(40), LedgerIds.EXACT))
        .containsExactly(seed(41, "exact", raise(IDGEN, 41)));
  }

  @Test
  void exactRaisesTheShortGeneratorToItsCounter() {
    given(only(counter(IDGEN, 171)));

    assertThat(plan(OptionalLong.of(170), LedgerIds.EXACT))
        .containsExactly(seed(171, "exact", raise(IDGEN, 171)));
  }

  @Test
  void exactFollowsALedgerAboveTheCounter() {
    given(only(counter(IDGEN, 171)));

    assertThat(plan(OptionalLong.of(900), LedgerIds.EXACT))
        .containsExactly(seed(901, "exact", raise(IDGEN, 901)));
  }

  @Test
  void exactKeepsTheHighHalfOfALongSource() {
    given(only(counter(IDGEN, 9)), only(counter(LONG, 0)), only(counter(hob(7), 3)));

    assertThat(plan(OptionalLong.of(7 * HIGH + 2), LedgerIds.EXACT))
        .containsExactly(
            seed(7 * HIGH + 3, "exact", raise(IDGEN, 1), raise(LONG, 1), raise(hob(7), 3)));
  }

  @Test
  void exactModeSwitchesToLongIdsAboveTheShortRange() {
    given(only(counter(IDGEN, Integer.MAX_VALUE)));

    assertThat(plan(NO_LEDGER, LedgerIds.EXACT))
        .extracting(Seed::strategy, Seed::nextId)
        .containsExactly(org.assertj.core.groups.Tuple.tuple("long", HIGH + 1));
  }

  @Test
  void treatsNegativeIntCounterAsLarge() {
    given(only(counter(IDGEN, (1L << 30) + 5)));

    assertThat(plan(NO_LEDGER, LedgerIds.EXACT))
        .extracting(Seed::nextId)
        .containsExactly((1L << 30) + 5);
  }

  @Test
  void secondPlanWantsTheSameVersionsAsTheFirst() {
    given(
        both(counter(IDGEN, 171), counterKey(IDGEN, 1)),
        only(counterKey(LONG, 1)),
        only(counterKey(hob(1), 1)));

    assertThat(plan(NO_LEDGER, LedgerIds.LONG))
        .containsExactly(seed(HIGH + 1, "long", raise(IDGEN, 1), raise(LONG, 1), raise(hob(1), 1)));
  }

  @Test
  void secondExactPlanOfALongSourceWantsTheSameVersionsAsTheFirst() {
    given(
        both(counter(IDGEN, 9), counterKey(IDGEN, 1)),
        both(counter(LONG, 0), counterKey(LONG, 1)),
        both(counter(hob(7), 3), counterKey(hob(7), 3)));

    assertThat(plan(NO_LEDGER, LedgerIds.EXACT))
        .containsExactly(
            seed(7 * HIGH + 3, "exact", raise(IDGEN, 1), raise(LONG, 1), raise(hob(7), 3)));
  }

  @Test
  void neverLowersAHigherSeed() {
    given(
        both(counter(IDGEN, 171), counterKey(IDGEN, 1)),
        only(counterKey(LONG, 1)),
        only(counterKey(hob(4), 25)));

    for (LedgerIds strategy : LedgerIds.values()) {
      assertThat(plan(NO_LEDGER, strategy))
          .containsExactly(
              seed(4 * HIGH + 25, "long", raise(IDGEN, 1), raise(LONG, 1), raise(hob(4), 25)));
    }
  }

  @Test
  void exactOverAHigherVersionReportsWhatEtcdWillAllocate() {
    given(
        both(counter(IDGEN, 171), counterKey(IDGEN, 500)),
        both(counter(PRODUCER_NAME, 7), counterKey(PRODUCER_NAME, 30)));

    assertThat(plan(NO_LEDGER, LedgerIds.EXACT))
        .extracting(Seed::nextId)
        .containsExactly(500L, 30L);
  }

  @Test
  void producerNamesContinueExactly() {
    given(only(counter(PRODUCER_NAME, 7)));

    assertThat(plan(NO_LEDGER, LedgerIds.LONG))
        .contains(
            new Seed(new ZkPath(PRODUCER_NAME), 7, "exact", List.of(raise(PRODUCER_NAME, 7))));
  }

  private void given(Pair... pairs) {
    List.of(pairs).forEach(sequences::add);
  }

  private List<Seed> plan(OptionalLong largest, LedgerIds strategy) {
    return SeedPlanner.plan(sequences, largest, strategy);
  }

  private static Seed seed(long nextId, String strategy, VersionGoal... keys) {
    return new Seed(new ZkPath(IDGEN), nextId, strategy, List.of(keys));
  }

  private static VersionGoal raise(String path, long version) {
    return new VersionGoal(new ZkPath(path), version);
  }

  private static String hob(long high) {
    return Sequences.highOrderBitsPath(high).value();
  }
}
