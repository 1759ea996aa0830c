package io.metamigrate.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.metamigrate.lab.CommandLineRun;
import io.metamigrate.lab.EtcdKeys;
import io.metamigrate.lab.EtcdServer;
import io.metamigrate.lab.FreePorts;
import io.metamigrate.lab.MoveArguments;
import io.metamigrate.lab.PulsarClassPath;
import io.metamigrate.migrator.demo.LocalZooKeeper;
import io.metamigrate.migrator.demo.PulsarTree;
import io.metamigrate.migrator.plan.PutRequest;
import io.metamigrate.migrator.plan.RangeReply;
import io.metamigrate.oracle.PulsarStores.Batching;
import io.metamigrate.oracle.PulsarStores.Which;
import io.metamigrate.verifier.check.SequenceChecks;
import io.metamigrate.verifier.decode.LedgerPaths;
import io.metamigrate.verifier.store.EtcdServerFacts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Where the plan predicts that Pulsar fails on etcd, Pulsar's own classes fail, and just below they
 * do not. All tests of a version share the stores; each has paths of its own.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class RealLimits {
  private static final String TOPICS = "/managed-ledgers/limits/default/persistent/";
  private static final String PLUGIN = "/ledgers/plugin";
  private static final byte[] NOTHING = new byte[0];

  /** Plain patterns, and names that another pattern or none comes from; for some it hangs. */
  private static final List<String> NAMES =
      List.of(
          "a.b",
          "a%20b",
          "a=b",
          "a-b_c",
          "a~b",
          "a@b",
          "r]",
          "a+b",
          "a*",
          "x(1",
          "q[",
          "who?",
          "a|b",
          "cost$",
          "up^",
          "back\\slash",
          "(group)");

  private static final int PROBE = 1_000;

  /**
   * Ids of etcd's members and numbers of its own have no fixed length: they are counted as most.
   */
  private static final int MARGIN = 16;

  /** The plan rounds the frame of a request up. */
  private static final int FRAME = 64;

  private final String version;
  private PulsarClassPath pulsar;
  private LocalZooKeeper zookeeper;
  private EtcdServer etcd;
  private PulsarTree tree;
  private PulsarStores stores;
  private CuratorFramework source;
  private MoveArguments move;
  private Path directory;

  RealLimits(String version) {
    this.version = version;
  }

  @BeforeAll
  void start(@TempDir Path home) {
    directory = home;
    pulsar = PulsarClassPath.of(version);
    zookeeper =
        LocalZooKeeper.start(
            home.resolve("zookeeper"), FreePorts.next(), List.of("-Djute.maxbuffer=8388608"));
    etcd = EtcdServer.start(home.resolve("etcd"));
    tree = PulsarTree.fill(zookeeper.connectString(), PulsarTree.SMALLEST, 3);
    // The plan counts what bookies would register again; here none does.
    tree.close();
    stores = stores("oracle", Batching.FITTING);
    source = CuratorFrameworkFactory.newClient(zookeeper.connectString(), new RetryOneTime(1_000));
    source.start();
    move = new MoveArguments(zookeeper.connectString(), etcd.endpoint(), version, "demo");
  }

  @BeforeEach
  void wipe() throws Exception {
    EtcdKeys keys = new EtcdKeys(etcd.endpoint());
    keys.wipe();
    for (String leftover : List.of(PLUGIN, TOPICS.substring(0, TOPICS.length() - 1))) {
      if (source.checkExists().forPath(leftover) != null) {
        source.delete().deletingChildrenIfNeeded().forPath(leftover);
      }
    }
  }

  @AfterAll
  void stop() {
    source.close();
    stores.close();
    etcd.close();
    zookeeper.close();
  }

  private PulsarStores stores(String name, Batching batching) {
    return PulsarStores.start(
        pulsar, directory.resolve(name), zookeeper.connectString(), etcd.endpoint(), batching);
  }

  /** A few long names instead of many ledgers: what counts are bytes. */
  @Test
  void listingFailsAboveTheReplyThatThePlanNames() throws Exception {
    source.create().forPath(PLUGIN);
    for (int i = 0; i < 1_035; i++) {
      source.create().forPath(PLUGIN + "/" + "x".repeat(4_000) + (10_000 + i), NOTHING);
    }
    long without = plannedReply(PROBE) - PROBE;
    int fitting = (int) (RangeReply.LIMIT - without);

    assertThat(plannedReply(fitting)).isEqualTo(RangeReply.LIMIT);
    assertThat(finding("LISTING_TOO_LARGE", "/ledgers").path("level").asText())
        .isEqualTo("warning");
    assertThat(listing()).contains("available", "plugin");

    // The plan counts the short keys of today's ledgers as the long ones of new ledgers.
    int above = MARGIN + overestimate("/ledgers");
    assertThat(plannedReply(fitting + above)).isGreaterThanOrEqualTo(RangeReply.LIMIT + above);
    assertThat(finding("LISTING_TOO_LARGE", "/ledgers").path("level").asText())
        .isEqualTo("blocker");
    assertThat(listing()).contains("failed", "RESOURCE_EXHAUSTED", "exceeds maximum size 4194304");
  }

  private int overestimate(String path) throws Exception {
    int longer = LedgerPaths.pathOf(1L << 32).length() - path.length();
    int sum = LedgerPaths.ledgerOf(path).isPresent() ? Math.max(0, longer) : 0;
    for (String name : source.getChildren().forPath(path)) {
      sum += overestimate(path + "/" + name);
    }
    return sum;
  }

  private String listing() {
    return stores.ask(Which.ETCD, "children-afresh", "/ledgers", "etcd:" + etcd.endpoint());
  }

  /** The plan's findings on {@code /ledgers} when a key of this length is the only one to spare. */
  private long plannedReply(int length) throws Exception {
    for (String name : source.getChildren().forPath(PLUGIN)) {
      if (name.startsWith("spare")) {
        source.delete().forPath(PLUGIN + "/" + name);
      }
    }
    source.create().forPath(PLUGIN + "/spare" + "x".repeat(length), NOTHING);
    copy("--accept", "LISTING_TOO_LARGE");
    Matcher size =
        Pattern.compile("one reply of ([\\d,]+) bytes")
            .matcher(finding("LISTING_TOO_LARGE", "/ledgers").path("message").asText());
    assertThat(size.find()).isTrue();
    return Long.parseLong(size.group(1).replace(",", ""));
  }

  @Test
  void directoriesThatCannotBeListedAreThoseThatThePlanNames() throws Exception {
    for (String name : NAMES) {
      source.create().creatingParentsIfNeeded().forPath(TOPICS + name + "/sub", NOTHING);
    }
    List<String> planned = List.of(messages("NAME_UNSAFE_IN_LISTING").split("[, ]+", -1));
    copy("--accept", "NAME_UNSAFE_IN_LISTING");

    Set<String> named = new TreeSet<>();
    Set<String> real = new TreeSet<>();
    for (String name : NAMES) {
      if (planned.contains(TOPICS + name)) {
        named.add(name);
      }
      assertThat(stores.ask(Which.ZOOKEEPER, "children", TOPICS + name)).isEqualTo("sub");
      if (!stores.ask(Which.ETCD, "children", TOPICS + name).equals("sub")) {
        real.add(name);
      }
    }

    assertThat(named).isEqualTo(real);
    assertThat(real.isEmpty()).isEqualTo(version.startsWith("2.10."));
  }

  private String messages(String id) throws IOException {
    return StreamSupport.stream(plan().path("findings").spliterator(), false)
        .filter(found -> found.path("id").asText().equals(id))
        .map(found -> found.path("message").asText())
        .collect(Collectors.joining(" "));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void valueFailsAboveTheSizeThatThePlanNames(boolean conditional) {
    String path = TOPICS + "large";
    stores.ask(Which.ETCD, "put-size", path, "", "1");
    int planned = (int) PutRequest.largestValue(PutRequest.DEFAULT_LIMIT, path.length());

    assertThat(put(path, planned, conditional)).isEqualTo("done");
    // Only a conditional put names the key twice.
    int margin = FRAME + (conditional ? 0 : path.length());
    assertThat(put(path, planned + margin, conditional))
        .contains("failed", "INVALID_ARGUMENT", "request is too large");
  }

  private String put(String path, int size, boolean conditional) {
    String expected = conditional ? stores.ask(Which.ETCD, "version", path) : "";
    return stores.ask(Which.ETCD, "put-size", path, expected, Integer.toString(size));
  }

  /** What Pulsar could still write is not always what the copy can, and the plan reports which. */
  @Test
  void valueIsCopiedUpToTheSizeThatThePlanBlocksFrom() throws Exception {
    String path = TOPICS + "large";
    int largest = (int) PutRequest.largestCopied(PutRequest.DEFAULT_LIMIT, path.length());
    source.create().creatingParentsIfNeeded().forPath(path, new byte[largest]);

    String before = finding("VALUE_TOO_LARGE", path).path("level").asText();
    copy();
    source.setData().forPath(path, new byte[largest + 1]);
    CommandLineRun refused = move.migrate("run", "--once");

    assertThat(before).isEqualTo("warning");
    assertThat(refused.code()).isEqualTo(3);
    assertThat(refused.err()).contains("VALUE_TOO_LARGE");
  }

  /** A refused batch is repeated one by one, so that each put has a revision of its own. */
  @ParameterizedTest
  @ValueSource(ints = {128, 129})
  void batchIsRefusedAboveTheSizeThatThePlanNames(int operations) throws IOException {
    EtcdKeys keys = new EtcdKeys(etcd.endpoint());
    try (PulsarStores batching =
        stores("batching-" + operations, new Batching(operations, 1_000))) {
      long before = keys.revision();

      String answer =
          batching.ask(Which.ETCD, "put-many", "/batch", Integer.toString(operations + 1));

      assertThat(answer).isEqualTo("done");
      assertThat(keys.revision() - before)
          .isEqualTo(operations <= EtcdServerFacts.DEFAULT_MAX_OPERATIONS ? 2 : operations + 1);
    }
  }

  /** At the version that the check wants the generator's next id is free, one below it is not. */
  @Test
  void generatorGivesAnIdThatExistsWhereTheCheckFails() throws Exception {
    copy("--ledger-ids", "exact");
    long next = tree.nextLedgerId();
    String last = LedgerPaths.pathOf(next - 1);
    generatorAt(next - 1);

    CommandLineRun below = move.migrate("verify");
    String taken = stores.ask(Which.ETCD, "ledger-id", "/ledgers");
    String ledger = stores.ask(Which.ETCD, "put", last, "-1", "");
    generatorAt(next);
    CommandLineRun enough = move.migrate("verify");
    String free = stores.ask(Which.ETCD, "ledger-id", "/ledgers");

    assertThat(below.code()).isEqualTo(6);
    assertThat(failedChecks(below)).contains(SequenceChecks.LEDGER_ID);
    assertThat(taken).isEqualTo(Long.toString(next - 1));
    assertThat(ledger).as("create of " + last).contains("BadVersion");
    assertThat(enough.code()).as(enough.toString()).isZero();
    assertThat(free).isEqualTo(Long.toString(next));
    assertThat(stores.ask(Which.ETCD, "put", LedgerPaths.pathOf(next), "-1", "")).isEqualTo("done");
  }

  /** Creates the key of the generator again with so many puts. */
  private void generatorAt(long version) throws IOException {
    EtcdKeys keys = new EtcdKeys(etcd.endpoint());
    keys.delete(LedgerPaths.IDGEN);
    for (long put = 0; put < version; put++) {
      keys.put(LedgerPaths.IDGEN, NOTHING);
    }
  }

  private static List<String> failedChecks(CommandLineRun verify) throws IOException {
    return StreamSupport.stream(verify.json().path("checks").spliterator(), false)
        .filter(check -> !check.path("ok").asBoolean())
        .map(check -> check.path("id").asText())
        .toList();
  }

  private void copy(String... accepted) {
    List<String> words = new ArrayList<>(List.of("--once"));
    words.addAll(List.of(accepted));
    CommandLineRun run = move.migrate("run", words.toArray(String[]::new));
    assertThat(run.code()).as(run.toString()).isZero();
  }

  private JsonNode plan() throws IOException {
    return move.migrate("plan").json();
  }

  private JsonNode finding(String id, String path) throws IOException {
    return StreamSupport.stream(plan().path("findings").spliterator(), false)
        .filter(found -> found.path("id").asText().equals(id))
        .filter(found -> found.path("path").asText().equals(path))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no finding " + id + " at " + path));
  }
}
