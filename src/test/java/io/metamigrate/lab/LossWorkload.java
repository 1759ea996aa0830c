package io.metamigrate.lab;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.metamigrate.lab.WorkloadTopic.SubscriptionReading;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.pulsar.client.api.PulsarClient;
import org.apache.pulsar.client.api.PulsarClientException;
import org.apache.pulsar.client.api.SubscriptionType;

/**
 * A workload that shows what a wrong move breaks, with a record of every message sent and
 * acknowledged: plain, partitioned, batched, Avro and transactional topics; subscriptions caught
 * up, far behind and with holes, Shared and Failover; topic policies; many ledgers, some of them
 * already deleted.
 *
 * <p>Work goes in rounds, of which each is confirmed by the broker when {@link #round} returns.
 * {@link #check} acknowledges nothing and may be repeated. The subscriptions stay, so the next
 * round continues where the last one ended.
 */
public final class LossWorkload {
  private static final String NAMESPACE = "public/orders";

  /**
   * A broker pauses after a read of its own that failed: 15 s, 30 s, at most 60 s (broker.conf,
   * dispatcherReadFailureBackoff).
   */
  private static final Duration SILENCE = Duration.ofMinutes(3);

  private final PulsarCluster cluster;
  private final List<WorkloadTopic<?>> topics;
  private final Map<String, TopicRecord> records = new LinkedHashMap<>();
  private Declared declared = new Declared(Map.of());
  private long highestLedgerId = -1;
  private int rounds;
  private int checks;

  public LossWorkload(PulsarCluster cluster) {
    this.cluster = cluster;
    this.topics = topics();
    topics.forEach(topic -> records.put(topic.name(), new TopicRecord(topic.name())));
  }

  /** One whose topics exist and that has worked for a round. */
  public static LossWorkload begun(PulsarCluster cluster) throws Exception {
    LossWorkload workload = new LossWorkload(cluster);
    workload.prepare();
    workload.round();
    return workload;
  }

  private static List<WorkloadTopic<?>> topics() {
    SubscriptionReading behind =
        new SubscriptionReading(SubscriptionType.Shared, Acknowledging.NOTHING);
    SubscriptionReading caughtUp =
        new SubscriptionReading(SubscriptionType.Failover, Acknowledging.EVERYTHING);
    SubscriptionReading holes =
        new SubscriptionReading(SubscriptionType.Shared, Acknowledging.WITH_HOLES);
    SubscriptionReading failoverHoles =
        new SubscriptionReading(SubscriptionType.Failover, Acknowledging.WITH_HOLES);
    SubscriptionReading half =
        new SubscriptionReading(SubscriptionType.Failover, Acknowledging.HALF_AT_ONCE);
    SubscriptionReading inTransactions =
        new SubscriptionReading(SubscriptionType.Shared, Acknowledging.IN_TRANSACTIONS);
    return List.of(
        WorkloadTopic.text(
            "plain",
            1_800,
            Map.of("behind", behind, "caught-up", caughtUp, "holes", holes, "half", half)),
        WorkloadTopic.text("drained", 1_000, Map.of("caught-up", caughtUp)),
        WorkloadTopic.text(
                "partitioned",
                1_500,
                Map.of("holes", holes, "failover-holes", failoverHoles, "caught-up", caughtUp))
            .partitioned(3),
        WorkloadTopic.text("batched", 4_000, Map.of("holes", holes, "caught-up", caughtUp))
            .batched(20),
        new WorkloadTopic<>(
            "avro",
            Codec.avroV2(),
            Codec.avroV1(),
            WorkloadTopic.TopicLayout.PLAIN,
            400,
            Map.of("holes", failoverHoles, "behind", behind)),
        WorkloadTopic.text("transactions", 1_000, Map.of("holes", holes, "acks", inTransactions))
            .inTransactions());
  }

