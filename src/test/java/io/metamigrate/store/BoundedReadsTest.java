package io.metamigrate.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etcd.jetcd.ByteSequence;
import io.metamigrate.lab.FreePorts;
import io.metamigrate.migrator.demo.LocalZooKeeper;
import io.metamigrate.migrator.follow.FollowListener;
import io.metamigrate.migrator.follow.FollowSettings;
import io.metamigrate.migrator.follow.Follower;
import io.metamigrate.migrator.replay.Authority;
import io.metamigrate.migrator.replay.EtcdHistory;
import io.metamigrate.migrator.replay.EtcdHistory.ForeignChange;
import io.metamigrate.migrator.replay.ForeignWatch;
import io.metamigrate.migrator.replay.GuardedWriter.WriterSettings;
import io.metamigrate.verifier.store.DualReader;
import io.metamigrate.verifier.store.EtcdConnection;
import io.metamigrate.verifier.store.Pair;
import io.metamigrate.verifier.store.PathIndex;
import io.metamigrate.verifier.store.ReplyTooLargeException;
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
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Answers that would be above a client's limit: 32 MiB from ZooKeeper, 64 MiB from etcd. */
final class BoundedReadsTest {
  private static final byte[] LARGE = new byte[190_000];
  private static final byte[] LARGEST = new byte[1_400_000];

  private static LocalZooKeeper zooKeeper;
  private static Etcd etcd;

