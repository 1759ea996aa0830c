package io.metamigrate.migrator.cutover;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.metamigrate.migrator.config.CutoverConfig.Strategy;
import io.metamigrate.migrator.cutover.CutoverState.Header;
import io.metamigrate.migrator.phase.Checkpoint;
import io.metamigrate.migrator.phase.Direction;
import io.metamigrate.migrator.replay.Authority;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.ZkPath;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What other clusters changed, however much it is. */
final class OthersChangesTest {
  private static final String DOCUMENT = "changed-by-others";

  private final LimitedDocuments documents = new LimitedDocuments();
  private final Journal journal =
      new Journal(
          documents,
          InstantSource.system(),
          new OutageClock(InstantSource.system(), System::nanoTime),
          Direction.NONE,
          Checkpoint.planned("c1", "zk", Scope.ALL, Instant.EPOCH),
          CutoverState.begin(new Header("c1", Strategy.STOP_ALL, "me", Instant.EPOCH), List.of()));

  @Test
  void keepsMoreThanOneValueOfEtcdHolds() {
    List<ZkPath> many = paths("many", 20_000);
    OthersChanges.keep(journal, many);
    assertThat(OthersChanges.read(journal)).containsExactlyInAnyOrderElementsOf(many);

    List<ZkPath> fewer = paths("fewer", 3_500);
    OthersChanges.keep(journal, fewer);
    assertThat(OthersChanges.read(journal)).containsExactlyInAnyOrderElementsOf(fewer);

    List<ZkPath> few = paths("few", 2);
    OthersChanges.keep(journal, few);
    assertThat(OthersChanges.read(journal)).containsExactlyInAnyOrderElementsOf(few);
    assertThat(documents.text(DOCUMENT))
        .as("as earlier releases read it")
        .isEqualTo(few.get(0) + "\n" + few.get(1));
  }

  @Test
  void keepsTheFormerPathsUntilAllAreWritten() {
    List<ZkPath> former = paths("former", 2_500);
    OthersChanges.keep(journal, former);
    documents.left = 2;

    assertThatThrownBy(() -> OthersChanges.keep(journal, paths("later", 2_500)))
        .isInstanceOf(IllegalStateException.class);

    assertThat(OthersChanges.read(journal)).containsExactlyInAnyOrderElementsOf(former);
  }

  private static List<ZkPath> paths(String name, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> new ZkPath("/admin/policies/%s/%s-%05d".formatted(name, "n".repeat(80), i)))
        .toList();
  }

  /** Documents on an etcd with its default limit of a request. */
  private static final class LimitedDocuments implements JournalStore {
    private static final int LIMIT = 3 << 19;

    private final Map<String, byte[]> kept = new HashMap<>();
    private int left = Integer.MAX_VALUE;

    String text(String name) {
      return new String(kept.get(name), UTF_8);
    }

    @Override
    public Optional<byte[]> document(String name) {
      return Optional.ofNullable(kept.get(name));
    }

    @Override
    public void save(Direction direction, String name, byte[] content) {
      if (content.length > LIMIT || left-- == 0) {
        throw new IllegalStateException("etcd refused " + content.length + " bytes");
      }
      kept.put(name, content);
    }

    @Override
    public String holder() {
      return "me";
    }

    @Override
    public Authority authority(Direction direction) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void save(Direction direction, CutoverState state) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void changeDirection(Direction from, Direction to, Checkpoint checkpoint) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void confirm(Direction direction) {
      throw new UnsupportedOperationException();
    }
  }
}
