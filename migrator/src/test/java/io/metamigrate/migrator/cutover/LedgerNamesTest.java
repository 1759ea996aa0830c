package io.metamigrate.migrator.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.cutover.LedgerNames.Missing;
import io.metamigrate.verifier.store.ZkPath;
import java.util.stream.LongStream;
import org.apache.bookkeeper.mledger.proto.MLDataFormats.ManagedCursorInfo;
import org.apache.bookkeeper.mledger.proto.MLDataFormats.ManagedLedgerInfo;
import org.apache.bookkeeper.mledger.proto.MLDataFormats.ManagedLedgerInfo.LedgerInfo;
import org.junit.jupiter.api.Test;

/** Which ledgers a store lacks, by what its topics and subscriptions name. */
final class LedgerNamesTest {
  private static final ZkPath TOPIC = new ZkPath("/managed-ledgers/public/default/persistent/t");

  private final LedgerNames names = new LedgerNames();

  @Test
  void namesTheTopicWhoseLedgerIsNotThere() {
    names.add(new ZkPath("/ledgers/00/0000/L0003"), new byte[] {1});
    names.add(TOPIC, topic(3, 7));

    assertThat(names.missing()).containsExactly(new Missing(TOPIC, 7));
    assertThat(names.highest()).isEqualTo(7);
  }

  @Test
  void namesTheSubscriptionWhoseLedgerIsNotThere() {
    ManagedCursorInfo cursor =
        ManagedCursorInfo.newBuilder()
            .setCursorsLedgerId(9)
            .setMarkDeleteLedgerId(3)
            .setMarkDeleteEntryId(0)
            .build();
    names.add(TOPIC.child("sub"), cursor.toByteArray());

    assertThat(names.missing()).containsExactly(new Missing(TOPIC.child("sub"), 9));
  }

  @Test
  void aLedgerThatOnlyTheOffloadStoreHoldsNeedNotExist() {
    ManagedLedgerInfo.Builder topic = ManagedLedgerInfo.newBuilder();
    topic
        .addLedgerInfoBuilder()
        .setLedgerId(4)
        .getOffloadContextBuilder()
        .setComplete(true)
        .setBookkeeperDeleted(true);
    names.add(TOPIC, topic.build().toByteArray());

    assertThat(names.missing()).isEmpty();
  }

  @Test
  void countsValuesThatCannotBeReadAndTakesEmptyOnesAsNamingNothing() {
    names.add(TOPIC, new byte[0]);
    names.add(TOPIC.child("sub"), "not a cursor".getBytes(java.nio.charset.StandardCharsets.UTF_8));

    assertThat(names.unreadable()).isEqualTo(1);
    assertThat(names.missing()).isEmpty();
    assertThat(names.highest()).isEqualTo(-1);
  }

  private static byte[] topic(long... ledgers) {
    ManagedLedgerInfo.Builder topic = ManagedLedgerInfo.newBuilder();
    LongStream.of(ledgers)
        .forEach(id -> topic.addLedgerInfo(LedgerInfo.newBuilder().setLedgerId(id)));
    return topic.build().toByteArray();
  }
}
