package io.metamigrate.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.lab.CommandLineRun;
import io.metamigrate.lab.EtcdServer;
import io.metamigrate.lab.MoveArguments;
import io.metamigrate.lab.PulsarClassPath;
import io.metamigrate.migrator.demo.LocalZooKeeper;
import io.metamigrate.migrator.demo.PulsarTree;
import io.metamigrate.oracle.PulsarStores.Batching;
import io.metamigrate.oracle.PulsarStores.Which;
import io.metamigrate.verifier.catalog.Action;
import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.store.PathIndex;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.TreeListing;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.ZnodeReader;
import io.metamigrate.verifier.store.ZooKeeperConnection;
import io.metamigrate.verifier.store.ZooKeeperSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** For each path of a copied tree Pulsar itself gets the same answers from both stores. */
final class OracleTest {
  private static final int ZNODES = 1_000;

  @Test
  void pulsar2100GetsTheSameAnswersFromBothStores(@TempDir Path directory) {
    compareAnswers("2.10.0", directory);
  }

  @Tag("campaign")
  @ParameterizedTest
  @ValueSource(strings = {"3.0.7", "4.0.0"})
  void newerPulsarGetsTheSameAnswersFromBothStores(String version, @TempDir Path directory) {
    compareAnswers(version, directory);
  }

  private static void compareAnswers(String version, Path directory) {
    PulsarClassPath pulsar = PulsarClassPath.of(version);
    try (LocalZooKeeper zookeeper = LocalZooKeeper.start(directory.resolve("zookeeper"));
        EtcdServer etcd = EtcdServer.start(directory.resolve("etcd"));
        PulsarTree tree = PulsarTree.fill(zookeeper.connectString(), ZNODES, 7)) {
      assertThat(tree.znodes()).isEqualTo(ZNODES);
      CommandLineRun copy =
          new MoveArguments(zookeeper.connectString(), etcd.endpoint(), version, "demo")
              .migrate("run", "--once");
      assertThat(copy.code()).as(copy.toString()).isZero();
      List<String> carried = carried(zookeeper.connectString());
      assertThat(carried).hasSizeGreaterThan(ZNODES / 2);
      try (PulsarStores stores =
          PulsarStores.start(
              pulsar,
              directory.resolve("oracle"),
              zookeeper.connectString(),
              etcd.endpoint(),
              Batching.FITTING)) {
        assertSame(stores, "exists", carried);
        assertSame(stores, "get", carried);
        assertSameChildren(stores, carried);
        assertSameConditionalPuts(stores, carried);
      }
    }
  }

  private static void assertSame(PulsarStores stores, String operation, List<String> paths) {
    List<String> source = stores.ask(Which.ZOOKEEPER, operation, paths);
    List<String> target = stores.ask(Which.ETCD, operation, paths);
    for (int i = 0; i < paths.size(); i++) {
      assertThat(target.get(i)).as("%s %s", operation, paths.get(i)).isEqualTo(source.get(i));
    }
  }

  /** Children that are not migrated are those that a component registers by itself. */
  private static void assertSameChildren(PulsarStores stores, List<String> paths) {
    List<String> parents =
        paths.stream()
            .filter(path -> Catalogue.of(new ZkPath(path)).action() == Action.COPY)
            .toList();
    List<String> source = stores.ask(Which.ZOOKEEPER, "children", parents);
    List<String> target = stores.ask(Which.ETCD, "children", parents);
    for (int i = 0; i < parents.size(); i++) {
      ZkPath parent = new ZkPath(parents.get(i));
      assertThat(names(target.get(i)))
          .as("children of %s", parent)
          .isEqualTo(carriedNames(parent, source.get(i)));
    }
  }

  private static Set<String> names(String answer) {
    return answer.isEmpty() ? Set.of() : new TreeSet<>(List.of(answer.split(",")));
  }

  private static Set<String> carriedNames(ZkPath parent, String answer) {
    Set<String> names = new TreeSet<>(names(answer));
    // Directories of ledgers are not keys of their own on etcd, but are seen above their ledgers.
    names.removeIf(
        name ->
            Catalogue.of(parent.child(name)).action() == Action.SKIP
                && !Catalogue.of(parent.child(name)).structural());
    if (parent.equals(Catalogue.LEDGERS)) {
      names.add("idgen-long");
    }
    return names;
  }

  private static void assertSameConditionalPuts(PulsarStores stores, List<String> paths) {
    List<String> some = new ArrayList<>();
    for (int i = 0; i < paths.size(); i += Math.max(1, paths.size() / 50)) {
      some.add(paths.get(i));
    }
    for (Which which : Which.values()) {
      for (String path : some) {
        if (Catalogue.of(new ZkPath(path)).action() != Action.COPY) {
          continue;
        }
        String version = stores.ask(which, "version", path);
        assertThat(stores.ask(which, "put", path, version, "eA=="))
            .as("%s put %s at its version", which, path)
            .isEqualTo("done");
        assertThat(stores.ask(which, "put", path, version, "eA=="))
            .as("%s put %s at a version that is past", which, path)
            .contains("BadVersion");
      }
    }
  }

  private static List<String> carried(String connect) {
    try (ZooKeeperConnection connection = ZooKeeperConnection.open(ZooKeeperSettings.of(connect));
        PathIndex paths = new TreeListing(ZnodeReader.over(connection), n -> {}).list(Scope.ALL)) {
      List<String> carried = new ArrayList<>();
      for (Iterator<String> all = paths.iterator(); all.hasNext(); ) {
        String path = all.next();
        if (Catalogue.of(new ZkPath(path)).action() != Action.SKIP) {
          carried.add(path);
        }
      }
      return carried;
    }
  }
}
