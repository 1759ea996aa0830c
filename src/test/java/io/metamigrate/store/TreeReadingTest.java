package io.metamigrate.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.lab.FreePorts;
import io.metamigrate.migrator.demo.LocalZooKeeper;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.ServerVersion;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Znode;
import io.metamigrate.verifier.store.ZnodeReader;
import io.metamigrate.verifier.store.ZooKeeperConnection;
import io.metamigrate.verifier.store.ZooKeeperSettings;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.zookeeper.CreateMode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Batched reading against a ZooKeeper that allows large values, compared with a naive read. */
final class TreeReadingTest {
  /** Around the slash in key order, blanks, percent signs, one to three bytes of UTF-8. */
  static final List<String> ODD_NAMES =
      List.of(
          "a", "a!", "a-b", "a.b", "a0", "a b", "~", "%2F", "%", "+", "*", "é", "日本", "\uD7FF",
          "\uF900", "\uFFEF");

  private static LocalZooKeeper server;

  @BeforeAll
  static void start(@TempDir Path directory) throws Exception {
    server =
        LocalZooKeeper.start(directory, FreePorts.next(), List.of("-Djute.maxbuffer=" + (8 << 20)));
    try (Tree tree = Tree.connect(server.connectString())) {
      for (String chroot : List.of("odd", "wide", "heavy", "moving")) {
        tree.create("/" + chroot, new byte[0]);
      }
    }
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void readsEveryNodeInKeyOrder() throws Exception {
    try (Tree tree = Tree.connect(server.connectString() + "/odd")) {
      for (String name : ODD_NAMES) {
        tree.create("/" + name, name.getBytes(UTF_8));
        tree.create("/" + name + "/below", new byte[0]);
        tree.create("/" + name + "/a", null);
      }
      byte[] everyByte = new byte[256];
      IntStream.range(0, 256).forEach(i -> everyByte[i] = (byte) i);
      tree.create("/bytes", everyByte);
      tree.create("/large", large(3 << 20));
      tree.create("/container", new byte[0], CreateMode.CONTAINER);
      tree.create("/container/ephemeral", new byte[] {1}, CreateMode.EPHEMERAL);
      tree.create("/sequence/ID-", new byte[0], CreateMode.PERSISTENT_SEQUENTIAL);
      tree.create("/sequence/ID-", new byte[0], CreateMode.EPHEMERAL_SEQUENTIAL);
      tree.client().setData("/bytes", everyByte, -1);
      try (ZooKeeperConnection connection = open("/odd")) {
        ZnodeReader reader = ZnodeReader.over(connection);

        List<Znode> nodes = Tree.read(reader, Scope.ALL);

        assertThat(reader.usesMultiReads()).isTrue();
        assertThat(nodes).containsExactlyElementsOf(tree.naively().values());
        assertThat(nodes).hasSizeGreaterThan(3 * ODD_NAMES.size());
        assertThat(reader.countBelow(ZkPath.ROOT)).contains(nodes.size() - 1);
        assertThat(nodes)
            .extracting(node -> node.path().value().getBytes(UTF_8))
            .isSortedAccordingTo(Arrays::compareUnsigned);
      }
    }
  }

  @Test
  void readsOnlyWhatIsInScope() throws Exception {
    try (Tree tree = Tree.connect(server.connectString() + "/odd")) {
      tree.create("/scope/in/a", new byte[0]);
      tree.create("/scope/in/not", new byte[0]);
      tree.create("/scope/in-not", new byte[0]);
      try (ZooKeeperConnection connection = open("/odd")) {
        Scope scope =
            new Scope(
                List.of(new ZkPath("/scope/in"), new ZkPath("/scope/absent")),
                List.of(new ZkPath("/scope/in/not")));

        assertThat(Tree.read(ZnodeReader.over(connection), scope))
            .extracting(node -> node.path().value())
            .containsExactly("/scope/in", "/scope/in/a");
      }
    }
  }

  /** The names alone are more than a client takes in one reply by default. */
  @Test
  void readsThirtyThousandChildrenOfOneNode() throws Exception {
    try (Tree tree = Tree.connect(server.connectString() + "/wide")) {
      List<String> paths =
          IntStream.range(0, 30_000)
              .mapToObj("/child-with-a-rather-long-name-%07d"::formatted)
              .toList();
      tree.createAll(paths, "x".getBytes(UTF_8));
      try (ZooKeeperConnection connection = open("/wide")) {
        Set<String> read =
            Tree.read(ZnodeReader.over(connection), Scope.ALL).stream()
                .map(node -> node.path().value())
                .collect(Collectors.toSet());

        assertThat(read).hasSize(paths.size() + 1);
        assertThat(read.containsAll(paths)).isTrue();
      }
    }
  }

  /** A batch of them is above the client's limit for a reply, so it is asked for in parts. */
  @Test
  void splitsBatchWithTooLargeReply() throws Exception {
    try (Tree tree = Tree.connect(server.connectString() + "/heavy")) {
      for (int i = 0; i < 14; i++) {
        tree.create("/value-" + i, large(3 << 20));
      }
      try (ZooKeeperConnection connection = open("/heavy")) {
        assertThat(Tree.read(ZnodeReader.over(connection), Scope.ALL))
            .containsExactlyElementsOf(tree.naively().values());
      }
    }
  }

  @Test
  void toleratesNodesThatVanish() throws Exception {
    List<String> paths = IntStream.range(0, 2_000).mapToObj(i -> "/node-" + i).toList();
    try (Tree tree = Tree.connect(server.connectString() + "/moving");
        ZooKeeperConnection connection = open("/moving")) {
      tree.createAll(paths, "x".getBytes(UTF_8));
      ZnodeReader reader = ZnodeReader.over(connection);
      AtomicBoolean done = new AtomicBoolean();
      Thread mover =
          new Thread(
              () -> {
                try {
                  for (int i = 0; !done.get(); i++) {
                    String path = paths.get(i % paths.size());
                    tree.client().delete(path, -1);
                    tree.create(path, "y".getBytes(UTF_8));
                  }
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              },
              "mover");
      mover.start();
      try {
        for (int round = 0; round < 20; round++) {
          assertThat(Tree.read(reader, Scope.ALL)).hasSizeBetween(1_900, 2_001);
        }
      } finally {
        done.set(true);
        mover.join();
      }
      tree.client().delete("/node-7", -1);

      assertThat(reader.read(new ZkPath("/node-7"))).isEmpty();
      assertThat(reader.children(List.of(new ZkPath("/node-7"), new ZkPath("/node-8"))))
          .containsExactly(List.of(), List.of());
    }
  }

  @Test
  void reportsTheVersionOfTheServer() {
    assertThat(
            ServerVersion.of(ZooKeeperSettings.of(server.connectString() + "/odd")).orElseThrow())
        .startsWith("3.9.");
  }

  static byte[] large(int size) {
    byte[] value = new byte[size];
    Arrays.fill(value, (byte) 'v');
    return value;
  }

  private static ZooKeeperConnection open(String chroot) {
    return ZooKeeperConnection.open(ZooKeeperSettings.of(server.connectString() + chroot));
  }
}
