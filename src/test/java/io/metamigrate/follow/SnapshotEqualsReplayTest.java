package io.metamigrate.follow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.lab.CommandLineRun;
import io.metamigrate.lab.EtcdServer;
import io.metamigrate.lab.MigrateProcess;
import io.metamigrate.store.Tree;
import io.metamigrate.verifier.catalog.Action;
import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.catalog.Family;
import io.metamigrate.verifier.store.EtcdConnection;
import io.metamigrate.verifier.store.EtcdReader;
import io.metamigrate.verifier.store.EtcdSettings;
import io.metamigrate.verifier.store.ZkPath;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a daemon has on etcd after it followed every kind of change of every kind of node is what a
 * copy that begins afterwards puts on an empty etcd.
 */
final class SnapshotEqualsReplayTest {
  private static final String OLD = "old";
  private static final byte[] NEW = "new value".getBytes(UTF_8);
  private static final byte[] NONE = new byte[0];
  private static final int PERSISTENT_IN_THE_END = 15;

  /** One path for each change, by kind of node. */
  private static final Map<String, IntFunction<String>> KINDS = kinds();

  @TempDir private static Path directory;

  private static Map<String, String> replayed = Map.of();
  private static Map<String, String> copied = Map.of();

  private static Map<String, IntFunction<String>> kinds() {
    Map<String, IntFunction<String>> kinds = new LinkedHashMap<>();
    kinds.put("ledger", i -> "/ledgers/07/77%02d/L0001".formatted(i));
    kinds.put("ledger with a long id", i -> "/ledgers/000/0000/0777/77%02d/L0001".formatted(i));
    kinds.put("directory of ledgers", i -> "/ledgers/08/88%02d".formatted(i));
    kinds.put("other number below ledgers", i -> "/ledgers/9%03d/x".formatted(i));
    kinds.put("cookie", i -> "/ledgers/cookies/b-%d:3181".formatted(i));
    kinds.put("registration of a bookie", i -> "/ledgers/available/b-%d:3181".formatted(i));
    kinds.put(
        "under-replicated ledger",
        i -> "/ledgers/underreplication/ledgers/0000/0000/0000/77%02d/urL0000000001".formatted(i));
    kinds.put("lock of a repair", i -> "/ledgers/underreplication/locks/urL%d".formatted(i));
    kinds.put("child of the id generator", i -> "/ledgers/idgen/ID-77000000%02d".formatted(i));
    kinds.put("topic", i -> "/managed-ledgers/t/n/persistent/topic-%d".formatted(i));
    kinds.put("cursor", i -> "/managed-ledgers/t/n/persistent/topic/cursor-%d".formatted(i));
    kinds.put("tenant above topics", i -> "/managed-ledgers/company-%d".formatted(i));
    kinds.put("policies", i -> "/admin/policies/t/n-%d".formatted(i));
    kinds.put(
        "partitioned topic", i -> "/admin/partitioned-topics/t/n/persistent/p-%d".formatted(i));
    kinds.put("schema", i -> "/schemas/t/n/s-%d".formatted(i));
    kinds.put("number of a producer", i -> "/counters/producer-name/-77000000%02d".formatted(i));
    kinds.put("other counter", i -> "/counters/other-%d".formatted(i));
    kinds.put("owner of a bundle", i -> "/namespace/t/n/0x%08x".formatted(i));
    kinds.put("load report", i -> "/loadbalance/bundle-data/t/n/0x%08x".formatted(i));
    kinds.put("registration of a broker", i -> "/loadbalance/brokers/broker-%d:8080".formatted(i));
    kinds.put("state of a bundle", i -> "/service_unit_state/t/n/0x%08x".formatted(i));
    kinds.put("table service", i -> "/stream/metadata/s-%d".formatted(i));
    kinds.put("function", i -> "/pulsar/functions/f-%d".formatted(i));
    kinds.put("other node of Pulsar", i -> "/pulsar/other-%d".formatted(i));
    kinds.put("node that nobody knows", i -> "/kop/x-%d".formatted(i));
    kinds.put("own node of the move", i -> "/metamigrate/own-%d".formatted(i));
    return kinds;
  }

