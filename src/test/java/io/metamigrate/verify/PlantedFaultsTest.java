package io.metamigrate.verify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.lab.EtcdKeys;
import io.metamigrate.lab.EtcdServer;
import io.metamigrate.migrator.cli.Migrate;
import io.metamigrate.migrator.demo.LocalZooKeeper;
import io.metamigrate.migrator.demo.PulsarTree;
import io.metamigrate.verifier.Verifier;
import io.metamigrate.verifier.report.CheckResult;
import io.metamigrate.verifier.report.VerificationReport;
import io.metamigrate.verifier.store.EtcdConnection;
import io.metamigrate.verifier.store.EtcdEntry;
import io.metamigrate.verifier.store.EtcdReader;
import io.metamigrate.verifier.store.EtcdSettings;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.ZnodeReader;
import io.metamigrate.verifier.store.ZooKeeperConnection;
import io.metamigrate.verifier.store.ZooKeeperSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * A clean copy passes; each fault planted in it is found, by kind and where there is one by the
 * check that knows what it means. After each the key is put back, and the copy passes again at the
 * end.
 */
final class PlantedFaultsTest {
  private static final int ZNODES = 1_200;

  /** What a fault has to be called. */
  private record Expected(long missing, long extra, long different, Optional<String> check) {
    static Expected oneMissing(String check) {
      return new Expected(1, 0, 0, Optional.of(check));
    }

    static Expected oneMissing() {
      return new Expected(1, 0, 0, Optional.empty());
    }

    static Expected oneExtra() {
      return new Expected(0, 1, 0, Optional.empty());
    }

    static Expected oneDifferent() {
      return new Expected(0, 0, 1, Optional.empty());
    }

    static Expected oneDifferent(String check) {
      return new Expected(0, 0, 1, Optional.of(check));
    }

    static Expected oneCheck(String check) {
      return new Expected(0, 0, 0, Optional.of(check));
    }
  }

  private record PlantedFault(String name, Plant plant, Expected expected) {}

  /** Changes etcd. */
  private interface Plant {
    void in(Copy copy) throws IOException;
  }

