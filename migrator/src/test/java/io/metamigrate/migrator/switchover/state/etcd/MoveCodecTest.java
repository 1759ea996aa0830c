package io.metamigrate.migrator.switchover.state.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.metamigrate.migrator.switchover.engine.Exit;
import io.metamigrate.migrator.switchover.engine.Progress;
import io.metamigrate.migrator.switchover.engine.Stop;
import io.metamigrate.migrator.switchover.node.Node;
import io.metamigrate.migrator.switchover.node.NodeKind;
import io.metamigrate.migrator.switchover.state.ConfiguredMove;
import io.metamigrate.migrator.switchover.state.MoveDirection;
import io.metamigrate.migrator.switchover.state.MoveDocument;
import io.metamigrate.migrator.switchover.state.MoveJournal;
import io.metamigrate.migrator.switchover.state.MoveStore;
import io.metamigrate.migrator.switchover.state.Strategy;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class MoveCodecTest {
  private static final Instant AT = Instant.parse("2026-01-01T00:00:00Z");
  private static final Optional<Stop> STOP =
      Optional.of(new Stop("verify", "they differ", Exit.STORES_DIFFER, List.of("a", "b"), AT));

  static Stream<Progress> everyState() {
    return Stream.of(
        Progress.running(),
        new Progress.Running(STOP),
        new Progress.Undoing(STOP),
        new Progress.Undone(AT),
        new Progress.Committed(AT, STOP),
        new Progress.Completed(AT, AT, Optional.empty()));
  }

  @ParameterizedTest
  @MethodSource("everyState")
  void readsWhatItWrites(Progress progress) {
    MoveDocument begun = document().beginMove(MoveDirection.FORWARD, Strategy.ROLLING);
    MoveJournal journal = new MoveJournal(new Nowhere(), begun, 1);
    journal.mark("etcd", "17");
    journal.accept("ledger 4 is missing", "the operator");
    journal.save(progress);
    MoveDocument written = journal.document();
    assertThat(MoveCodec.read(MoveCodec.write(written))).isEqualTo(written);
  }

  @Test
  void namesAnUnknownFormat() {
    String other = new String(MoveCodec.write(document()), UTF_8).replace(":1,", ":9,");
    assertThatThrownBy(() -> MoveCodec.read(other.getBytes(UTF_8)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("format 9");
  }

  private static MoveDocument document() {
    TreeSet<Node> nodes = new TreeSet<>(List.of(new Node(NodeKind.BOOKIE, "b1:3181")));
    return MoveDocument.begin(new ConfiguredMove("c1", "all", Strategy.ROLLING, nodes), "nonce");
  }

  private static final class Nowhere implements MoveStore {
    @Override
    public Optional<MoveDocument> read() {
      return Optional.empty();
    }

    @Override
    public void save(MoveDocument document) {}

    @Override
    public void confirm() {}

    @Override
    public void keepLocally(Stop stop) {}
  }
}