  /** What happens to a node, before the daemon looks first and after it. */
  private enum NodeChange {
    CREATED("", null) {
      @Override
      void happen(ZooKeeper client, String path) throws Exception {
        make(client, path, NEW, CreateMode.PERSISTENT);
      }
    },
    CREATED_WITHOUT_DATA("", null) {
      @Override
      void happen(ZooKeeper client, String path) throws Exception {
        make(client, path, null, CreateMode.PERSISTENT);
      }
    },
    CREATED_AS_CONTAINER("", null) {
      @Override
      void happen(ZooKeeper client, String path) throws Exception {
        make(client, path, NONE, CreateMode.CONTAINER);
      }
    },
    CREATED_BY_A_SESSION("", null) {
      @Override
      void happen(ZooKeeper client, String path) throws Exception {
        make(client, path, NEW, CreateMode.EPHEMERAL);
      }
    },
    CREATED_AND_DELETED("", null) {
      @Override
      void happen(ZooKeeper client, String path) throws Exception {
        make(client, path, NEW, CreateMode.PERSISTENT);
        client.delete(path, -1);
      }
    },
    CHANGED(OLD, CreateMode.PERSISTENT) {
      @Override
      void happen(ZooKeeper client, String path) throws Exception {
        client.setData(path, NEW, -1);
      }
    },
    SET_TO_THE_SAME(OLD, CreateMode.PERSISTENT) {
      @Override
      void happen(ZooKeeper client, String path) throws Exception {
        client.setData(path, OLD.getBytes(UTF_8), -1);
      }
    },
    EMPTIED(OLD, CreateMode.PERSISTENT) {
      @Override
      void happen(ZooKeeper client, String path) throws Exception {
        client.setData(path, NONE, -1);
      }
    },
    SET_TO_NULL(OLD, CreateMode.PERSISTENT) {
      @Override
      void happen(ZooKeeper client, String path) throws Exception {
        client.setData(path, null, -1);
      }
    },
    FILLED("", CreateMode.PERSISTENT) {
      @Override
      void happen(ZooKeeper client, String path) throws Exception {
        client.setData(path, NEW, -1);
      }
    },
    DELETED(OLD, CreateMode.PERSISTENT) {
      @Override
      void happen(ZooKeeper client, String path) throws Exception {
        client.delete(path, -1);
      }
    },
    CREATED_AGAIN(OLD, CreateMode.PERSISTENT) {
      @Override
      void happen(ZooKeeper client, String path) throws Exception {
        client.delete(path, -1);
        make(client, path, NEW, CreateMode.PERSISTENT);
      }
    },
    TAKEN_OVER_BY_A_SESSION(OLD, CreateMode.PERSISTENT) {
      @Override
      void happen(ZooKeeper client, String path) throws Exception {
        client.delete(path, -1);
        make(client, path, NEW, CreateMode.EPHEMERAL);
      }
    },
    LEFT_BY_A_SESSION(OLD, CreateMode.EPHEMERAL) {
      @Override
      void happen(ZooKeeper client, String path) throws Exception {
        client.delete(path, -1);
        make(client, path, NEW, CreateMode.PERSISTENT);
      }
    },
    GETS_A_CHILD(OLD, CreateMode.PERSISTENT) {
      @Override
      void happen(ZooKeeper client, String path) throws Exception {
        make(client, path + "/child", NEW, CreateMode.PERSISTENT);
      }
    },
    EMPTY_ONE_GETS_A_CHILD("", CreateMode.CONTAINER) {
      @Override
      void happen(ZooKeeper client, String path) throws Exception {
        make(client, path + "/child", NEW, CreateMode.PERSISTENT);
      }
    },
    REAPED("", CreateMode.CONTAINER) {
      @Override
      void happen(ZooKeeper client, String path) throws Exception {
        client.delete(path, -1);
      }
    },
    STAYS(OLD, CreateMode.PERSISTENT) {
      @Override
      void happen(ZooKeeper client, String path) {
        // Nothing.
      }
    };

    private final String before;
    private final @Nullable CreateMode mode;

    NodeChange(String before, @Nullable CreateMode mode) {
      this.before = before;
      this.mode = mode;
    }

    void prepare(ZooKeeper client, String path) throws Exception {
      if (mode != null) {
        make(client, path, before.getBytes(UTF_8), mode);
      }
    }

    abstract void happen(ZooKeeper client, String path) throws Exception;
  }

  private static void make(ZooKeeper client, String path, byte @Nullable [] data, CreateMode mode)
      throws Exception {
    try {
      client.create(path, data, new ArrayList<>(Ids.OPEN_ACL_UNSAFE), mode);
    } catch (KeeperException.NoNodeException e) {
      make(client, new ZkPath(path).parent().value(), NONE, CreateMode.PERSISTENT);
      make(client, path, data, mode);
    }
  }

