package io.metamigrate.migrator.phase;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.metamigrate.verifier.store.Position;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Zxid;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CheckpointTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final Instant LATER = NOW.plusSeconds(60);
  private static final Scope SCOPE =
      new Scope(
          List.of(new ZkPath("/ledgers"), new ZkPath("/admin")), List.of(new ZkPath("/admin/x")));

  private final Checkpoint planned = Checkpoint.planned("c1", "zk:2181/chroot", SCOPE, NOW);

  @Test
  void neverDecreasesInEitherHistory() {
    Checkpoint ahead = planned.applied(new Zxid(50), new Revision(90), 10, 20, NOW);

    Checkpoint then = ahead.applied(new Zxid(40), new Revision(80), 11, 20, LATER);

    assertThat(then.lastAppliedZxid()).isEqualTo(new Zxid(50));
    assertThat(then.checkedRevision()).isEqualTo(new Revision(90));
    assertThat(then.copied()).isEqualTo(11);
    assertThat(then.at()).isEqualTo(LATER);
  }

  @Test
  void remembersTheLastVerification() {
    Checkpoint.Verified verified =
        new Checkpoint.Verified(LATER, true, 1_234, Optional.of(Position.parse("0x1f/7")));

    assertThat(planned.verified(verified, LATER).to(Phase.COPYING, LATER).lastVerification())
        .contains(verified);
  }

  @Test
  void keepsEveryAcceptance() {
    Checkpoint accepted = planned.accepting(Set.of("B")).accepting(Set.of("A"));

    assertThat(accepted.to(Phase.COPYING, LATER).accepted()).containsExactly("A", "B");
  }

  @Test
  void isReadAsItWasWritten() {
    Checkpoint full =
        planned
            .to(Phase.COPYING, NOW)
            .applied(Zxid.parse("0xfedcba9876543210"), new Revision(90), 10, 20, NOW)
            .verified(
                new Checkpoint.Verified(LATER, false, 7, Optional.of(Position.parse("0x1f/7"))),
                LATER)
            .accepting(Set.of("VALUE_TOO_LARGE", "AUTORECOVERY_NEEDS_ZOOKEEPER"))
            .stoppedBy("etcd is full: \"NOSPACE\"", "compact and defragment", LATER);

    assertThat(CheckpointCodec.read(CheckpointCodec.write(planned))).isEqualTo(planned);
    assertThat(CheckpointCodec.read(CheckpointCodec.write(full))).isEqualTo(full);
  }

  @Test
  void canBeReadByAnOperator() {
    String json = new String(CheckpointCodec.write(planned), UTF_8);

    assertThat(json)
        .contains(
            "\"format\":1",
            "\"cluster\":\"c1\"",
            "\"phase\":\"PLANNED\"",
            "\"lastAppliedZxid\":\"0x0\"",
            "\"include\":[\"/ledgers\",\"/admin\"]",
            "\"at\":\"2026-01-02T03:04:05Z\"");
  }

  @ParameterizedTest
  @CsvSource({
    "SIDE_WRITERS_STOPPED,METADATA_WRITERS_STOPPED",
    "UNPARKING_BOOKIES,ENABLING_GARBAGE_COLLECTION"
  })
  void readsFormerPhases(String former, Phase phase) {
    String json = new String(CheckpointCodec.write(planned), UTF_8).replace("PLANNED", former);

    assertThat(CheckpointCodec.read(json.getBytes(UTF_8)).phase()).isEqualTo(phase);
  }

  @Test
  void refusesAnotherFormatAndNamesBoth() {
    byte[] other =
        new String(CheckpointCodec.write(planned), UTF_8)
            .replace("\"format\":1", "\"format\":7")
            .getBytes(UTF_8);

    assertThatThrownBy(() -> CheckpointCodec.read(other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("format 7, this version reads 1");
  }

  @Test
  void refusesUnknownFields() {
    for (String text : List.of("", "nonsense", "[]", "{\"format\":1,\"unknown\":2}")) {
      assertThatThrownBy(() -> CheckpointCodec.read(text.getBytes(UTF_8)))
          .as("'%s'", text)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("checkpoint on etcd");
    }
  }
}
