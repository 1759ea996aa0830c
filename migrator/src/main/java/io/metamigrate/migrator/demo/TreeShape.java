package io.metamigrate.migrator.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.metamigrate.verifier.decode.LedgerPaths;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import org.apache.zookeeper.CreateMode;

/**
 * What the metadata of a Pulsar 2.10 cluster looks like just after its brokers stopped, with its
 * bookies running: the same tree for the same size and seed, exactly as many nodes as asked for.
 *
 * <p>Every ledger that is named exists, every id is below the generator's, every cookie names the
 * cluster's instance, partitions fit their topics. As in a cluster whose brokers use the ZooKeeper
 * store of Pulsar 2.10 ({@code ZKMetadataStore}), levels above what is stored are container nodes.
 * For one thread.
 */
final class TreeShape {
  static final List<String> BOOKIES = List.of("bookie-0:3181", "bookie-1:3181", "bookie-2:3181");
  static final int SMALLEST = 600;

  private static final String CLUSTER = "demo";
  private static final String BROKER = "broker-0";
  private static final String PRODUCER_NAMES = "/counters/producer-name";
  private static final byte[] NOTHING = new byte[0];
  private static final int BUNDLES = 4;
  private static final int TRANSACTION_LOGS = 16;
  private static final int BROKER_STARTS = 7;

  /** No topic with all its partitions needs more nodes, levels above included. */
  private static final int LARGEST_TOPIC = 250;

  /** No topic without partitions needs more. */
  private static final int LARGEST_PLAIN_TOPIC = 30;

  private final int nodes;
  private final SplittableRandom random;
  private final TreeSink sink;
  private final Set<String> levels = new HashSet<>();
  private final String instanceId;
  private int written;
  private long nextLedger;

  TreeShape(int nodes, long seed, TreeSink sink) {
    if (nodes < SMALLEST) {
      throw new IllegalArgumentException(
          "a Pulsar tree has at least " + SMALLEST + " nodes, not " + nodes);
    }
    this.nodes = nodes;
    this.random = new SplittableRandom(seed);
    this.sink = sink;
    this.instanceId = new UUID(random.nextLong(), random.nextLong()).toString();
  }

  /** Gives all nodes to the sink, in an order in which they can be made. */
  void write() {
    bookkeeper();
    cluster();
    transactionLogs();
    List<String> namespaces = namespaces();
    topics(namespaces);
    sink.allocate(PRODUCER_NAMES, "-", BROKER_STARTS);
    sink.allocate(LedgerPaths.IDGEN, "ID-", nextLedger);
  }

  /** The id that the next ledger of this cluster would get. */
  long nextLedger() {
    return nextLedger;
  }

  String instanceId() {
    return instanceId;
  }

  private void bookkeeper() {
    persistent(LedgerPaths.ROOT, NOTHING);
    persistent("/ledgers/INSTANCEID", text(instanceId));
    persistent("/ledgers/available", NOTHING);
    persistent("/ledgers/available/readonly", NOTHING);
    persistent("/ledgers/cookies", NOTHING);
    persistent(LedgerPaths.IDGEN, NOTHING);
    for (String bookie : BOOKIES) {
      String host = bookie.substring(0, bookie.indexOf(':'));
      persistent("/ledgers/cookies/" + bookie, StoredValues.cookie(bookie, instanceId));
      node(
          "/ledgers/available/" + bookie,
          StoredValues.registration(host, 3181),
          CreateMode.EPHEMERAL);
    }
    persistent("/bookies", Documents.racks(BOOKIES));
  }

  private void cluster() {
    persistent("/admin/clusters/" + CLUSTER, Documents.cluster(BROKER));
    persistent(
        "/admin/clusters/" + CLUSTER + "/failureDomain/east", Documents.failureDomain(BROKER));
    persistent("/admin/clusters/global", text("{}"));
    persistent("/admin/configuration", text("{}"));
    persistent("/stream", text("127.0.0.1"));
    persistent("/pulsar/functions", Documents.distributedLog());
    persistent("/loadbalance/brokers", NOTHING);
    persistent(PRODUCER_NAMES, NOTHING);
    persistent("/loadbalance/broker-time-average/" + BROKER + ":8080", Documents.brokerLoad());
  }

