package io.metamigrate.verifier.decode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.verifier.decode.Decoded.Undecodable;
import io.metamigrate.verifier.decode.Decoded.Value;
import io.metamigrate.verifier.decode.LedgerMetadataValue.LedgerState;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LedgerMetadataValueTest {
  @Test
  void readsAClosedLedgerOfARealCluster() {
    assertThat(LedgerMetadataValue.decode(RealTree.value("/ledgers/00/0000/L0013")))
        .isEqualTo(
            new Value<>(
                new LedgerMetadataValue(
                    3,
                    LedgerState.CLOSED,
                    new LedgerMetadataValue.Quorum(2, 2, 2),
                    ensembles(0L, List.of("127.0.0.1:3181", "127.0.0.1:3183")),
                    OptionalLong.of(4926),
                    OptionalLong.of(99))));
  }

  @Test
  void anOpenLedgerOfARealClusterHasNoLengthAndNoLastEntry() {
    LedgerMetadataValue open =
        LedgerMetadataValue.decode(RealTree.value("/ledgers/00/0000/L0006"))
            .decoded()
            .orElseThrow();

    assertThat(open.state()).isEqualTo(LedgerState.OPEN);
    assertThat(open.length()).isEmpty();
    assertThat(open.lastEntry()).isEmpty();
  }

  @Test
  void readsEveryLedgerOfARealCluster() {
    assertThat(RealTree.nodes().values())
        .filteredOn(node -> LedgerPaths.ledgerOf(node.path()).isPresent())
        .hasSize(114)
        .allSatisfy(
            node -> assertThat(LedgerMetadataValue.decode(node.value())).isInstanceOf(Value.class));
  }

  @Test
  void readsTheTextFormatOfBookKeeper40() {
    assertThat(
            decode(
                """
                1
                2
                3
                4096
                0\tb1:3181\tb2:3181\tb3:3181
                7\tb1:3181\tb4:3181\tb3:3181
                9\tCLOSED\
                """))
        .isEqualTo(
            new Value<>(
                new LedgerMetadataValue(
                    1,
                    LedgerState.CLOSED,
                    new LedgerMetadataValue.Quorum(3, 2, 2),
                    ensembles(
                        0L,
                        List.of("b1:3181", "b2:3181", "b3:3181"),
                        7L,
                        List.of("b1:3181", "b4:3181", "b3:3181")),
                    OptionalLong.of(4096),
                    OptionalLong.of(9))));
  }

  @Test
  void readsTheRecoveryMarkOfTheOldTextFormat() {
    LedgerMetadataValue value =
        decode("1\n2\n3\n0\n0\tb1:3181\tb2:3181\tb3:3181\n-102\tCLOSED").decoded().orElseThrow();

    assertThat(value.state()).isEqualTo(LedgerState.IN_RECOVERY);
    assertThat(value.lastEntry()).isEmpty();
  }

  @Test
  void readsTheProtobufTextFormatOfBookKeeper42() {
    LedgerMetadataValue value =
        decode(
                """
                2
                quorumSize: 2
                ensembleSize: 3
                length: 10
                lastEntryId: 4
                state: CLOSED
                segment { ensembleMember: "b1:3181" ensembleMember: "b2:3181" firstEntryId: 0 }
                digestType: CRC32
                password: "unseen"
                ackQuorumSize: 1
                """)
            .decoded()
            .orElseThrow();

    assertThat(value.formatVersion()).isEqualTo(2);
    assertThat(value.quorum().ackQuorum()).isEqualTo(1);
    assertThat(value.lastEntry()).hasValue(4);
    assertThat(value.toString()).doesNotContain("unseen");
  }

  @ParameterizedTest
  @ValueSource(strings = {"9\n", "3\n", "3", "1\n2\n", "1\n2\n3\n4\nx\tCLOSED", "2\nnonsense", ""})
  void explainsUndecodableLedger(String afterHeader) {
    assertThat(decode(afterHeader)).isInstanceOf(Undecodable.class);
  }

  @Test
  void refusesEveryTruncationOfALedger() {
    byte[] whole = RealTree.value("/ledgers/00/0000/L0013");
    for (int length = 0; length < whole.length; length++) {
      assertThat(LedgerMetadataValue.decode(Arrays.copyOf(whole, length)))
          .as("cut to %d bytes", length)
          .isInstanceOf(Undecodable.class);
    }
  }

  private static Decoded<LedgerMetadataValue> decode(String afterHeader) {
    return LedgerMetadataValue.decode(
        ("BookieMetadataFormatVersion\t" + afterHeader).getBytes(UTF_8));
  }

  private static NavigableMap<Long, List<String>> ensembles(long first, List<String> bookies) {
    return new TreeMap<>(Map.of(first, bookies));
  }

  private static NavigableMap<Long, List<String>> ensembles(
      long first, List<String> bookies, long second, List<String> then) {
    return new TreeMap<>(Map.of(first, bookies, second, then));
  }
}
