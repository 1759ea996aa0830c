package io.metamigrate.verifier.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LedgerPathsTest {
  @ParameterizedTest
  @CsvSource({
    "0, /ledgers/00/0000/L0000",
    "1, /ledgers/00/0000/L0001",
    "2147483646, /ledgers/21/4748/L3646",
    "2147483647, /ledgers/000/0000/0021/4748/L3647",
    "4294967297, /ledgers/000/0000/0042/9496/L7297",
    "9223372036854775807, /ledgers/922/3372/0368/5477/L5807"
  })
  void convertsBetweenIdAndPath(long ledger, String path) {
    assertThat(LedgerPaths.pathOf(ledger)).isEqualTo(path);
    assertThat(LedgerPaths.ledgerOf(path)).hasValue(ledger);
    assertThat(LedgerPaths.isReadByBrokersOnEtcd(path)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/ledgers",
        "/ledgers/00",
        "/ledgers/00/0000",
        "/ledgers/000/0000/0042/9496",
        "/ledgers/00/0000/0001",
        "/ledgers/0/0000/L0001",
        "/ledgers/L0000000001",
        "/ledgers/idgen/ID-0000000001",
        "/other/00/0000/L0001",
        "/ledgers/00/0000/L0001/x",
        "/ledgers/999/9999/9999/9999/L9999"
      })
  void otherPathsAreNotLedgers(String path) {
    assertThat(LedgerPaths.ledgerOf(path)).isEmpty();
  }

  @Test
  void brokersOnEtcdDoNotReadSmallIdInLongLayout() {
    String path = "/ledgers/000/0000/0000/0000/L0007";

    assertThat(LedgerPaths.ledgerOf(path)).hasValue(7);
    assertThat(LedgerPaths.isReadByBrokersOnEtcd(path)).isFalse();
  }

  @Test
  void brokersOnEtcdDoNotReadLargeIdInShortLayout() {
    String path = "/ledgers/21/4748/L3647";

    assertThat(LedgerPaths.ledgerOf(path)).hasValue(Integer.MAX_VALUE);
    assertThat(LedgerPaths.isReadByBrokersOnEtcd(path)).isFalse();
  }

  @Test
  void refusesANegativeId() {
    assertThatThrownBy(() -> LedgerPaths.pathOf(-1)).hasMessageContaining("-1");
  }

  @Test
  void readsTheNamesOfTheIdGenerators() {
    assertThat(LedgerPaths.highOrderBitsOf("/ledgers/idgen-long/HOB-0000000007")).hasValue(7);
    assertThat(LedgerPaths.highOrderBitsOf("/ledgers/idgen-long/HOB-0000000007/ID-1")).isEmpty();
    assertThat(LedgerPaths.highOrderBitsPath(7)).isEqualTo("/ledgers/idgen-long/HOB-0000000007");
    assertThat(LedgerPaths.isAllocatedId("/ledgers/idgen/ID-0000000003")).isTrue();
    assertThat(LedgerPaths.isAllocatedId("/ledgers/idgen-long/HOB-0000000001/ID-0")).isTrue();
    assertThat(LedgerPaths.isAllocatedId("/ledgers/idgen-long/HOB-0000000001")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "/managed-ledgers/t/n/persistent/topic, t/n/persistent/topic,",
    "/managed-ledgers/t/n/persistent/topic/sub, t/n/persistent/topic, sub",
    "/managed-ledgers/t/c/n/persistent/topic, t/c/n/persistent/topic,",
    "/managed-ledgers/t/c/n/persistent/topic/sub, t/c/n/persistent/topic, sub"
  })
  void readsTheNamesOfTopicsAndSubscriptions(String path, String topic, String cursor) {
    ManagedLedgerPath parsed = ManagedLedgerPath.of(path).orElseThrow();

    assertThat(parsed.topic()).isEqualTo(topic);
    assertThat(parsed.cursor().orElse(null)).isEqualTo(cursor);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/managed-ledgers",
        "/managed-ledgers/t/n/persistent",
        "/managed-ledgers/t/c/n/persistent",
        "/managed-ledgers/t/n/persistent/topic/sub/more",
        "/schemas/t/n/topic"
      })
  void otherLevelsAreNotTopics(String path) {
    assertThat(ManagedLedgerPath.of(path)).isEmpty();
  }
}