  /** Namespace, topics, subscriptions and policies. Once, before the first round. */
  public void prepare() throws IOException {
    AdminApi admin = admin();
    admin.put(
        "namespaces/" + NAMESPACE,
        "{\"replication_clusters\":[\"" + cluster.name() + "\"],\"message_ttl_in_seconds\":86400}");
    for (WorkloadTopic<?> topic : topics) {
      String path = "persistent/" + NAMESPACE + "/" + topic.name();
      if (topic.layout().partitions() > 0) {
        admin.put(path + "/partitions", Integer.toString(topic.layout().partitions()));
      } else {
        admin.put(path, "");
      }
    }
    try (PulsarClient client = client()) {
      for (WorkloadTopic<?> topic : topics) {
        for (Receiving<?> receiving : subscriptions(client, topic)) {
          receiving.subscribe();
        }
      }
    }
    policy(admin, "plain/retention", "{\"retentionTimeInMinutes\":7,\"retentionSizeInMB\":11}");
    policy(admin, "partitioned/maxConsumers", "17");
    policy(admin, "avro/maxProducers", "13");
  }

  /** Sends to every topic and acknowledges on every subscription, then notes what is declared. */
  public void round() throws Exception {
    rounds++;
    try (PulsarClient client = client()) {
      for (WorkloadTopic<?> topic : topics) {
        Codec<?> codec = rounds == 1 ? topic.firstCodec() : topic.codec();
        sending(client, topic).round(topic, codec, rounds);
        for (Receiving<?> receiving : subscriptions(client, topic)) {
          receiving.round(rounds);
        }
      }
    }
    declared = Declared.read(admin(), documents());
  }

  /**
   * Before the brokers stop: notes the highest ledger id that any topic, cursor or message shows.
   * Brokers that start continue in new ledgers, so from now on {@link #check} wants higher ones.
   */
  public long noteLedgerIds() throws IOException {
    highestLedgerId = Math.max(highestLedgerId, highestLedgerId(admin()));
    return highestLedgerId;
  }

  /** How many messages the broker has confirmed so far. */
  int messagesSent() {
    return records.values().stream().mapToInt(record -> record.all().size()).sum();
  }

  /**
   * After a restart of any kind: puts one new message at the end of each topic and partition, reads
   * every subscription up to there, compares with the record; compares what is declared; and
   * compares the new messages' ledger ids with the highest one noted.
   */
  public WorkloadFindings check() throws IOException {
    return check(SILENCE);
  }

  /**
   * The same with a shorter wait: {@code silence} is how long a subscription waits for the next
   * message before it counts what is missing.
   */
  public WorkloadFindings check(Duration silence) throws IOException {
    checks++;
    FindingsTally tally = new FindingsTally();
    try (PulsarClient client = client()) {
      for (WorkloadTopic<?> topic : topics) {
        Set<String> markers = marker(client, topic, tally);
        for (Receiving<?> receiving : subscriptions(client, topic, silence)) {
          subscription(receiving, markers, tally);
        }
      }
    }
    declared.changes(admin()).forEach(tally::fault);
    return tally.findings();
  }

  private Set<String> marker(PulsarClient client, WorkloadTopic<?> topic, FindingsTally tally) {
    Set<String> markers = new HashSet<>();
    try {
      String text = FindingsTally.MARKER + checks;
      for (SentMessage marker : sending(client, topic).marker(topic, text)) {
        markers.add(marker.text());
        long id = marker.entry().ledgerId();
        if (id <= highestLedgerId) {
          tally.fault(topic.name() + ": new ledger id " + id + ", not above " + highestLedgerId);
        }
      }
    } catch (Exception e) {
      tally.fault(topic.name() + ": producing fails: " + e);
    }
    return markers;
  }

  private void subscription(Receiving<?> receiving, Set<String> markers, FindingsTally tally) {
    String where = receiving.topic().name() + "/" + receiving.subscription();
    Set<String> expected =
        new LinkedHashSet<>(receiving.record().outstanding(receiving.subscription()));
    expected.addAll(markers);
    try {
      List<String> seen = receiving.observe(expected);
      tally.subscription(where, expected, seen);
      if (!seen.containsAll(expected)) {
        tally.fault(where + ": the broker reports " + cursors(receiving));
      }
    } catch (PulsarClientException e) {
      tally.fault(where + ": consuming fails: " + e);
    }
  }

