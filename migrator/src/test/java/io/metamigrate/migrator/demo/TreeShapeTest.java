package io.metamigrate.migrator.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.metamigrate.verifier.decode.CookieValue;
import io.metamigrate.verifier.decode.LedgerMetadataValue;
import io.metamigrate.verifier.decode.LedgerPaths;
import io.metamigrate.verifier.decode.ManagedCursorValue;
import io.metamigrate.verifier.decode.ManagedLedgerPath;
import io.metamigrate.verifier.decode.ManagedLedgerValue;
import io.metamigrate.verifier.decode.PartitionedTopicValue;
import io.metamigrate.verifier.decode.SchemaLocatorValue;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.LongStream;
import org.apache.zookeeper.CreateMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TreeShapeTest {
  @ParameterizedTest
  @ValueSource(ints = {TreeShape.SMALLEST, 1000, 3000, 20_011})
  void hasExactlyAsManyNodesAsAskedForEachBelowAnEarlierOne(int nodes) {
    Kept kept = new Kept();
    new TreeShape(nodes, 7, kept).write();

    assertThat(kept.values).hasSize(nodes);
  }

  @Test
  void theSameSeedGivesTheSameTreeAndAnotherSeedAnother() {
    assertThat(hashes(3)).isEqualTo(hashes(3)).isNotEqualTo(hashes(4));
  }

  @Test
  void everyLedgerNamedExistsAndIsBelowTheNextId() {
    Kept kept = new Kept();
    TreeShape shape = new TreeShape(5000, 1, kept);
    shape.write();

    assertThat(kept.values.keySet().stream().flatMapToLong(path -> named(kept, path)).boxed())
        .hasSizeGreaterThan(1000)
        .allSatisfy(
            ledger -> {
              assertThat(ledger).isLessThan(shape.nextLedger());
              assertThat(kept.values).containsKey(LedgerPaths.pathOf(ledger));
            });
    assertThat(kept.drawn).containsEntry(LedgerPaths.IDGEN, shape.nextLedger());
  }

  @Test
  void everyLedgerAndCookieCanBeReadAndCookiesNameTheInstance() {
    Kept kept = new Kept();
    TreeShape shape = new TreeShape(2000, 1, kept);
    shape.write();

    kept.values.forEach(
        (path, value) -> {
          if (LedgerPaths.ledgerOf(path).isPresent()) {
            assertThat(LedgerMetadataValue.decode(value).decoded()).as(path).isPresent();
          }
          if (path.startsWith("/ledgers/cookies/")) {
            assertThat(CookieValue.decode(value).decoded().orElseThrow().instanceId())
                .hasValue(shape.instanceId());
          }
        });
  }

  @Test
  void partitionsFitTheirTopics() {
    Kept kept = new Kept();
    new TreeShape(5000, 1, kept).write();

    assertThat(kept.values.keySet())
        .filteredOn(path -> path.matches("/managed-ledgers/.*-partition-\\d+"))
        .isNotEmpty()
        .allSatisfy(
            path -> {
              int mark = path.lastIndexOf("-partition-");
              String topic =
                  path.substring(0, mark)
                      .replace("/managed-ledgers/", "/admin/partitioned-topics/");
              byte[] value = kept.value(topic);
              assertThat(Integer.parseInt(path.substring(mark + "-partition-".length())))
                  .isLessThan(
                      PartitionedTopicValue.decode(value).decoded().orElseThrow().partitions());
            });
  }

  @Test
  void refusesATreeTooSmallToHaveSomeOfEverything() {
    assertThatThrownBy(() -> new TreeShape(100, 1, new Kept())).hasMessageContaining("100");
  }

  private static LongStream named(Kept kept, String path) {
    byte[] value = kept.value(path);
    Optional<ManagedLedgerPath> topic = ManagedLedgerPath.of(path);
    if (topic.isPresent() && topic.get().cursor().isPresent()) {
      return ManagedCursorValue.decode(value).decoded().orElseThrow().ledgers();
    }
    if (topic.isPresent()) {
      return ManagedLedgerValue.decode(value).decoded().orElseThrow().ledgers().stream()
          .mapToLong(ManagedLedgerValue.Ledger::id);
    }
    return path.startsWith("/schemas/") && value.length > 0
        ? SchemaLocatorValue.decode(value).decoded().orElseThrow().ledgers()
        : LongStream.empty();
  }

  private static Map<String, Integer> hashes(long seed) {
    Kept kept = new Kept();
    new TreeShape(1500, seed, kept).write();
    Map<String, Integer> hashes = new HashMap<>();
    kept.values.forEach((path, value) -> hashes.put(path, Arrays.hashCode(value)));
    return hashes;
  }

  private static final class Kept implements TreeSink {
    private final Map<String, byte[]> values = new LinkedHashMap<>();
    private final Map<String, Long> drawn = new HashMap<>();

    private byte[] value(String path) {
      return Objects.requireNonNull(values.get(path), path);
    }

    @Override
    public void node(String path, byte[] value, CreateMode mode) {
      String above = path.substring(0, path.lastIndexOf('/'));
      assertThat(above.isEmpty() || values.containsKey(above)).as(path).isTrue();
      assertThat(values.put(path, value)).as(path).isNull();
    }

    @Override
    public void draw(String parent, String prefix, long times) {
      assertThat(values).containsKey(parent);
      drawn.put(parent, times);
    }
  }
}
