package io.metamigrate.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.lab.FreePorts;
import io.metamigrate.migrator.demo.LocalZooKeeper;
import io.metamigrate.verifier.Verifier;
import io.metamigrate.verifier.report.VerificationReport;
import io.metamigrate.verifier.store.DualReader;
import io.metamigrate.verifier.store.EtcdEntry;
import io.metamigrate.verifier.store.Pair;
import io.metamigrate.verifier.store.PathIndex;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.TreeListing;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.ZnodeReader;
import io.metamigrate.verifier.store.ZooKeeperConnection;
import io.metamigrate.verifier.store.ZooKeeperSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two servers, one tree of 2,500 nodes that takes several chunks, and keys that only etcd has. */
final class DualReadingTest {
  private static final List<String> NODES =
      IntStream.range(0, 2_500).mapToObj(i -> "/m%04d".formatted(i)).toList();

  private static LocalZooKeeper zooKeeper;
  private static Etcd etcd;

  @BeforeAll
  static void start(@TempDir Path directory) throws Exception {
    zooKeeper = LocalZooKeeper.start(directory.resolve("zk"), FreePorts.next(), List.of());
    etcd = Etcd.start(directory.resolve("etcd"));
    try (Tree tree = Tree.connect(zooKeeper.connectString())) {
      tree.create("/tree", new byte[0]);
    }
    try (Tree tree = Tree.connect(zooKeeper.connectString() + "/tree")) {
      tree.createAll(NODES, "x".getBytes(UTF_8));
    }
  }

  @AfterAll
  static void stop() {
    etcd.close();
    zooKeeper.close();
  }

  @BeforeEach
  void wipe() {
    etcd.wipe();
  }

  /** Before the first, after the last, at each edge of a chunk, and in the middle of one. */
  @Test
  void findsKeysOnEtcdOnly() {
    List<String> extra =
        List.of(
            "/!",
            "/a",
            "/m0000/x",
            "/m0997!",
            "/m0998!",
            "/m0999!",
            "/m1000!",
            "/m1500/a/b",
            "/m1998!",
            "/m1999!",
            "/m2499!",
            "/m2499/x",
            "/n",
            "/\uD7FF",
            "/\uFFFF",
            "/\uD83D\uDE00",
            "//",
            "/m1//",
            "/m1000/");
    etcd.putAll(NODES);
    etcd.putAll(extra);
    etcd.put("other", "x");

    List<Pair> pairs = read(Scope.ALL, etcd.reader().revision());

    assertThat(pairs)
        .extracting(pair -> pair.path().value())
        .containsExactlyElementsOf(sorted(Stream.of(NODES, extra, List.of("/"))));
    assertThat(pairs)
        .filteredOn(pair -> pair.source().isEmpty())
        .extracting(pair -> pair.path().value())
        .containsExactlyInAnyOrderElementsOf(extra);
    assertThat(pairs).filteredOn(pair -> pair.target().isEmpty()).hasSize(1);
  }

  /** A server may be behind without any sign of it: not every one answers {@code srvr}. */
  @Test
  void eachVerificationBeginsWithASync() {
    etcd.putAll(NODES);
    try (SyncCounter counter = SyncCounter.before(port());
        ZooKeeperConnection connection = open("127.0.0.1:" + counter.port())) {
      Verifier verifier = new Verifier(ZnodeReader.over(connection), etcd.reader(), compared -> {});
      int before = counter.syncs();

      verifier.verify(Scope.ALL, Duration.ZERO);
      int after = counter.syncs();
      verifier.verify(Scope.ALL, Duration.ZERO);

      assertThat(after).isGreaterThan(before);
      assertThat(counter.syncs()).isGreaterThan(after);
    }
  }

  private static int port() {
    String connect = zooKeeper.connectString();
    return Integer.parseInt(connect.substring(connect.lastIndexOf(':') + 1));
  }

  /** Else a scan of the window would fail, or count twice what it saw before. */
  @Test
  void collectsAgainWhatACompactionInterrupted() {
    etcd.putAll(NODES);
    AtomicInteger attempts = new AtomicInteger();
    AtomicInteger looks = new AtomicInteger();
    try (ZooKeeperConnection connection = open()) {
      List<String> all =
          new DualReader(ZnodeReader.over(connection), etcd.reader())
              .<List<String>>collect(
                  Scope.ALL,
                  () -> {
                    attempts.incrementAndGet();
                    return new ArrayList<>();
                  },
                  (seen, pair) -> {
                    if (looks.incrementAndGet() == 1) {
                      etcd.compact(etcd.put("other", "x"));
                    }
                    seen.add(pair.path().value());
                  });

      assertThat(attempts).hasValue(2);
      assertThat(all).containsExactlyElementsOf(sorted(Stream.of(NODES, List.of("/"))));
    }
  }

  /** What is left of the old revision is gone, so that it is compared with a newer one. */
  @Test
  void verificationSurvivesCompaction() {
    etcd.putAll(NODES);
    AtomicInteger looks = new AtomicInteger();
    LongConsumer compacting =
        compared -> {
          if (looks.incrementAndGet() == 1) {
            etcd.compact(etcd.put("other", "x"));
          }
        };
    try (ZooKeeperConnection connection = open()) {
      VerificationReport report =
          new Verifier(ZnodeReader.over(connection), etcd.reader(), compacting)
              .verify(Scope.ALL, Duration.ZERO);

      assertThat(report.counts().same()).isEqualTo(NODES.size());
      assertThat(report.differences()).isEmpty();
      assertThat(looks).hasValueGreaterThan(2);
    }
  }

