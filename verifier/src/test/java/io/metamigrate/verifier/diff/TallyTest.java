package io.metamigrate.verifier.diff;

import static io.metamigrate.verifier.SampleNodes.both;
import static io.metamigrate.verifier.SampleNodes.counter;
import static io.metamigrate.verifier.SampleNodes.ephemeral;
import static io.metamigrate.verifier.SampleNodes.key;
import static io.metamigrate.verifier.SampleNodes.only;
import static io.metamigrate.verifier.SampleNodes.znode;
import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.verifier.diff.Comparison.DifferenceKind;
import io.metamigrate.verifier.diff.Comparison.Differs;
import io.metamigrate.verifier.report.GroupCount;
import io.metamigrate.verifier.store.Zxid;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TallyTest {
  private final Tally tally = new Tally();

  @Test
  void countsComparedAndSkippedNodes() {
    tally.add(
        Comparer.compare(both(znode("/admin/clusters/a", "x"), key("/admin/clusters/a", "x"))));
    tally.add(Comparer.compare(only(znode("/admin/clusters/b", "x"))));
    tally.add(Comparer.compare(only(key("/admin/clusters/c", "x"))));
    tally.add(Comparer.compare(only(counter("/ledgers/idgen", 3))));
    tally.add(Comparer.compare(only(ephemeral("/ledgers/available/b1", ""))));

    assertThat(tally.compared()).isEqualTo(4);
    assertThat(tally.same()).isEqualTo(2);
    assertThat(tally.differing()).isEqualTo(2);
    assertThat(tally.count(DifferenceKind.MISSING)).isEqualTo(1);
    assertThat(tally.count(DifferenceKind.EXTRA)).isEqualTo(1);
    assertThat(tally.skipped()).isEqualTo(Map.of("bookie-registration", 1L));
    assertThat(tally.highestZxid()).isEqualTo(new Zxid(7));
    assertThat(tally.groups())
        .contains(
            new GroupCount("/admin/**", 3, 1, 2, 0),
            new GroupCount("/ledgers/available/**", 0, 0, 0, 1));
  }

  @Test
  void withdrawsDifferenceThatARecheckSettled() {
    Differs first = (Differs) Comparer.compare(only(znode("/admin/clusters/b", "x")));
    tally.add(first);

    tally.settled(first);

    assertThat(tally.differing()).isZero();
    assertThat(tally.compared()).isEqualTo(1);
    assertThat(tally.groups()).containsExactly(new GroupCount("/admin/**", 1, 1, 0, 0));
  }

  @Test
  void countsAnExcusedDifferenceUnderItsReason() {
    Differs first = (Differs) Comparer.compare(only(key("/admin/policies", "")));
    tally.add(first);

    tally.excused(first, "reaped-container");

    assertThat(tally.differing()).isZero();
    assertThat(tally.compared()).isZero();
    assertThat(tally.skipped()).isEqualTo(Map.of("reaped-container", 1L));
    assertThat(tally.groups()).containsExactly(new GroupCount("/admin/**", 0, 0, 0, 1));
  }
}