  private void transactionLogs() {
    String namespace = "pulsar/system";
    persistent("/admin/policies/pulsar", Documents.tenant(CLUSTER));
    namespace(namespace);
    persistent(
        partitionedPath(namespace, "transaction_coordinator_assign"),
        Documents.partitions(TRANSACTION_LOGS));
    for (int log = 0; log < TRANSACTION_LOGS; log++) {
      String path = topicPath(namespace, "__transaction_log_" + log);
      List<Long> ledgers = ledgers(path, 1, 10);
      persistent(path, StoredValues.topic(ledgers, 10, Map.of("max_local_txn_id", "-1")));
      persistent(
          path + "/transaction.subscription",
          StoredValues.cursor(OptionalLong.empty(), ledgers.get(0), 9, 0, Map.of()));
    }
  }

  private List<String> namespaces() {
    int number = Math.max(4, (int) Math.sqrt(nodes) / 6);
    int tenants = Math.max(2, number / 5);
    List<String> namespaces = new ArrayList<>();
    for (int tenant = 0; tenant < tenants; tenant++) {
      persistent("/admin/policies/tenant-" + tenant, Documents.tenant(CLUSTER));
    }
    for (int index = 0; index < number; index++) {
      String namespace = "tenant-" + index % tenants + "/ns-" + index;
      namespaces.add(namespace);
      namespace(namespace);
      changeEvents(namespace);
    }
    return namespaces;
  }

  private void namespace(String namespace) {
    int retention = 60 * random.nextInt(1, 48);
    persistent("/admin/policies/" + namespace, Documents.policies(CLUSTER, BUNDLES, retention));
    persistent("/admin/local-policies/" + namespace, Documents.localPolicies(BUNDLES));
    for (int bundle = 0; bundle < BUNDLES; bundle++) {
      persistent(
          "/loadbalance/bundle-data/" + namespace + "/" + Documents.bundle(bundle, BUNDLES),
          Documents.bundleLoad(random.nextInt(1000)));
    }
    level("/namespace/" + namespace);
  }

  /** Topic policies live in a compacted topic of their namespace. */
  private void changeEvents(String namespace) {
    String path = topicPath(namespace, "__change_events");
    List<Long> ledgers = ledgers(path, 1, 5);
    persistent(path, StoredValues.topic(ledgers, 5, Map.of()));
    long compacted =
        ledger(
            5,
            Map.of(
                "application", "pulsar",
                "component", "compacted-ledger",
                "pulsar/compactedTopic", "persistent://" + namespace + "/__change_events"));
    persistent(
        path + "/__compaction",
        StoredValues.cursor(
            OptionalLong.empty(), ledgers.get(0), 4, 0, Map.of("CompactedTopicLedger", compacted)));
    schema(namespace, "__change_events");
  }

  private void topics(List<String> namespaces) {
    int number = 0;
    while (left() >= LARGEST_TOPIC) {
      String namespace = namespaces.get(number % namespaces.size());
      if (random.nextInt(5) == 0) {
        partitionedTopic(namespace, "events-" + number);
      } else {
        plainTopic(namespace, name(number));
      }
      number++;
    }
    while (left() >= LARGEST_PLAIN_TOPIC) {
      plainTopic(namespaces.get(number % namespaces.size()), name(number));
      number++;
    }
    while (left() > 0) {
      persistent(topicPath(namespaces.get(0), "never-opened-" + number), NOTHING);
      number++;
    }
  }

  private int left() {
    return nodes - written;
  }

  /** Names as users choose them, encoded as brokers encode them. */
  private String name(int number) {
    return switch (random.nextInt(8)) {
      case 0 -> "orders%2Fregion-" + number;
      case 1 -> "caf%C3%A9." + number;
      default -> "orders-" + number;
    };
  }

