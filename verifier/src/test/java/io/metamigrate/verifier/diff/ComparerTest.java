package io.metamigrate.verifier.diff;

import static io.metamigrate.verifier.SampleNodes.both;
import static io.metamigrate.verifier.SampleNodes.counter;
import static io.metamigrate.verifier.SampleNodes.counterKey;
import static io.metamigrate.verifier.SampleNodes.ephemeral;
import static io.metamigrate.verifier.SampleNodes.key;
import static io.metamigrate.verifier.SampleNodes.leased;
import static io.metamigrate.verifier.SampleNodes.only;
import static io.metamigrate.verifier.SampleNodes.znode;
import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.verifier.diff.Comparison.DifferenceKind;
import io.metamigrate.verifier.diff.Comparison.Differs;
import io.metamigrate.verifier.diff.Comparison.Same;
import io.metamigrate.verifier.diff.Comparison.Seeded;
import io.metamigrate.verifier.diff.Comparison.Skipped;
import io.metamigrate.verifier.store.Pair;
import org.junit.jupiter.api.Test;

final class ComparerTest {
  private static final String COPIED = "/admin/clusters/c1";
  private static final String SKIPPED = "/ledgers/available/b1:3181";
  private static final String DIRECTORY = "/ledgers/00/0000";
  private static final String PARENT = "/managed-ledgers/t/ns";
  private static final String TOPIC = "/managed-ledgers/t/ns/persistent/topic";

  @Test
  void equalBytesAreEqual() {
    assertThat(Comparer.compare(both(znode(COPIED, "x"), key(COPIED, "x"))))
        .isInstanceOf(Same.class);
  }

  @Test
  void emptyValuesAreEqual() {
    assertThat(Comparer.compare(both(znode(TOPIC, ""), key(TOPIC, "")))).isInstanceOf(Same.class);
  }

  @Test
  void namesFirstDifferingByteWithoutTheValue() {
    Differs comparison = differs(both(znode(COPIED, "secret-1"), key(COPIED, "secret-2")));

    assertThat(comparison.kind()).isEqualTo(DifferenceKind.DIFFERENT);
    assertThat(comparison.detail()).contains("first difference at byte 7").doesNotContain("secret");
  }

  @Test
  void reportsMissingKeyOfAnEmptyTopic() {
    assertThat(differs(only(znode(COPIED, "x"))).kind()).isEqualTo(DifferenceKind.MISSING);
    assertThat(differs(only(znode(TOPIC, ""))).kind()).isEqualTo(DifferenceKind.MISSING);
    assertThat(differs(only(znode(PARENT, ""))).kind()).isEqualTo(DifferenceKind.MISSING);
  }

  @Test
  void reportsKeyWithoutZnodeAsExtra() {
    assertThat(differs(only(key(COPIED, "x"))).kind()).isEqualTo(DifferenceKind.EXTRA);
    assertThat(differs(only(key(TOPIC, ""))).kind()).isEqualTo(DifferenceKind.EXTRA);
    assertThat(differs(only(key(PARENT, "x"))).kind()).isEqualTo(DifferenceKind.EXTRA);
  }

  @Test
  void classifiesReapedContainer() {
    assertThat(differs(only(key(PARENT, ""))).kind()).isEqualTo(DifferenceKind.REAPED);
    assertThat(differs(only(key(DIRECTORY, ""))).kind()).isEqualTo(DifferenceKind.REAPED);
    assertThat(differs(both(znode(DIRECTORY, ""), key(DIRECTORY, ""))).kind())
        .isEqualTo(DifferenceKind.REAPED);
  }

  @Test
  void reportsLeasedKeyOfAPersistentZnode() {
    Differs comparison = differs(both(znode(COPIED, "x"), leased(COPIED, "x")));

    assertThat(comparison.kind()).isEqualTo(DifferenceKind.DIFFERENT);
    assertThat(comparison.detail()).contains("lease");
  }

  @Test
  void acceptsLeasedKeyWithoutZnode() {
    assertThat(skipped(only(leased(COPIED, "x")))).isEqualTo("lives-on-etcd");
    assertThat(skipped(only(leased(SKIPPED, "x")))).isEqualTo("lives-on-etcd");
  }

  @Test
  void skipsEphemeralZnodes() {
    assertThat(skipped(only(ephemeral(COPIED, "x")))).isEqualTo("ephemeral");
    assertThat(skipped(both(ephemeral(COPIED, "x"), leased(COPIED, "y")))).isEqualTo("ephemeral");
  }

  @Test
  void reportsCopiedEphemeralAsExtra() {
    assertThat(differs(both(ephemeral(COPIED, "x"), key(COPIED, "x"))).kind())
        .isEqualTo(DifferenceKind.EXTRA);
  }

  @Test
  void skipsRegistrationAndReportsACopiedOne() {
    assertThat(skipped(only(ephemeral(SKIPPED, "x")))).isEqualTo("bookie-registration");
    assertThat(differs(both(ephemeral(SKIPPED, "x"), key(SKIPPED, "x"))).kind())
        .isEqualTo(DifferenceKind.EXTRA);
    assertThat(differs(only(key(SKIPPED, ""))).kind()).isEqualTo(DifferenceKind.EXTRA);
  }

  @Test
  void skipsDirectoryWithoutData() {
    assertThat(skipped(only(znode(DIRECTORY, "")))).isEqualTo("empty-directory");
    assertThat(differs(only(znode(DIRECTORY, "x"))).kind()).isEqualTo(DifferenceKind.MISSING);
    assertThat(Comparer.compare(both(znode(DIRECTORY, "x"), key(DIRECTORY, "x"))))
        .isInstanceOf(Same.class);
    assertThat(differs(both(znode(DIRECTORY, ""), key(DIRECTORY, "x"))).kind())
        .isEqualTo(DifferenceKind.EXTRA);
  }

  @Test
  void leavesSequentialParentsToTheCounterCheck() {
    String path = "/ledgers/idgen";

    assertThat(Comparer.compare(both(counter(path, 5), counterKey(path, 1))))
        .isInstanceOf(Seeded.class);
    assertThat(Comparer.compare(only(counter(path, 5)))).isInstanceOf(Seeded.class);
    assertThat(Comparer.compare(only(counterKey(path, 1)))).isInstanceOf(Seeded.class);
  }

  private static Differs differs(Pair pair) {
    Comparison comparison = Comparer.compare(pair);
    assertThat(comparison).isInstanceOf(Differs.class);
    return (Differs) comparison;
  }

  private static String skipped(Pair pair) {
    Comparison comparison = Comparer.compare(pair);
    assertThat(comparison).isInstanceOf(Skipped.class);
    return ((Skipped) comparison).reason();
  }
}