  @TestFactory
  List<DynamicTest> findsEachPlantedFault(@TempDir Path directory) throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    try (LocalZooKeeper zookeeper = LocalZooKeeper.start(directory.resolve("zookeeper"));
        EtcdServer etcd = EtcdServer.start(directory.resolve("etcd"));
        PulsarTree tree = PulsarTree.fill(zookeeper.connectString(), ZNODES, 11)) {
      assertThat(tree.znodes()).isEqualTo(ZNODES);
      run(zookeeper, etcd);
      try (ZooKeeperConnection source =
              ZooKeeperConnection.open(ZooKeeperSettings.of(zookeeper.connectString()));
          EtcdConnection target = EtcdConnection.open(EtcdSettings.of(etcd.endpoint()))) {
        Copy copy = new Copy(source, target, new EtcdKeys(etcd.endpoint()), tree);
        assertThat(copy.verify().consistent()).as("a clean copy").isTrue();
        for (PlantedFault fault : faults()) {
          tests.add(find(fault, copy));
        }
        assertThat(copy.verify().consistent()).as("the copy after the last fault").isTrue();
      }
    }
    assertThat(tests).hasSizeGreaterThanOrEqualTo(30);
    return tests;
  }

  /** Plants, verifies, puts back; the outcome is asserted later under the fault's own name. */
  private static DynamicTest find(PlantedFault fault, Copy copy) throws IOException {
    List<EtcdEntry> before = copy.everything();
    fault.plant().in(copy);
    VerificationReport report = copy.verify();
    copy.restore(before);
    return DynamicTest.dynamicTest(
        fault.name(),
        () -> {
          assertThat(report.consistent()).isFalse();
          assertThat(
                  List.of(
                      report.counts().missing(),
                      report.counts().extra(),
                      report.counts().different()))
              .as("missing, extra, different: %s", report.differences())
              .isEqualTo(
                  List.of(
                      fault.expected().missing(),
                      fault.expected().extra(),
                      fault.expected().different()));
          fault
              .expected()
              .check()
              .ifPresent(
                  check ->
                      assertThat(report.failedChecks())
                          .extracting(CheckResult::id)
                          .contains(check));
        });
  }

  private static List<PlantedFault> faults() {
    Predicate<String> ledger = path -> path.matches("/ledgers/\\d\\d/\\d{4}/L\\d{4}");
    Predicate<String> cursor =
        path -> path.matches("/managed-ledgers/[^/]+/[^/]+/persistent/[^/]+/[^/]+");
    Predicate<String> topic = path -> path.matches("/managed-ledgers/[^/]+/[^/]+/persistent/[^/]+");
    Predicate<String> schema = path -> path.matches("/schemas/[^/]+/[^/]+/[^/]+");
    Predicate<String> cookie = path -> path.matches("/ledgers/cookies/.+");
    Predicate<String> partitioned =
        path -> path.matches("/admin/partitioned-topics/[^/]+/[^/]+/persistent/[^/]+");
    Predicate<String> policies = path -> path.matches("/admin/policies/[^/]+/[^/]+");
    return List.of(
        new PlantedFault(
            "a lost ledger", c -> c.lose(ledger), Expected.oneMissing("LEDGERS_EXIST")),
        new PlantedFault("a lost cursor", c -> c.lose(cursor), Expected.oneMissing()),
        new PlantedFault(
            "a lost topic with cursors",
            c -> c.lose(topicWithCursor(c)),
            Expected.oneMissing("CURSOR_TOPIC_EXISTS")),
        new PlantedFault("a lost schema", c -> c.lose(schema), Expected.oneMissing()),
        new PlantedFault("a lost cookie", c -> c.lose(cookie), Expected.oneMissing()),
        new PlantedFault("lost policies", c -> c.lose(policies), Expected.oneMissing()),
        new PlantedFault(
            "a lost INSTANCEID",
            c -> c.keys().delete("/ledgers/INSTANCEID"),
            Expected.oneMissing("ROOT_KEYS_PRESENT")),
        new PlantedFault(
            "a lost /ledgers root key",
            c -> c.keys().delete("/ledgers"),
            Expected.oneMissing("ROOT_KEYS_PRESENT")),
        new PlantedFault(
            "a lost /ledgers/available",
            c -> c.keys().delete("/ledgers/available"),
            Expected.oneMissing("ROOT_KEYS_PRESENT")),
        new PlantedFault(
            "a lost partitioned topic", c -> c.lose(partitioned), Expected.oneMissing()),
        new PlantedFault(
            "one byte changed in a ledger", c -> c.flip(ledger), Expected.oneDifferent()),
        new PlantedFault(
            "one byte changed in a topic",
            c -> c.flip(topicOfData(topic)),
            Expected.oneDifferent()),
        new PlantedFault(
            "one byte changed in a cursor", c -> c.flip(cursor), Expected.oneDifferent()),
        new PlantedFault(
            "one byte changed in a schema", c -> c.flip(schema), Expected.oneDifferent()),
        new PlantedFault(
            "one byte changed in policies", c -> c.flip(policies), Expected.oneDifferent()),
        new PlantedFault(
            "a truncated ledger", c -> c.truncate(ledger), Expected.oneDifferent("LEDGERS_DECODE")),
        new PlantedFault(
            "a truncated topic",
            c -> c.truncate(topicOfData(topic)),
            Expected.oneDifferent("MANAGED_LEDGERS_DECODE")),
        new PlantedFault(
            "a truncated cursor", c -> c.truncate(cursor), Expected.oneDifferent("CURSORS_DECODE")),
        new PlantedFault(
            "a truncated schema", c -> c.truncate(schema), Expected.oneDifferent("SCHEMAS_DECODE")),
        new PlantedFault(
            "an emptied ledger", c -> c.set(ledger, ""), Expected.oneDifferent("LEDGERS_DECODE")),
        new PlantedFault(
            "a cookie of another cluster",
            c -> c.replace(cookie, c.tree().instanceId(), "11111111-2222-3333-4444-555555555555"),
            Expected.oneDifferent("COOKIES_MATCH_INSTANCE")),
        new PlantedFault(
            "another INSTANCEID",
            c -> c.keys().put("/ledgers/INSTANCEID", "another".getBytes(UTF_8)),
            Expected.oneDifferent("COOKIES_MATCH_INSTANCE")),
        new PlantedFault(
            "another partition count",
            c -> c.set(partitioned, "{\"partitions\":99}"),
            Expected.oneDifferent()),
        new PlantedFault(
            "two values swapped", PlantedFaultsTest::swap, new Expected(0, 0, 2, Optional.empty())),
        new PlantedFault(
            "an extra ledger",
            c -> c.keys().put("/ledgers/00/0000/L9999", new byte[] {1}),
            Expected.oneExtra()),
        new PlantedFault(
            "an extra empty topic",
            c -> c.keys().put("/managed-ledgers/public/default/persistent/ghost", new byte[0]),
            Expected.oneExtra()),
        new PlantedFault(
            "an extra unknown key",
            c -> c.keys().put("/plugin/x", new byte[0]),
            Expected.oneExtra()),
        new PlantedFault(
            "a registration copied as a persistent key",
            c -> c.keys().put("/ledgers/available/" + c.tree().bookies().get(0), new byte[0]),
            new Expected(0, 1, 0, Optional.of("NOTHING_EPHEMERAL_CARRIED"))),
        new PlantedFault(
            "a bundle's owner copied as a persistent key",
            c -> c.keys().put("/namespace/public/default/0x00000000_0x40000000", new byte[0]),
            new Expected(0, 1, 0, Optional.of("NOTHING_EPHEMERAL_CARRIED"))),
        new PlantedFault(
            "the seed of ledger ids left out",
            c -> c.keys().deletePrefix("/ledgers/idgen-long"),
            Expected.oneCheck("NEXT_LEDGER_ID_ABOVE_ALL")),
        new PlantedFault(
            "a lowered producer name counter",
            c -> {
              c.keys().delete("/counters/producer-name");
              c.keys().put("/counters/producer-name", new byte[0]);
            },
            Expected.oneCheck("PRODUCER_NAME_COUNTER")));
  }

  private static Predicate<String> topicWithCursor(Copy copy) {
    String cursor =
        copy.find(p -> p.matches("/managed-ledgers/[^/]+/[^/]+/persistent/[^/]+/[^/]+"))
            .path()
            .value();
    String topic = cursor.substring(0, cursor.lastIndexOf('/'));
    return topic::equals;
  }

  /** Some topics have no ledger yet and so no bytes to change. */
  private static Predicate<String> topicOfData(Predicate<String> topic) {
    return topic;
  }

  private static void swap(Copy copy) throws IOException {
    List<EtcdEntry> two =
        copy.everything().stream()
            .filter(e -> e.path().value().matches("/ledgers/\\d\\d/\\d{4}/L\\d{4}"))
            .filter(
                e ->
                    !e.data()
                        .equals(copy.find(p -> p.matches("/ledgers/\\d\\d/\\d{4}/L\\d{4}")).data()))
            .limit(1)
            .toList();
    EtcdEntry first = copy.find(p -> p.matches("/ledgers/\\d\\d/\\d{4}/L\\d{4}"));
    copy.keys().put(first.path().value(), two.get(0).data().bytes());
    copy.keys().put(two.get(0).path().value(), first.data().bytes());
  }

  private static void run(LocalZooKeeper zookeeper, EtcdServer etcd) {
    StringWriter err = new StringWriter();
    int code =
        Migrate.run(
            new PrintWriter(new StringWriter()),
            new PrintWriter(err),
            "run",
            "--once",
            "--zookeeper",
            zookeeper.connectString(),
            "--etcd",
            etcd.endpoint(),
            "--pulsar-version",
            "3.0.8");
    assertThat(code).as(err.toString()).isZero();
  }

  /** A copied tree and a writer to damage it. */
  private record Copy(
      ZooKeeperConnection source, EtcdConnection target, EtcdKeys keys, PulsarTree tree) {

    VerificationReport verify() {
      return new Verifier(ZnodeReader.over(source), new EtcdReader(target), n -> {})
          .verify(Scope.ALL, Duration.ZERO);
    }

    List<EtcdEntry> everything() {
      return new EtcdReader(target).range("/", "0", Optional.empty());
    }

    EtcdEntry find(Predicate<String> wanted) {
      return stream()
          .filter(e -> wanted.test(e.path().value()) && !e.data().isEmpty())
          .findFirst()
          .orElseThrow();
    }

    private Stream<EtcdEntry> stream() {
      return everything().stream();
    }

    void lose(Predicate<String> wanted) throws IOException {
      EtcdEntry entry =
          stream().filter(e -> wanted.test(e.path().value())).findFirst().orElseThrow();
      assertThat(keys.delete(entry.path().value())).isTrue();
    }

    void flip(Predicate<String> wanted) throws IOException {
      EtcdEntry entry = find(wanted);
      byte[] bytes = entry.data().bytes().clone();
      bytes[bytes.length / 2] ^= 1;
      keys.put(entry.path().value(), bytes);
    }

    void truncate(Predicate<String> wanted) throws IOException {
      EtcdEntry entry = find(wanted);
      byte[] bytes = entry.data().bytes();
      keys.put(entry.path().value(), Arrays.copyOf(bytes, bytes.length - 1));
    }

    void set(Predicate<String> wanted, String value) throws IOException {
      keys.put(find(wanted).path().value(), value.getBytes(UTF_8));
    }

    void replace(Predicate<String> wanted, String from, String to) throws IOException {
      EtcdEntry entry = find(wanted);
      String text = new String(entry.data().bytes(), UTF_8);
      assertThat(text).contains(from);
      keys.put(entry.path().value(), text.replace(from, to).getBytes(UTF_8));
    }

    /** As before, versions of counters included. */
    void restore(List<EtcdEntry> before) throws IOException {
      for (EtcdEntry now : everything()) {
        if (before.stream().noneMatch(e -> e.path().equals(now.path()))) {
          keys.delete(now.path().value());
        }
      }
      List<EtcdEntry> present = everything();
      for (EtcdEntry then : before) {
        long version =
            present.stream()
                .filter(e -> e.path().equals(then.path()) && e.data().equals(then.data()))
                .mapToLong(EtcdEntry::version)
                .findFirst()
                .orElse(0);
        for (long v = version; v < then.version(); v++) {
          keys.put(then.path().value(), then.data().bytes());
        }
      }
    }
  }
}