  private void partitionedTopic(String namespace, String name) {
    int partitions = 1 << random.nextInt(4);
    persistent(partitionedPath(namespace, name), Documents.partitions(partitions));
    for (int partition = 0; partition < partitions; partition++) {
      topic(namespace, name + "-partition-" + partition);
    }
    if (random.nextInt(2) == 0) {
      schema(namespace, name);
    }
  }

  private void plainTopic(String namespace, String name) {
    topic(namespace, name);
    if (random.nextInt(4) == 0) {
      schema(namespace, name);
    }
  }

  private void topic(String namespace, String name) {
    String path = topicPath(namespace, name);
    int entries = random.nextInt(1, 50_000);
    List<Long> ledgers = ledgers(path, 1 + random.nextInt(random.nextInt(2, 16)), entries);
    persistent(path, StoredValues.topic(ledgers, entries, Map.of()));
    int subscriptions = random.nextInt(4);
    for (int subscription = 0; subscription < subscriptions; subscription++) {
      // a subscription with very many holes keeps its ledger when the broker stops
      OptionalLong own =
          random.nextInt(10) == 0 ? OptionalLong.of(topicLedger(path, 1)) : OptionalLong.empty();
      persistent(
          path + "/sub-" + subscription,
          StoredValues.cursor(
              own,
              ledgers.get(random.nextInt(ledgers.size())),
              random.nextInt(entries),
              random.nextInt(8) == 0 ? random.nextInt(30) : 0,
              Map.of()));
    }
  }

  private void schema(String namespace, String name) {
    List<Long> versions = new ArrayList<>();
    for (int version = random.nextInt(1, 4); version > 0; version--) {
      versions.add(
          ledger(
              1,
              Map.of(
                  "application", "pulsar",
                  "component", "schema",
                  "pulsar/schemaId", namespace + "/" + name)));
    }
    persistent("/schemas/" + namespace + "/" + name, StoredValues.schema(versions));
  }

  private List<Long> ledgers(String topicPath, int number, long entries) {
    List<Long> ledgers = new ArrayList<>();
    for (int index = 0; index < number; index++) {
      ledgers.add(topicLedger(topicPath, entries));
    }
    return ledgers;
  }

  private long topicLedger(String topicPath, long entries) {
    return ledger(
        entries,
        Map.of(
            "application", "pulsar",
            "component", "managed-ledger",
            "pulsar/managed-ledger", topicPath.substring("/managed-ledgers/".length())));
  }

  private long ledger(long entries, Map<String, String> customMetadata) {
    // ids of ledgers that were deleted since
    nextLedger += random.nextInt(8) == 0 ? random.nextInt(4) : 0;
    long id = nextLedger++;
    List<String> bookies = new ArrayList<>(BOOKIES);
    bookies.remove((int) (id % bookies.size()));
    persistent(LedgerPaths.pathOf(id), StoredValues.ledger(id, entries, bookies, customMetadata));
    return id;
  }

  private static String topicPath(String namespace, String name) {
    return "/managed-ledgers/" + namespace + "/persistent/" + name;
  }

  private static String partitionedPath(String namespace, String name) {
    return "/admin/partitioned-topics/" + namespace + "/persistent/" + name;
  }

  private void persistent(String path, byte[] value) {
    node(path, value, CreateMode.PERSISTENT);
  }

  private void node(String path, byte[] value, CreateMode mode) {
    level(path.substring(0, path.lastIndexOf('/')));
    sink.node(path, value, mode);
    levels.add(path);
    written++;
  }

  /** Makes the nodes above that are not there yet. */
  private void level(String path) {
    if (path.isEmpty() || !levels.add(path)) {
      return;
    }
    level(path.substring(0, path.lastIndexOf('/')));
    sink.node(path, NOTHING, CreateMode.CONTAINER);
    written++;
  }

  private static byte[] text(String value) {
    return value.getBytes(UTF_8);
  }
}
