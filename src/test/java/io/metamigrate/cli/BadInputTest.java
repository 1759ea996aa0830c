package io.metamigrate.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.metamigrate.cli.Commands.Outcome;
import io.metamigrate.lab.EtcdServer;
import io.metamigrate.lab.FreePorts;
import io.metamigrate.lab.LocalHttp;
import io.metamigrate.migrator.demo.LocalZooKeeper;
import io.metamigrate.migrator.demo.PulsarTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each: the documented exit code, exactly one clear line, soon, and nothing written. */
@Timeout(120)
final class BadInputTest {
  /** A connection is given up after 10 seconds; the rest is for a machine under load. */
  private static final Duration SOON = Duration.ofSeconds(60);

  private static final String NOT_EMPTY = "TARGET_NOT_EMPTY";

  private static LocalZooKeeper zooKeeper;
  private static EtcdServer etcd;

  private Commands commands = new Commands("", "");

  @BeforeAll
  static void start(@TempDir Path directory) throws Exception {
    etcd = EtcdServer.start(directory.resolve("etcd"));
    zooKeeper =
        LocalZooKeeper.start(
            directory.resolve("zk"), FreePorts.next(), List.of("-Djute.maxbuffer=" + (8 << 20)));
    try (CuratorFramework client = client()) {
      client.create().forPath("/cluster");
      client.create().forPath("/empty");
      client.create().forPath("/copied");
      for (String chroot : List.of("/large", "/larger", "/exhausted")) {
        client.create().creatingParentsIfNeeded().forPath(chroot + "/ledgers/LAYOUT", new byte[1]);
        for (String key : List.of("/INSTANCEID", "/available", "/available/readonly")) {
          client.create().forPath(chroot + "/ledgers" + key, new byte[0]);
        }
      }
      client.create().forPath("/large/admin", new byte[(16 << 20) / 10]);
      client.create().forPath("/larger/admin", new byte[5_200_000]);
      client
          .create()
          .creatingParentsIfNeeded()
          .forPath("/exhausted/ledgers/idgen-long/HOB-2147483647", new byte[0]);
    }
    PulsarTree.fill(zooKeeper.connectString() + "/cluster", PulsarTree.SMALLEST, 1).close();
  }

  @AfterAll
  static void stop() {
    zooKeeper.close();
    etcd.close();
  }

  @BeforeEach
  void wipe() throws IOException {
    commands = new Commands(zooKeeper.connectString() + "/cluster", etcd.endpoint());
    commands.keys().wipe();
  }

  @ParameterizedTest
  @ValueSource(strings = {"run --once", "verify"})
  void reportsUnreachableZooKeeper(String command) throws IOException {
    Commands nowhere = new Commands("127.0.0.1:" + FreePorts.next(), etcd.endpoint());

    isRefused(
        () -> nowhere.run(command.split(" ")),
        4,
        "ZooKeeper cannot be reached at " + nowhere.zookeeper());
  }

  @ParameterizedTest
  @ValueSource(strings = {"run --once", "verify"})
  void reportsUnreachableEtcd(String command) throws IOException {
    String nowhere = "http://127.0.0.1:" + FreePorts.next();

    isRefused(
        () -> new Commands(commands.zookeeper(), nowhere).run(command.split(" ")),
        5,
        "etcd cannot be reached at " + nowhere);
  }