  @BeforeAll
  static void followThenCopy() throws Exception {
    try (FollowLab lab = FollowLab.start(directory);
        EtcdServer empty = EtcdServer.start(directory.resolve("empty"));
        Tree tree = Tree.connect(lab.zookeeper().connect())) {
      // A verification would fail at these values, and a comparison would follow each time.
      String yaml =
          """
          cluster: {name: demo, pulsarVersion: 2.10.0}
          source: {zookeeper: "%s"}
          target: {etcd: ["%s"], lockTtl: 5s}
          verify: {continuous: false}
          """
              .formatted(lab.zookeeper().connect(), lab.etcd().endpoint());
      String[] accepted = {
        "--accept", "FUNCTIONS_NEED_ZOOKEEPER",
        "--accept", "TABLE_SERVICE_NEEDS_ZOOKEEPER",
        "--accept", "LEDGER_LAYOUT_NOT_HYBRID"
      };
      each((change, path) -> change.prepare(tree.client(), path));
      try (MigrateProcess daemon =
          MigrateProcess.of("daemon", directory, FollowLab.HEAP, yaml, accepted)) {
        daemon.start().awaitFollowing();
        daemon.barrier();

        each((change, path) -> change.happen(tree.client(), path));

        daemon.barrier();
        replayed = keys(lab.etcd());
        assertThat(daemon.log()).doesNotContain("everything is compared");
      }
      List<String> words = new ArrayList<>(List.of("run", "--once", "--rehearsal"));
      words.addAll(List.of("--zookeeper", lab.zookeeper().connect()));
      words.addAll(List.of("--etcd", empty.endpoint(), "--cluster", "demo"));
      words.addAll(List.of("--pulsar-version", "2.10.0"));
      words.addAll(List.of("--accept", "AUTORECOVERY_NEEDS_ZOOKEEPER"));
      words.addAll(List.of("--accept", "LISTING_TOO_LARGE"));
      words.addAll(List.of(accepted));
      // The values are nobody's, so its checks of them fail; the copy is made before.
      CommandLineRun copy = CommandLineRun.migrate(words.toArray(String[]::new));
      assertThat(copy.code()).as(copy.toString()).isIn(0, 6);
      copied = keys(empty);
    }
  }

  private interface ChangeStep {
    void at(NodeChange change, String path) throws Exception;
  }

  private static void each(ChangeStep step) throws Exception {
    for (IntFunction<String> kind : KINDS.values()) {
      for (NodeChange change : NodeChange.values()) {
        step.at(change, kind.apply(Arrays.asList(NodeChange.values()).indexOf(change)));
      }
    }
  }

  private static Map<String, String> keys(EtcdServer server) {
    try (EtcdConnection connection =
        EtcdConnection.open(
            EtcdSettings.of(server.endpoint()).withTimeout(Duration.ofMinutes(2)))) {
      Map<String, String> keys = new TreeMap<>();
      new EtcdReader(connection)
          .range("/", "0", Optional.empty())
          .forEach(
              entry ->
                  keys.put(
                      entry.path().value(),
                      Base64.getEncoder().encodeToString(entry.data().bytes())));
      return keys;
    }
  }

  @AfterAll
  static void forget() {
    replayed = Map.of();
    copied = Map.of();
  }

  @TestFactory
  Stream<DynamicTest> kindIsTheSame() {
    return KINDS.entrySet().stream()
        .map(
            kind ->
                DynamicTest.dynamicTest(
                    kind.getKey(),
                    () -> {
                      Map<String, String> here = at(replayed, kind.getValue());
                      assertThat(here).isEqualTo(at(copied, kind.getValue()));
                      Family family = Catalogue.of(new ZkPath(kind.getValue().apply(0)));
                      if (family.action() == Action.COPY) {
                        assertThat(here).hasSize(PERSISTENT_IN_THE_END);
                      } else if (!family.structural()) {
                        assertThat(here).isEmpty();
                      }
                    }));
  }

  /** Also the parents, the counters and the rest of the tree. */
  @TestFactory
  Stream<DynamicTest> everythingIsTheSame() {
    return Stream.of(
        DynamicTest.dynamicTest(
            "all " + copied.size() + " keys",
            () -> {
              assertThat(copied).hasSizeGreaterThan(3_000);
              assertThat(replayed).isEqualTo(copied);
            }));
  }

  private static Map<String, String> at(Map<String, String> keys, IntFunction<String> kind) {
    Map<String, String> found = new TreeMap<>();
    for (NodeChange change : NodeChange.values()) {
      ZkPath top = new ZkPath(kind.apply(Arrays.asList(NodeChange.values()).indexOf(change)));
      keys.forEach(
          (path, data) -> {
            if (new ZkPath(path).isAtOrBelow(top)) {
              found.put(change + " " + path, data);
            }
          });
    }
    return found;
  }
}