  @Test
  void findsNodesOnZooKeeperOnly() {
    etcd.putAll(NODES.subList(0, 1_200));

    assertThat(read(Scope.ALL, etcd.reader().revision()))
        .filteredOn(pair -> pair.target().isEmpty())
        .extracting(pair -> pair.path().value())
        .containsExactlyElementsOf(
            sorted(Stream.of(List.of("/"), NODES.subList(1_200, NODES.size()))));
  }

  @Test
  void readsEtcdAtTheGivenRevision() {
    etcd.putAll(NODES.subList(0, 10));
    Revision then = etcd.reader().revision();
    etcd.put("/m0000", "changed");
    etcd.delete("/m0001");
    etcd.put("/later", "x");

    List<Pair> pairs = read(Scope.ALL, then);

    assertThat(pairs)
        .flatExtracting(pair -> pair.target().stream().toList())
        .hasSize(10)
        .allMatch(entry -> entry.data().equals(Etcd.data("x")));
  }

  @Test
  void skipsPathsOutOfScope() {
    etcd.putAll(List.of("/m0001", "/m0001/x", "/m00010", "/m0002", "/z"));
    Scope scope =
        new Scope(
            List.of(new ZkPath("/m0001"), new ZkPath("/m0003"), new ZkPath("/z")),
            List.of(new ZkPath("/z/not")));

    assertThat(read(scope, etcd.reader().revision()))
        .extracting(pair -> pair.path().value())
        .containsExactly("/m0001", "/m0001/x", "/m0003", "/z");
    assertThat(
            read(
                new Scope(
                    List.of(new ZkPath("/m0001"), new ZkPath("/m0003")),
                    List.of(new ZkPath("/m0001"))),
                etcd.reader().revision()))
        .extracting(pair -> pair.path().value())
        .containsExactly("/m0003");
  }

  @Test
  void findsNodeCreatedAfterTheListing() throws Exception {
    etcd.putAll(List.of("/new"));
    try (ZooKeeperConnection connection = open();
        Tree tree = Tree.connect(zooKeeper.connectString() + "/tree")) {
      ZnodeReader znodes = ZnodeReader.over(connection);
      try (PathIndex paths = new TreeListing(znodes, listed -> {}).list(Scope.ALL)) {
        tree.create("/new", "x".getBytes(UTF_8));

        List<Pair> pairs = new ArrayList<>();
        new DualReader(znodes, etcd.reader())
            .read(paths, Scope.ALL, etcd.reader().revision(), pairs::addAll);

        assertThat(pairs)
            .filteredOn(pair -> pair.path().value().equals("/new"))
            .singleElement()
            .matches(pair -> pair.source().isPresent() && pair.target().isPresent());
      } finally {
        tree.client().delete("/new", -1);
      }
    }
  }

  @Test
  void rangeWithMoreKeysThanAPageIsCompleteAndInOrder() {
    List<String> keys = IntStream.range(0, 9_001).mapToObj("/r/%06d"::formatted).toList();
    etcd.putAll(keys);
    Revision then = etcd.reader().revision();
    etcd.put("/r/9", "x");

    assertThat(etcd.reader().range("/r/", "/r0", Optional.of(then)))
        .extracting(entry -> entry.path().value())
        .containsExactlyElementsOf(keys);
    assertThat(etcd.reader().count("/r/", "/r0")).isEqualTo(9_002);
  }

  @Test
  void readsSinglePathsInBothStores() {
    etcd.putAll(List.of("/m0007", "/only-etcd"));
    try (ZooKeeperConnection connection = open()) {
      DualReader both = new DualReader(ZnodeReader.over(connection), etcd.reader());

      List<Pair> pairs =
          both.read(
              Stream.of("/m0007", "/m0008", "/only-etcd", "/nowhere").map(ZkPath::new).toList());

      assertThat(pairs)
          .extracting(
              pair -> pair.path().value(),
              pair -> pair.source().isPresent(),
              pair -> pair.target().map(EtcdEntry::isLeased))
          .containsExactly(
              org.assertj.core.groups.Tuple.tuple("/m0007", true, Optional.of(false)),
              org.assertj.core.groups.Tuple.tuple("/m0008", true, Optional.empty()),
              org.assertj.core.groups.Tuple.tuple("/only-etcd", false, Optional.of(false)));
    }
  }

  private static List<Pair> read(Scope scope, Revision at) {
    try (ZooKeeperConnection connection = open()) {
      ZnodeReader znodes = ZnodeReader.over(connection);
      List<Pair> pairs = new ArrayList<>();
      try (PathIndex paths = new TreeListing(znodes, listed -> {}).list(scope)) {
        new DualReader(znodes, etcd.reader()).read(paths, scope, at, pairs::addAll);
      }
      return pairs;
    }
  }

  private static List<String> sorted(Stream<List<String>> paths) {
    TreeSet<String> all =
        new TreeSet<>((a, b) -> Arrays.compareUnsigned(a.getBytes(UTF_8), b.getBytes(UTF_8)));
    paths.forEach(all::addAll);
    return List.copyOf(all);
  }

  private static ZooKeeperConnection open() {
    return open(zooKeeper.connectString());
  }

  private static ZooKeeperConnection open(String servers) {
    return ZooKeeperConnection.open(ZooKeeperSettings.of(servers + "/tree"));
  }
}