  @Test
  void reportsEtcdThatNeverAnswers(@TempDir Path directory) throws IOException {
    try (EtcdServer frozen = EtcdServer.start(directory)) {
      frozen.process().freeze();

      isRefused(
          () -> new Commands(commands.zookeeper(), frozen.endpoint()).run("plan"),
          5,
          "etcd at " + frozen.endpoint());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/empty", "/no-such-chroot"})
  void refusesChrootWithoutPulsarMetadata(String chroot) throws IOException {
    Commands other = new Commands(zooKeeper.connectString() + chroot, etcd.endpoint());

    isRefused(() -> other.run("run", "--once"), 3, "NO_PULSAR_METADATA", chroot);
  }

  @Test
  void refusesEtcdWithForeignKeys() throws IOException {
    commands.keys().put("/admin/clusters/other", new byte[] {1});

    isRefused(() -> commands.run("run", "--once"), 3, "TARGET_NOT_EMPTY", "1 keys in scope");
  }

  @Test
  void refusesEtcdWithRegisteredBroker() throws IOException {
    commands.keys().putLeased("/loadbalance/brokers/broker-1:8080", Duration.ofMinutes(10));

    isRefused(
        () -> commands.run("run", "--once"),
        3,
        "TARGET_SERVING",
        "/loadbalance/brokers/broker-1:8080");
  }

  @Test
  void refusesCopiedEtcdWithRegisteredBroker() throws IOException {
    assertThat(commands.run("run", "--once").code()).isZero();
    commands.keys().putLeased("/namespace/t/ns/0x00000000_0xffffffff", Duration.ofMinutes(10));

    isRefused(() -> commands.run("run", "--once"), 3, "TARGET_SERVING", "/namespace/t/ns/");
  }

  @Test
  void refusesValueAboveEtcdLimit() throws IOException {
    Commands large = new Commands(zooKeeper.connectString() + "/large", etcd.endpoint());

    isRefused(() -> large.run("run", "--once"), 3, "VALUE_TOO_LARGE", "/admin", "1,677,721 bytes");
  }

  @Test
  void refusesValueAbovePulsarClientLimit(@TempDir Path directory) throws IOException {
    try (EtcdServer patient = EtcdServer.start(directory, "--max-request-bytes=16777216")) {
      Commands larger = new Commands(zooKeeper.connectString() + "/larger", patient.endpoint());

      isRefused(
          () -> larger.run("run", "--once"),
          3,
          "VALUE_TOO_LARGE",
          "4,194,304 bytes in every release",
          "raising etcd's --max-request-bytes does not help");
      assertThat(larger.keys().count("/")).isZero();
    }
  }

  @Test
  void refusesLedgerIdsWithoutSuccessor() throws IOException {
    Commands exhausted = new Commands(zooKeeper.connectString() + "/exhausted", etcd.endpoint());

    isRefused(() -> exhausted.run("run", "--once"), 3, "LEDGER_IDS_EXHAUSTED", "HOB-2147483647");
  }

  @Test
  void refusesBrokerRegistrationWithoutSession() throws Exception {
    String path = "/loadbalance/brokers/gone:8080";
    try (CuratorFramework client = client()) {
      client.create().creatingParentsIfNeeded().forPath("/cluster" + path, new byte[0]);
      try {
        isRefused(
            () -> commands.run("run", "--once"),
            3,
            "SOURCE_SERVING",
            "no session owns " + path,
            "delete " + path);
      } finally {
        client.delete().forPath("/cluster" + path);
      }
    }
  }

  /** Half a backup, or a careless `etcdctl put`. */
  @ParameterizedTest
  @ValueSource(strings = {"identity", "checkpoint", "direction"})
  void recordOfTheMoveThatCannotBeRead(String record) throws IOException {
    assertThat(commands.run("run", "--once").code()).isZero();
    commands.keys().put("metamigrate/" + record, "half a".getBytes(UTF_8));

    for (String command : List.of("run --once", "plan")) {
      isRefused(() -> commands.run(command.split(" ")), 3, "metamigrate/" + record, "etcd");
    }
  }

  @Test
  void refusesPulsarVersionWithoutEtcd() throws IOException {
    isRefused(
        () -> commands.run("run", "--once", "--pulsar-version", "5.0.0"),
        3,
        "PULSAR_VERSION_WITHOUT_ETCD",
        "5.0.0");
  }

  @Test
  void refusesEtcdOfAnotherMove() throws IOException {
    assertThat(commands.run("run", "--once").code()).isZero();

    Outcome outcome =
        untouched(
            () ->
                commands.run("run", "--once", "--cluster", "two", "--accept", "CLUSTER_NOT_THERE"));

    assertThat(outcome.code()).isEqualTo(3);
    assertThat(outcome.err()).contains("OTHER_MOVE").contains("cluster demo, this is two");
    assertThat(blockers("--cluster", "two")).contains("OTHER_MOVE").doesNotContain(NOT_EMPTY);
  }

  @Test
  void refusesScopeThatIsNotTheOneOfTheMove(@TempDir Path directory) throws IOException {
    assertThat(commands.run("run", "--once").code()).isZero();
    String config = directory.resolve("c.yaml").toString();
    Files.writeString(Path.of(config), "scope: {exclude: [/admin/policies/public/none]}\n");

    Outcome outcome =
        untouched(
            () -> commands.run("run", "--once", "--config", config, "--accept", "SCOPE_CHANGED"));

    assertThat(outcome.code()).isEqualTo(3);
    assertThat(outcome.err()).contains("SCOPE_CHANGED").doesNotContain(NOT_EMPTY);
    assertThat(blockers("--config", config)).containsExactly("SCOPE_CHANGED");
  }

  private List<String> blockers(String... options) {
    List<String> words = new ArrayList<>(List.of("plan", "--output", "json"));
    words.addAll(List.of(options));
    return StreamSupport.stream(
            commands.run(words.toArray(String[]::new)).json().path("findings").spliterator(), false)
        .filter(finding -> finding.path("level").asText().equals("blocker"))
        .map(finding -> finding.path("id").asText())
        .toList();
  }

  @Test
  void refusesUnknownCluster() throws IOException {
    isRefused(
        () -> commands.run("run", "--once", "--cluster", "two"),
        3,
        "CLUSTER_NOT_THERE",
        "/admin/clusters has demo");
  }

  /** As with replication, or one configuration store for all. */
  @Test
  void brokersDecideAmongSeveralClusters(@TempDir Path folder) throws Exception {
    HttpServer broker = LocalHttp.open(0);
    broker.createContext("/", BadInputTest::answerAsBroker);
    broker.start();
    String id = "127.0.0.1:" + broker.getAddress().getPort();
    Path file =
        Files.writeString(
            folder.resolve("move.yaml"), "cutover: {brokers: [{id: \"%s\"}]}%n".formatted(id));
    String[] once = {"run", "--once", "--config", file.toString()};
    try (CuratorFramework client = client()) {
      client.create().forPath("/cluster/admin/clusters/west", "{}".getBytes(UTF_8));
      try {
        isRefused(
            () -> commands.run("run", "--once", "--config", file.toString(), "--cluster", "west"),
            3,
            "cluster.name is west, but the brokers' own clusterName is demo",
            "give --cluster demo");
        assertThat(commands.run(once).code()).isZero();
        assertThat(commands.run("status").out()).containsPattern("cluster +demo");
        commands.keys().wipe();

        broker.stop(0);
        isRefused(
            () -> commands.run(once),
            3,
            "cluster.name is not given, no broker reports its own, and /admin/clusters has",
            "set cluster.name, or pass --cluster, with the name of the cluster to move");
        isRefused(
            () -> commands.run("run", "--once", "--cluster", "east"),
            3,
            "cluster.name is east, but /admin/clusters has");
        assertThat(commands.run("run", "--once", "--cluster", "west").code()).isZero();
      } finally {
        client.delete().forPath("/cluster/admin/clusters/west");
        broker.stop(0);
      }
    }
  }

  private static void answerAsBroker(HttpExchange exchange) throws IOException {
    boolean settings = exchange.getRequestURI().getPath().endsWith("/configuration/runtime");
    byte[] answer = (settings ? "{\"clusterName\": \"demo\"}" : "3.0.9").getBytes(UTF_8);
    exchange.getResponseHeaders().set("Content-Type", settings ? "application/json" : "text/plain");
    exchange.sendResponseHeaders(200, answer.length);
    exchange.getResponseBody().write(answer);
    exchange.close();
  }

  @Test
  void configCheckPrintsTheAnswersOfBothStores() throws IOException {
    Outcome works = untouched(() -> commands.run("config", "check", "--cluster", "demo"));
    assertThat(works.code()).as(works.err()).isZero();
    assertThat(works.out())
        .contains("ZooKeeper " + commands.zookeeper(), "/admin/clusters has demo", "etcd ")
        .endsWith("The configuration works. Next: migrate plan" + System.lineSeparator());

    Outcome other = untouched(() -> commands.run("config", "check", "--cluster", "two"));
    assertThat(other.code()).isEqualTo(3);
    assertThat(other.out()).contains("blocked CLUSTER_NOT_THERE", "/admin/clusters has demo");
  }

  /** Also while the cluster is stopped; its nodes then need not answer. */
  @Test
  void configCheckAsksEachAddressOfTheFile(@TempDir Path folder) throws IOException {
    HttpServer other = LocalHttp.open(0);
    other.start();
    String answers = "http://127.0.0.1:" + other.getAddress().getPort();
    String silent = "http://127.0.0.1:" + FreePorts.next();
    String nodes =
        """
        cluster: {name: demo, admin: {url: "%s"}}
        control: {otlp: {url: "%s/v1/metrics"}}
        cutover:
          bookies: [{id: "b1:3181", adminUrl: "%s"}]
          brokers: [{id: "broker-1:8080", adminUrl: "%s"}]
        """;
    Path file = folder.resolve("move.yaml");
    try {
      Files.writeString(file, nodes.formatted(silent, silent, silent, silent));
      Outcome check = untouched(() -> commands.run("config", "check", "--config", file.toString()));

      assertThat(check.code()).as(check.out() + check.err()).isEqualTo(3);
      for (String answer :
          List.of(
              "cluster.admin.url has no usable answer: " + silent,
              "control.otlp.url has no usable answer: " + silent + "/v1/metrics",
              "cutover.bookies[b1:3181].adminUrl has no usable answer: " + silent,
              "cutover.brokers[broker-1:8080].adminUrl has no usable answer: " + silent)) {
        assertThat(check.out().lines())
            .as(check.out())
            .filteredOn(
                line ->
                    line.startsWith(
                        (answer.startsWith("control.") ? "blocked" : "warning")
                            + " ADDRESS_SILENT: "
                            + answer
                            + ": "))
            .hasSize(1);
      }
      assertThat(check.lastLine()).startsWith("The configuration does not work");

      Files.writeString(file, "control: {otlp: {url: \"%s/v1/metrics\"}}".formatted(answers));
      Outcome works = untouched(() -> commands.run("config", "check", "--config", file.toString()));
      assertThat(works.code()).as(works.out() + works.err()).isZero();
    } finally {
      other.stop(0);
    }
  }

  /** By probes only; the commands that change a node would leave a file. */
  @Test
  void configCheckAsksDriverAndComponentUrl(@TempDir Path folder) throws IOException {
    String silent = "http://127.0.0.1:" + FreePorts.next();
    String driver =
        """
        target: {componentUrl: ["%s", "%s"]}
        cutover:
          driver:
            kind: command
            stop: touch acted
            configure: touch acted
            start: touch acted
            probe: exit %s
          bookies: [{id: "b1:3181"}]
          brokers: [{id: "broker-1:8080"}]
        """;
    String alias = etcd.endpoint().replace("127.0.0.1", "localhost");
    Path file = folder.resolve("move.yaml");
    Files.writeString(file, driver.formatted(alias, silent, "0"));
    Outcome runs = untouched(() -> commands.run("config", "check", "--config", file.toString()));

    assertThat(runs.code()).as(runs.out() + runs.err()).isZero();
    assertThat(runs.out())
        .contains("driver: 2 of 2 configured nodes run")
        .contains("warning ADDRESS_SILENT: target.componentUrl has no usable answer: " + silent)
        .contains("nothing listens there")
        .doesNotContain(alias);

    Files.writeString(file, driver.formatted(alias, silent, "3"));
    Outcome stopped = untouched(() -> commands.run("config", "check", "--config", file.toString()));
    assertThat(stopped.code()).as(stopped.out() + stopped.err()).isZero();
    assertThat(stopped.out())
        .contains("driver: 0 of 2 configured nodes run")
        .contains("warning DRIVER_PROBE: the driver does not see bookie b1:3181 run: ");

    Files.writeString(file, driver.formatted(alias, silent, "255"));
    Outcome fails = untouched(() -> commands.run("config", "check", "--config", file.toString()));
    assertThat(fails.code()).as(fails.out() + fails.err()).isEqualTo(3);
    assertThat(fails.out())
        .contains("blocked DRIVER_PROBE: the driver cannot ask bookie b1:3181")
        .contains("blocked DRIVER_PROBE: the driver cannot ask broker broker-1:8080");
    assertThat(Path.of("acted")).doesNotExist();
  }

  /** Works with nothing that is there, or not with the move that etcd holds. */
  @ParameterizedTest
  @ValueSource(strings = {"/empty", "/no-such-chroot", "/copied"})
  void configCheckFindsAWrongChroot(String chroot) throws Exception {
    Commands other = new Commands(zooKeeper.connectString() + chroot, etcd.endpoint());
    if (chroot.equals("/copied")) {
      assertThat(commands.run("run", "--once").code()).isZero();
      PulsarTree.fill(other.zookeeper(), PulsarTree.SMALLEST, 1).close();
    }
    Outcome check = untouched(() -> other.run("config", "check"));

    assertThat(check.code()).as(check.out() + check.err()).isEqualTo(3);
    assertThat(check.out())
        .contains(
            chroot.equals("/copied") ? "blocked SOURCE_IS_ANOTHER" : "blocked NO_PULSAR_METADATA")
        .contains("The configuration does not work. ");
  }

  @Test
  void unknownFlag() throws IOException {
    isRefused(() -> commands.run("run", "--once", "--no-such-flag"), 2, "--no-such-flag");
  }

  @Test
  void unknownCommand() throws IOException {
    isRefused(() -> Commands.exactly("frobnicate"), 2, "frobnicate");
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost:port", "host:0", ":2181", "h:2181//x", "h 1:2181"})
  void refusesMalformedZooKeeperAddress(String address) throws IOException {
    isRefused(
        () -> Commands.exactly("plan", "--zookeeper", address, "--etcd", etcd.endpoint()),
        2,
        "--zookeeper",
        address);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1:2379",
        "ftp://h:2379",
        "http://h:99999",
        "http://h:2379/path",
        "http://[::1]:2379",
        "http://a_b:2379"
      })
  void refusesMalformedEtcdAddress(String address) throws IOException {
    isRefused(
        () -> Commands.exactly("plan", "--zookeeper", "h:2181", "--etcd", address),
        2,
        "--etcd",
        address);
  }

  /** A daemon that starts all the same cannot be interrupted. */
  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void refusesPublicListenerWithoutToken() throws IOException {
    isRefused(
        () -> commands.run("run", "--listen", "0.0.0.0:0"), 2, "--listen", "control.tokenFile");
  }

  @Test
  void refusesMissingAddress() throws IOException {
    isRefused(
        () -> Commands.exactly("plan", "--etcd", etcd.endpoint()), 2, "--zookeeper HOST:PORT");
  }

  @Test
  void refusesUnknownConfigurationKey(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("migrate.yaml"), "copy: {inflight: 3}\n");

    isRefused(() -> commands.run("run", "--once", "--config", file.toString()), 2, "copy.inflight");
  }

  @Test
  void refusesMissingConfigurationFile(@TempDir Path directory) throws IOException {
    String file = directory.resolve("absent.yaml").toString();

    isRefused(() -> commands.run("run", "--once", "--config", file), 2, file);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ledgers", "/ledgers/", "//"})
  void refusesInvalidPath(String path) throws IOException {
    isRefused(() -> commands.run("inspect", path), 2, path);
  }

  @Test
  void refusesAcceptedForeignKeyThatIsNotAPath() throws IOException {
    isRefused(
        () -> commands.run("run", "--once", "--accept-foreign", "admin"),
        2,
        "--accept-foreign",
        "'admin'");
  }

  @Test
  void printsOneJsonDocumentForAFailure() throws IOException {
    commands.keys().put("/admin/clusters/other", new byte[] {1});

    JsonNode failed = untouched(() -> commands.run("run", "--once", "--output", "json")).json();

    assertThat(failed.path("exitCode").asInt()).isEqualTo(3);
    assertThat(failed.path("error").asText()).contains("TARGET_NOT_EMPTY");
    assertThat(failed.path("findings").path(0).path("id").asText()).isEqualTo("TARGET_NOT_EMPTY");
    assertThat(failed.path("findings").path(0).path("level").asText()).isEqualTo("blocker");
  }

  @Test
  void printsOneJsonDocumentForAUsageError() throws IOException {
    JsonNode failed = untouched(() -> commands.run("run", "--output=json", "--nonsense")).json();

    assertThat(failed.path("exitCode").asInt()).isEqualTo(2);
    assertThat(failed.path("error").asText()).contains("--nonsense");
  }

  private void isRefused(Command command, int code, String... words) throws IOException {
    Outcome outcome = untouched(command);

    assertThat(outcome.err()).as("standard error").startsWith("migrate: ").contains(words);
    assertThat(outcome.err().lines()).as("one line").hasSize(1);
    assertThat(outcome.out()).as("standard output").isEmpty();
    assertThat(outcome.code()).as(outcome.err()).isEqualTo(code);
    assertThat(outcome.took()).isLessThan(SOON);
  }

  /** Runs it, and looks that etcd was not written to. */
  private Outcome untouched(Command command) throws IOException {
    long before = commands.revision();
    Outcome outcome = command.run();
    assertThat(commands.revision()).as("revision of etcd").isEqualTo(before);
    return outcome;
  }

  @FunctionalInterface
  private interface Command {
    Outcome run() throws IOException;
  }

  private static CuratorFramework client() {
    CuratorFramework client =
        CuratorFrameworkFactory.newClient(zooKeeper.connectString(), new RetryOneTime(1_000));
    client.start();
    return client;
  }
}
