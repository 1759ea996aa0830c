package io.metamigrate.migrator.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.metamigrate.verifier.catalog.Action;
import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.check.DomainChecks;
import io.metamigrate.verifier.check.StoreEntry;
import io.metamigrate.verifier.decode.LedgerPaths;
import io.metamigrate.verifier.report.CheckResult;
import io.metamigrate.verifier.store.ZkPath;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.zookeeper.CreateMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TreeShapeTest {
  @ParameterizedTest
  @ValueSource(ints = {TreeShape.SMALLEST, 1000, 3000, 20_011})
  void hasTheRequestedNumberOfNodes(int nodes) {
    RecordedTree kept = new RecordedTree();
    new TreeShape(nodes, 7, kept).write();

    assertThat(kept.values).hasSize(nodes);
  }

  @Test
  void seedDeterminesTheTree() {
    assertThat(hashes(3)).isEqualTo(hashes(3)).isNotEqualTo(hashes(4));
  }

  @Test
  void passesEveryDomainCheckWithData() {
    RecordedTree kept = new RecordedTree();
    TreeShape shape = new TreeShape(5000, 1, kept);
    shape.write();

    DomainChecks checks = new DomainChecks();
    new TreeMap<>(kept.values)
        .forEach(
            (path, value) -> {
              StoreEntry entry = new StoreEntry(path, value, 1, false);
              checks.source(entry);
              if (Catalogue.of(new ZkPath(path)).action() != Action.SKIP) {
                checks.target(entry);
              }
            });

    assertThat(checks.results(shape.nextLedger()))
        .allSatisfy(check -> assertThat(check.ok()).as(check.toString()).isTrue())
        .extracting(CheckResult::detail)
        .noneMatch(detail -> detail.startsWith("0 "));
    assertThat(kept.drawn).containsEntry(LedgerPaths.IDGEN, shape.nextLedger());
  }

  @Test
  void refusesTooSmallTree() {
    assertThatThrownBy(() -> new TreeShape(100, 1, new RecordedTree())).hasMessageContaining("100");
  }

  private static Map<String, Integer> hashes(long seed) {
    RecordedTree kept = new RecordedTree();
    new TreeShape(1500, seed, kept).write();
    Map<String, Integer> hashes = new HashMap<>();
    kept.values.forEach((path, value) -> hashes.put(path, Arrays.hashCode(value)));
    return hashes;
  }

  private static final class RecordedTree implements TreeSink {
    private final Map<String, byte[]> values = new LinkedHashMap<>();
    private final Map<String, Long> drawn = new HashMap<>();

    @Override
    public void node(String path, byte[] value, CreateMode mode) {
      String above = path.substring(0, path.lastIndexOf('/'));
      assertThat(above.isEmpty() || values.containsKey(above)).as(path).isTrue();
      assertThat(values.put(path, value)).as(path).isNull();
    }

    @Override
    public void allocate(String parent, String prefix, long times) {
      assertThat(values).containsKey(parent);
      drawn.put(parent, times);
    }
  }
}
