package io.metamigrate.verifier.check;

import static io.metamigrate.verifier.SampleNodes.both;
import static io.metamigrate.verifier.SampleNodes.counter;
import static io.metamigrate.verifier.SampleNodes.counterKey;
import static io.metamigrate.verifier.SampleNodes.only;
import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.verifier.report.CheckResult;
import org.junit.jupiter.api.Test;

final class SequencesTest {
  private static final String IDGEN = "/ledgers/idgen";
  private static final String LONG = "/ledgers/idgen-long";
  private static final String HOB_1 = "/ledgers/idgen-long/HOB-0000000001";
  private static final String HOB_7 = "/ledgers/idgen-long/HOB-0000000007";

  private final Sequences sequences = new Sequences();

  @Test
  void emptyStoresAllocateFromZero() {
    assertThat(sequences.nextLedgerIdOnSource()).isZero();
    assertThat(sequences.nextLedgerIdOnTarget()).isZero();
    assertThat(SequenceChecks.ledgerId(sequences).ok()).isTrue();
  }

  @Test
  void shortIdsComeFromTheCounterAndTheVersion() {
    sequences.add(both(counter(IDGEN, 171), counterKey(IDGEN, 171)));

    assertThat(sequences.nextLedgerIdOnSource()).isEqualTo(171);
    assertThat(sequences.nextLedgerIdOnTarget()).isEqualTo(171);
    assertThat(SequenceChecks.ledgerId(sequences).ok()).isTrue();
  }

  @Test
  void longIdsComeFromTheLargestHighHalf() {
    sequences.add(both(counter(IDGEN, 171), counterKey(IDGEN, 1)));
    sequences.add(both(counter(LONG, 0), counterKey(LONG, 1)));
    sequences.add(only(counter(HOB_1, 9)));
    sequences.add(both(counter(HOB_7, 3), counterKey(HOB_7, 4)));

    assertThat(sequences.nextLedgerIdOnSource()).isEqualTo((7L << 32) | 3);
    assertThat(sequences.nextLedgerIdOnTarget()).isEqualTo((7L << 32) | 4);
    assertThat(sequences.sourceCounter()).isEqualTo(3);
  }

  /** The generators take any number; a name that is none stops them, and they are not asked. */
  @Test
  void highHalvesAreReadAsTheGeneratorsReadThem() {
    sequences.add(both(counter(LONG, 0), counterKey(LONG, 1)));
    sequences.add(both(counter(HOB_7, 3), counterKey(HOB_7, 4)));
    for (String name : new String[] {"HOB-12", "00000000000000000011", "HOB--99", "HOB-x"}) {
      sequences.add(only(counter(LONG + "/" + name, 5)));
    }
    sequences.add(only(counter(HOB_7 + "/99", 5)));

    assertThat(sequences.nextLedgerIdOnSource()).isEqualTo(12L << 32);
    assertThat(SequenceChecks.ledgerId(sequences).ok()).isFalse();
  }

  @Test
  void longModeStartsWithTheFirstHighHalf() {
    sequences.add(both(counter(LONG, 0), counterKey(LONG, 1)));

    assertThat(sequences.nextLedgerIdOnSource()).isEqualTo(1L << 32);
    assertThat(sequences.nextLedgerIdOnTarget()).isEqualTo(1L << 32);
  }

  @Test
  void copyWithoutSeedFailsTheCheckAndNamesBothIds() {
    sequences.add(both(counter(IDGEN, 171), counterKey(IDGEN, 1)));

    CheckResult check = SequenceChecks.ledgerId(sequences);

    assertThat(check.ok()).isFalse();
    assertThat(check.id()).isEqualTo("NEXT_LEDGER_ID_ABOVE_SOURCE");
    assertThat(check.detail()).contains("171 on ZooKeeper and 1 on etcd");
  }

  @Test
  void seedOnAPassedHighHalfFailsTheCheck() {
    sequences.add(both(counter(LONG, 0), counterKey(LONG, 1)));
    sequences.add(only(counter(HOB_7, 3)));
    sequences.add(only(counterKey(HOB_1, 5)));

    assertThat(SequenceChecks.ledgerId(sequences).ok()).isFalse();
  }

  @Test
  void checksProducerNamesSeparately() {
    sequences.add(
        both(counter("/counters/producer-name", 7), counterKey("/counters/producer-name", 6)));

    CheckResult check = SequenceChecks.producerName(sequences);

    assertThat(check.ok()).isFalse();
    assertThat(check.detail()).contains("7 on ZooKeeper and 6 on etcd");
    assertThat(SequenceChecks.ledgerId(sequences).ok()).isTrue();
  }

  @Test
  void highHalfNamesIgnoreTheLocale() {
    java.util.Locale before = java.util.Locale.getDefault();
    try {
      java.util.Locale.setDefault(java.util.Locale.forLanguageTag("ar-EG-u-nu-arab"));
      assertThat(Sequences.highOrderBitsPath(7).value()).isEqualTo(HOB_7);
    } finally {
      java.util.Locale.setDefault(before);
    }
  }
}
