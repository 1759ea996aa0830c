package io.metamigrate.verifier.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.verifier.decode.Decoded.Undecodable;
import io.metamigrate.verifier.decode.Decoded.Value;
import java.util.Optional;
import org.apache.bookkeeper.mledger.proto.MLDataFormats.LongProperty;
import org.apache.bookkeeper.mledger.proto.MLDataFormats.ManagedCursorInfo;
import org.apache.bookkeeper.mledger.proto.MLDataFormats.StringProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ManagedCursorValueTest {
  private static final String SUB_A_PATH =
      "/managed-ledgers/acme/orders/persistent/events-partition-0/subA";
  private static final byte[] SUB_A = RealTree.value(SUB_A_PATH);

  @Test
  void readsARealSubscriptionWithHolesAfterACleanStop() {
    ManagedCursorValue cursor = decode(SUB_A);

    assertThat(cursor.cursorLedger()).isEmpty();
    assertThat(cursor.markDelete()).isEqualTo(Optional.of(new EntryPosition(54, 2)));
    assertThat(cursor.individuallyDeleted()).isPositive();
    assertThat(cursor.ledgers()).isEmpty();
  }

  @Test
  void namesTheCompactedLedgerOfARealTopic() {
    ManagedCursorValue cursor =
        decode(
            RealTree.value(
                "/managed-ledgers/pulsar/c1/127.0.0.1:18080/persistent/healthcheck/__compaction"));

    assertThat(cursor.ledgers()).containsExactly(12L);
  }

  /** A running broker keeps the newer name in the cursor's ledger. */
  @Test
  void doesNotNameTheCompactedLedgerThatTheCursorsLedgerMayHaveReplaced() {
    ManagedCursorInfo info =
        ManagedCursorInfo.newBuilder()
            .setCursorsLedgerId(44)
            .addProperties(LongProperty.newBuilder().setName("CompactedTopicLedger").setValue(12))
            .build();

    assertThat(decode(info.toByteArray()).ledgers()).containsExactly(44L);
  }

  @Test
  void namesTheLedgersOfDelayedMessagesAndItsOwn() {
    ManagedCursorInfo info =
        ManagedCursorInfo.newBuilder()
            .setCursorsLedgerId(44)
            .addCursorProperties(
                StringProperty.newBuilder()
                    .setName("#pulsar.internal.delayed.bucket_12_13")
                    .setValue("99"))
            .addCursorProperties(StringProperty.newBuilder().setName("user").setValue("5"))
            .build();

    assertThat(decode(info.toByteArray()).ledgers()).containsExactly(44L, 99L);
  }

  @Test
  void readsEveryTopicAndSubscriptionOfARealCluster() {
    assertThat(RealTree.nodes().values())
        .filteredOn(node -> ManagedLedgerPath.of(node.path()).isPresent())
        .hasSizeGreaterThan(50)
        .allSatisfy(
            node -> {
              boolean cursor = ManagedLedgerPath.of(node.path()).orElseThrow().cursor().isPresent();
              assertThat(
                      cursor
                          ? ManagedCursorValue.decode(node.value())
                          : ManagedLedgerValue.decode(node.value()))
                  .isInstanceOf(Value.class);
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"LZ4", "ZLIB", "ZSTD", "SNAPPY"})
  void readsCompressedValueOfARealBroker(String compression) {
    assertThat(decode(RealTree.compressed(SUB_A_PATH, compression))).isEqualTo(decode(SUB_A));
  }

  @Test
  void refusesEmptyValue() {
    assertThat(ManagedCursorValue.decode(new byte[0])).isInstanceOf(Undecodable.class);
  }

  private static ManagedCursorValue decode(byte[] bytes) {
    return ManagedCursorValue.decode(bytes).decoded().orElseThrow();
  }
}