  @BeforeAll
  static void start(@TempDir Path directory) throws Exception {
    zooKeeper =
        LocalZooKeeper.start(directory.resolve("zk"), FreePorts.next(), List.of("-Xmx700m"));
    etcd = Etcd.start(directory.resolve("etcd"), "--quota-backend-bytes=2147483648");
    try (Tree tree = Tree.connect(zooKeeper.connectString())) {
      tree.create("/large", null);
      tree.create("/wide", null);
      tree.create("/between", null);
      tree.create("/long", null);
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

  /** In one batch they are above the limit, which breaks the session and with it the watch. */
  @Test
  void followsFiveHundredLargeChangesWithoutAGap() throws Exception {
    AtomicInteger comparisons = new AtomicInteger();
    FollowListener counting =
        new FollowListener() {
          @Override
          public void comparing(long znodes) {
            comparisons.incrementAndGet();
          }
        };
    Authority authority = etcd.authority();
    try (Tree tree = Tree.connect(zooKeeper.connectString() + "/large");
        ZooKeeperConnection connection = open("/large");
        Follower follower = follower(connection, authority, counting)) {
      follower.barrier();
      assertThat(comparisons).hasValue(1);
      for (int i = 0; i < 500; i++) {
        tree.create("/n%03d".formatted(i), LARGE);
      }

      follower.barrier();

      assertThat(comparisons).hasValue(1);
      assertThat(follower.tracked()).isEqualTo(500);
      follower.markGap();
      follower.barrier();
      assertThat(comparisons).hasValue(2);
      assertThat(follower.put()).isEqualTo(500);
    } finally {
      authority.lock().close();
    }
    assertThat(different("/large")).isEmpty();
  }

  @Test
  void readsLargeKeysBetweenZnodesInPages() throws Exception {
    putLargest(60);

    try (ZooKeeperConnection connection = open("/between");
        PathIndex paths = listing(connection)) {
      List<Integer> pages = new ArrayList<>();
      List<String> found = new ArrayList<>();
      new DualReader(ZnodeReader.over(connection), etcd.reader())
          .read(
              paths,
              Scope.ALL,
              etcd.reader().revision(),
              pairs -> {
                pages.add(pairs.size());
                pairs.forEach(pair -> found.add(pair.path().value()));
              });

      assertThat(found).hasSize(61).doesNotHaveDuplicates().isSorted();
      assertThat(pages).hasSizeGreaterThan(4);
    }
  }

  @Test
  void namesDirectoryAboveListingLimitAndItsSetting() throws Exception {
    String long500 = "n".repeat(500);
    try (Tree tree = Tree.connect(zooKeeper.connectString() + "/wide");
        ZooKeeperConnection connection = open("/wide")) {
      tree.create("/directory", null);
      tree.createAll(
          IntStream.range(0, 70_000).mapToObj(i -> "/directory/" + long500 + i).toList(),
          "x".getBytes(UTF_8));

      assertThatThrownBy(() -> listing(connection).close())
          .isInstanceOf(ReplyTooLargeException.class)
          .hasMessageContaining("znode /directory cannot be read")
          .hasMessageContaining("its 70,000 children")
          .hasMessageContaining("-Djute.maxbuffer=");
      assertWatchOutlivesComparison();
    }
  }

  /** The reply that is too large breaks a session, but not the one that watches. */
  private static void assertWatchOutlivesComparison() throws Exception {
    Authority authority = etcd.authority();
    AtomicInteger losses = new AtomicInteger();
    try (ZooKeeperConnection connection = open("/wide");
        Follower follower = follower(connection, authority, new FollowListener() {})) {
      connection
          .curator()
          .getConnectionStateListenable()
          .addListener((curator, state) -> losses.incrementAndGet());

      assertThatThrownBy(follower::compareAll).isInstanceOf(ReplyTooLargeException.class);

      assertThat(losses).hasValue(0);
    } finally {
      authority.lock().close();
    }
  }

  /** The names of all of them are 80 MB, which one request for the directories would bring. */
  @Test
  @Tag("campaign")
  void listsDirectoriesOfLongNamesOnOneConnection() throws Exception {
    String long400 = "n".repeat(400);
    try (Tree tree = Tree.connect(zooKeeper.connectString() + "/long");
        ZooKeeperConnection connection = open("/long")) {
      for (int i = 0; i < 200; i++) {
        tree.create("/d%03d".formatted(i), null);
      }
      for (int i = 0; i < 200; i++) {
        String directory = "/d%03d/".formatted(i);
        tree.createAll(
            IntStream.range(0, 1_000).mapToObj(n -> directory + long400 + n).toList(),
            "x".getBytes(UTF_8));
      }
      AtomicInteger changes = new AtomicInteger();
      connection
          .curator()
          .getConnectionStateListenable()
          .addListener((curator, state) -> changes.incrementAndGet());

      try (PathIndex paths = listing(connection)) {
        assertThat(paths.size()).isEqualTo(200_201);
      }

      assertThat(changes).hasValue(0);
    }
  }

  /** All of them come in one response of a watch unless pieces are asked for. */
  @Test
  void readsHistoryAboveTheLimit() {
    Revision since = etcd.reader().revision();
    putLargest(60);
    Revision until = etcd.put("last", "x");

    assertThat(EtcdHistory.between(etcd.connection(), since, until, Scope.ALL, Set.of()).foreign())
        .contains(new ForeignChange(new ZkPath("/between/v00"), since.next()));

    try (ForeignWatch watch = new ForeignWatch(etcd.connection(), since, Scope.ALL, Set.of())) {
      watch.ensureWatching();
      Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> watch.found().isPresent());
    }
  }

  private static void putLargest(int keys) {
    for (int i = 0; i < keys; i++) {
      etcd.connection()
          .client()
          .getKVClient()
          .put(EtcdConnection.bytes("/between/v%02d".formatted(i)), ByteSequence.from(LARGEST))
          .join();
    }
  }

  private static Follower follower(
      ZooKeeperConnection connection, Authority authority, FollowListener listener) {
    return new Follower(
        connection,
        Optional.empty(),
        etcd.connection(),
        authority,
        WriterSettings.of(8, Duration.ofSeconds(60)),
        new FollowSettings(
            Scope.ALL,
            authority.lock().created(),
            Optional.empty(),
            Set.of(),
            false,
            (deletions, tree, first) -> {}),
        listener);
  }

  private static List<Pair> different(String chroot) {
    try (ZooKeeperConnection connection = open(chroot);
        PathIndex paths = listing(connection)) {
      List<Pair> different = new ArrayList<>();
      new DualReader(ZnodeReader.over(connection), etcd.reader())
          .read(
              paths,
              Scope.ALL,
              etcd.reader().revision(),
              pairs ->
                  pairs.stream()
                      .filter(
                          pair ->
                              !pair.path().equals(ZkPath.ROOT)
                                  && !pair.source()
                                      .map(znode -> znode.data())
                                      .equals(pair.target().map(entry -> entry.data())))
                      .forEach(different::add));
      return different;
    }
  }

  private static PathIndex listing(ZooKeeperConnection connection) {
    return new TreeListing(ZnodeReader.over(connection), listed -> {}).list(Scope.ALL);
  }

  private static ZooKeeperConnection open(String chroot) {
    return ZooKeeperConnection.open(ZooKeeperSettings.of(zooKeeper.connectString() + chroot));
  }
}
