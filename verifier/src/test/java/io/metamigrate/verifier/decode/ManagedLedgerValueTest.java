package io.metamigrate.verifier.decode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.verifier.decode.Decoded.Undecodable;
import io.metamigrate.verifier.decode.Decoded.Value;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.apache.bookkeeper.mledger.proto.MLDataFormats.ManagedLedgerInfo;
import org.apache.bookkeeper.mledger.proto.MLDataFormats.NestedPositionInfo;
import org.apache.bookkeeper.mledger.proto.MLDataFormats.OffloadContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ManagedLedgerValueTest {
  private static final String AUDIT_PATH = "/managed-ledgers/acme/orders/persistent/audit";
  private static final byte[] AUDIT = RealTree.value(AUDIT_PATH);

  @Test
  void readsTheLedgersOfARealTopicInOrder() {
    ManagedLedgerValue topic = decode(AUDIT);

    assertThat(topic.ledgers()).hasSize(15);
    assertThat(topic.ledgers().get(0).id()).isEqualTo(13);
    assertThat(topic.ledgers().get(0).entries()).isEqualTo(100);
    assertThat(topic.ledgers()).extracting(ManagedLedgerValue.Ledger::id).isSorted();
    assertThat(topic.terminatedAt()).isEmpty();
  }

  @Test
  void readsThePropertiesOfARealTransactionLog() {
    ManagedLedgerValue log =
        decode(RealTree.value("/managed-ledgers/pulsar/system/persistent/__transaction_log_0"));

    assertThat(log.properties()).isEqualTo(Map.of("max_local_txn_id", "-1"));
  }

  @Test
  void readsEmptyValueAsTopicWithoutLedgers() {
    assertThat(decode(new byte[0]).ledgers()).isEmpty();
  }

  @Test
  void readsTerminationAndOffloading() {
    ManagedLedgerInfo info =
        ManagedLedgerInfo.newBuilder()
            .addLedgerInfo(
                ManagedLedgerInfo.LedgerInfo.newBuilder()
                    .setLedgerId(7)
                    .setEntries(3)
                    .setSize(30)
                    .setOffloadContext(
                        OffloadContext.newBuilder().setComplete(true).setBookkeeperDeleted(true)))
            .setTerminatedPosition(NestedPositionInfo.newBuilder().setLedgerId(7).setEntryId(2))
            .build();

    ManagedLedgerValue topic = decode(info.toByteArray());

    assertThat(topic.ledgers())
        .containsExactly(new ManagedLedgerValue.Ledger(7, 3, 30, true, true));
    assertThat(topic.terminatedAt()).isEqualTo(Optional.of(new EntryPosition(7, 2)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"LZ4", "ZLIB", "ZSTD", "SNAPPY"})
  void readsCompressedValueOfARealBroker(String compression) {
    assertThat(decode(RealTree.compressed(AUDIT_PATH, compression))).isEqualTo(decode(AUDIT));
  }

  @ParameterizedTest
  @ValueSource(strings = {"LZ4", "ZLIB", "ZSTD", "SNAPPY"})
  void refusesTruncatedCompressedValue(String compression) {
    byte[] whole = RealTree.compressed(AUDIT_PATH, compression);
    // still whole where only a checksum at the end is lost
    for (int length = 2; length < whole.length; length++) {
      Decoded<ManagedLedgerValue> cut = ManagedLedgerValue.decode(Arrays.copyOf(whole, length));
      assertThat(cut)
          .as("%s cut to %d bytes", compression, length)
          .satisfiesAnyOf(
              outcome -> assertThat(outcome).isInstanceOf(Undecodable.class),
              outcome -> assertThat(outcome).isEqualTo(new Value<>(decode(AUDIT))));
    }
  }

  @Test
  void explainsUndecodableTopic() {
    assertThat(ManagedLedgerValue.decode("not protobuf".getBytes(UTF_8)))
        .isInstanceOf(Undecodable.class);
    assertThat(ManagedLedgerValue.decode(Arrays.copyOf(AUDIT, AUDIT.length - 1)))
        .isInstanceOf(Undecodable.class);
  }

  private static ManagedLedgerValue decode(byte[] bytes) {
    return ManagedLedgerValue.decode(bytes).decoded().orElseThrow();
  }
}