  /** What the broker thinks of a subscription that did not give all. */
  private String cursors(Receiving<?> receiving) {
    List<String> reports = new ArrayList<>();
    for (String suffix : receiving.topic().suffixes()) {
      String path = "persistent/" + NAMESPACE + "/" + receiving.topic().name() + suffix;
      try {
        reports.add(
            "backlog %s, cursor %s"
                .formatted(
                    admin()
                        .get(path + "/stats")
                        .at("/subscriptions/" + receiving.subscription() + "/msgBacklog"),
                    admin()
                        .get(path + "/internalStats")
                        .at("/cursors/" + receiving.subscription())));
      } catch (IOException e) {
        reports.add(String.valueOf(e.getMessage()));
      }
    }
    return String.join("; ", reports);
  }

  private static void policy(AdminApi admin, String path, String value) {
    // a broker accepts topic policies only after it has read those of the namespace
    await("policy " + path)
        .atMost(Duration.ofMinutes(1))
        .ignoreExceptions()
        .until(
            () -> {
              admin.post("persistent/" + NAMESPACE + "/" + path, value);
              return true;
            });
    await("policy " + path + " is readable")
        .atMost(Duration.ofMinutes(1))
        .ignoreExceptions()
        .until(() -> !admin.get("persistent/" + NAMESPACE + "/" + path).isMissingNode());
  }

  private List<String> documents() {
    return List.of(
        "clusters/" + cluster.name(),
        "tenants/public",
        "namespaces/" + NAMESPACE,
        "persistent/" + NAMESPACE + "/partitioned",
        "persistent/" + NAMESPACE + "/partitioned/partitions",
        "persistent/" + NAMESPACE + "/plain/retention",
        "persistent/" + NAMESPACE + "/partitioned/maxConsumers",
        "persistent/" + NAMESPACE + "/avro/maxProducers",
        "schemas/" + NAMESPACE + "/avro/schemas");
  }

  private long highestLedgerId(AdminApi admin) throws IOException {
    long highest =
        records.values().stream().mapToLong(TopicRecord::highestLedgerId).max().orElse(-1);
    for (WorkloadTopic<?> topic : topics) {
      for (String suffix : topic.suffixes()) {
        JsonNode stats =
            admin.get("persistent/" + NAMESPACE + "/" + topic.name() + suffix + "/internalStats");
        for (String field : List.of("ledgerId", "cursorLedger")) {
          for (JsonNode id : stats.findValues(field)) {
            highest = Math.max(highest, id.asLong(-1));
          }
        }
      }
    }
    return highest;
  }

  private Sending sending(PulsarClient client, WorkloadTopic<?> topic) {
    return new Sending(client, fullName(topic), record(topic));
  }

  private List<Receiving<?>> subscriptions(PulsarClient client, WorkloadTopic<?> topic) {
    return subscriptions(client, topic, SILENCE);
  }

  private <T> List<Receiving<?>> subscriptions(
      PulsarClient client, WorkloadTopic<T> topic, Duration silence) {
    List<Receiving<?>> all = new ArrayList<>();
    new TreeMap<>(topic.subscriptions())
        .forEach(
            (name, reading) ->
                all.add(
                    new Receiving<>(
                        client, fullName(topic), topic, name, reading, record(topic), silence)));
    return all;
  }

  private TopicRecord record(WorkloadTopic<?> topic) {
    TopicRecord record = records.get(topic.name());
    if (record == null) {
      throw new IllegalArgumentException("no topic " + topic.name() + " in the workload");
    }
    return record;
  }

  private static String fullName(WorkloadTopic<?> topic) {
    return "persistent://" + NAMESPACE + "/" + topic.name();
  }

  private AdminApi admin() {
    return new AdminApi(cluster.brokers().get(0).webUrl());
  }

  private PulsarClient client() throws PulsarClientException {
    return PulsarClient.builder()
        .serviceUrl(cluster.serviceUrl())
        .enableTransaction(true)
        .operationTimeout(60, java.util.concurrent.TimeUnit.SECONDS)
        .build();
  }
}
