package io.metamigrate.migrator.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.metamigrate.migrator.config.CopyConfig.LedgerIds;
import io.metamigrate.migrator.config.CutoverConfig.Strategy;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.ZkPath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ConfigurationTest {
  @TempDir Path folder;

  @Test
  void usesDefaultsForAnEmptyFile() {
    assertThat(load("")).isEqualTo(Configuration.defaults());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "source: {zookeeper: \"${ZK}:2181\"}",
        "target: {etcd: [\"http://$ETCD:2379\"]}",
        "target: {user: u, passwordFile: $HOME/password}",
        "target: {tls: {trust: \"${TLS}/ca.pem\"}}",
        "source: {connectTimeout: $(timeout)}"
      })
  void reportsThatVariablesInTheFileAreNotReplaced(String yaml) {
    assertThatThrownBy(() -> load(yaml + "\n"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageEndingWith(
            "; variables such as $HOST are not replaced here: write the value, or set the key's own"
                + " METAMIGRATE_... variable");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cluster: {name: \"c1\\nmigrate: done\"}",
        "source: {zookeeper: \"zk1:2181\\rforged\"}",
        "source: {zookeeper: \"zk1:2181/a\\u2028forged\"}",
        "target: {etcd: [\"http://e1:2379\\nforged\"]}",
        "cutover: {bookies: [{id: \"b1:3181\\e[2J\"}]}",
        "cutover: {brokers: [{id: \"b\\u0085forged:8080\"}]}",
        "\"a\\nmigrate: done\": 1",
        "scope: {exclude: [\"/a\\nforged\"]}"
      })
  void valueWithLineBreakForgesNoMessage(String yaml) {
    ConfigurationException refused =
        catchThrowableOfType(ConfigurationException.class, () -> load(yaml + "\n"));
    assertThat(refused).as(yaml).isNotNull();
    assertThat(refused.faults())
        .allSatisfy(
            fault -> assertThat(fault.toString()).doesNotContainPattern("[\\p{Cc}\\p{Zl}]"));
    if (!yaml.startsWith("\"")) {
      assertThat(refused).hasMessageContaining("has a line break or a control character");
    }
  }

  @Test
  void finalLineBreakIsDroppedAndCommandsMayHaveSeveralLines() {
    Configuration loaded =
        load("cluster:\n  name: |\n    c1\nhooks:\n  beforeStep: |\n    sync\n    true\n");
    assertThat(loaded.cluster().name()).contains("c1");
    assertThat(loaded.hooks().steps().before()).contains("sync\ntrue");
  }

  @Test
  void treatsEmptyValuesAsAbsent() {
    assertThat(
            load(
                """
                source: {configurationZookeeper: "", sasl: {}, tls: {}}
                target: {user: "", passwordFile: ""}
                hooks: {beforeStep: ~, afterStep: ""}
                """))
        .isEqualTo(Configuration.defaults());
  }

  @Test
  void readsTheAddressesOfBothStores() {
    Configuration configuration =
        load(
            """
            source: {zookeeper: "zk1:2181,zk2:2181/chroot"}
            target:
              etcd: ["http://e1:2379", "http://e2:2379"]
              componentUrl: "http://vip:2379"
            """);

    assertThat(configuration.requireZooKeeper()).hasToString("zk1:2181,zk2:2181/chroot");
    assertThat(configuration.requireEtcd()).hasToString("http://e1:2379,http://e2:2379");
    assertThat(configuration.target().componentUrl().orElseThrow()).hasToString("http://vip:2379");
  }

  @Test
  void readsAVersionAsTextAndNotAsANumber() {
    assertThat(load("cluster: {name: c1, pulsarVersion: 2.10.0}").requirePulsarVersion())
        .hasToString("2.10.0");
  }

  @Test
  void readsCutoverSettings() {
    CutoverConfig cutover =
        load("""
        cutover:
          strategy: stop-all
          maxOutage: 90s
          budgets: {verify: 10m}
          driver: {kind: command, stop: "s", configure: "c", start: "t"}
          bookies: [{id: "b1:3181"}, {id: "b2:3181", node: bookie-2}]
          brokers: [{id: "broker-1:8080"}]
          metadataWriters: {autoRecovery: [ar-1], confirmed: true}
          originals: {bookies: {gcWaitTime: 900000}}
        """)
            .cutover();

    assertThat(cutover.strategy()).isEqualTo(Strategy.STOP_ALL);
    assertThat(cutover.times().maxOutage()).isEqualTo(Duration.ofSeconds(90));
    assertThat(cutover.budgetOf("verify")).isEqualTo(Duration.ofMinutes(10));
    assertThat(cutover.budgetOf("other")).isEqualTo(Duration.ofMinutes(2));
    assertThat(cutover.driver().orElseThrow()).isInstanceOf(CommandDriverConfig.class);
    assertThat(cutover.bookies())
        .containsExactly(
            new BookieConfig("b1:3181", "b1", Optional.empty()),
            new BookieConfig("b2:3181", "bookie-2", Optional.empty()));
    assertThat(cutover.brokers())
        .containsExactly(
            new BrokerConfig("broker-1:8080", "broker-1", URI.create("http://broker-1:8080")));
    assertThat(cutover.metadataWriters())
        .isEqualTo(new MetadataWritersConfig(List.of("ar-1"), List.of(), true));
    assertThat(cutover.originals().bookies()).isEqualTo(Map.of("gcWaitTime", "900000"));
  }

  @Test
  void readsTheKubernetesDriver() {
    assertThat(
            load("""
            cutover:
              driver: {kind: kubernetes, namespace: p, bookies: bk, brokers: br, layout: helm}
            """)
                .cutover()
                .driver()
                .orElseThrow())
        .isEqualTo(
            new KubernetesDriverConfig(
                new KubernetesDriverConfig.Api("p", Optional.empty(), Optional.empty()),
                KubernetesDriverConfig.Layout.HELM,
                new KubernetesDriverConfig.Sets("bk", "br", Optional.empty()),
                Duration.ofMinutes(5)));
  }

  @Test
  void placesComposeOverrideBesideTheFile() throws IOException {
    Files.writeString(folder.resolve("docker-compose.yaml"), "services: {}");

    assertThat(
            load("cutover: {driver: {kind: compose, file: docker-compose.yaml}}")
                .cutover()
                .driver()
                .orElseThrow())
        .isEqualTo(
            new ComposeDriverConfig(
                List.of(folder.resolve("docker-compose.yaml")),
                List.of(),
                folder.resolve("metamigrate.override.yaml"),
                Optional.empty(),
                Duration.ofMinutes(2)));
  }

  @Test
  void resolvesFilesAgainstTheConfigurationDirectory() throws IOException {
    Files.writeString(folder.resolve("token"), "hunter2");

    Configuration configuration = load("control: {listen: '0.0.0.0:8300', tokenFile: token}");

    assertThat(configuration.control().tokenFile())
        .contains(new SecretFile(folder.resolve("token")));
    assertThat(configuration.toString()).doesNotContain("hunter2");
  }

  @Test
  void reportsAllFaultsAtOnceEachWithLineKeyValueAndRemedy() {
    assertThat(
            faults(
                """
                source:
                  zookeeper: zk1
                copy:
                  maxRate: -5
                  inFlight: 0
                  ledgerIds: short
                cutover:
                  maxOutage: 2
                  bookies:
                    - {id: "b1:3181"}
                    - {node: b2}
                """))
        .containsExactly(
            "FILE:2: source.zookeeper: 'zk1' is not a ZooKeeper address: 'zk1' is not HOST:PORT;"
                + " expected HOST:PORT[,HOST:PORT][/chroot]",
            "FILE:6: copy.ledgerIds: 'short' is none of: long, exact",
            "FILE:4: copy.maxRate: -5 is below 0; give 0 for no limit, or a number a second",
            "FILE:5: copy.inFlight: 0 is not within 1 to 1024",
            "FILE:8: cutover.maxOutage: '2' is not a duration; give a number with its unit, such"
                + " as 30s, 2m or 1h",
            "FILE:11: cutover.bookies[1].id: a bookie needs its id, as in /ledgers/cookies");
  }

  @Test
  void refusesUnknownKeyAndSuggestsTheNearest() {
    assertThat(faults("copy: {maxrates: 5}"))
        .containsExactly("FILE:1: copy.maxrates: unknown key; did you mean maxRate?");
  }

  @Test
  void listsKnownKeysIfNoneIsSimilar() {
    assertThat(faults("verify: {zebra: 5}"))
        .containsExactly(
            "FILE:1: verify.zebra: unknown key; known here: continuous, maxRate, pause");
  }

  @Test
  void refusesAnUnknownBlock() {
    assertThat(faults("\nsorce: {zookeeper: 'zk1:2181'}"))
        .containsExactly("FILE:2: sorce: unknown key; did you mean source?");
  }

  @Test
  void neverEchoesAnInlinePassword() {
    assertThat(faults("target: {user: root, password: hunter2}"))
        .hasSize(2)
        .anyMatch(fault -> fault.endsWith("unknown key; did you mean passwordFile?"))
        .noneMatch(fault -> fault.contains("hunter2"));
  }

  @Test
  void refusesDuplicateKey() {
    assertThat(faults("copy:\n  inFlight: 1\n  inFlight: 2\n"))
        .containsExactly("FILE:3: copy.inFlight: given before, in line 2; keep one");
  }

  @Test
  void refusesMissingSecretFile() {
    assertThat(faults("target: {user: root, passwordFile: none}"))
        .containsExactly(
            "FILE:1: target.passwordFile: the value is not the path of a readable file, and is not"
                + " shown, since it may be the secret; give the path of a file that holds the"
                + " secret");
  }

  @Test
  void refusesPublicListenerWithoutAToken() {
    assertThat(faults("control: {listen: '0.0.0.0:8300'}"))
        .containsExactly(
            "FILE:1: control.listen: 0.0.0.0:8300 can be reached from other machines; give"
                + " control.tokenFile or control.tokens, or listen on 127.0.0.1");
  }

  @Test
  void refusesDuplicateNode() {
    assertThat(faults("cutover: {bookies: [{id: b1}, {id: b1}]}"))
        .containsExactly("FILE:1: cutover.bookies: 'b1' is listed twice; name each node once");
  }

  @Test
  void refusesExclusionOutsideInclusions() {
    assertThat(faults("scope: {include: [/ledgers], exclude: [/admin]}"))
        .containsExactly(
            "FILE:1: scope.exclude: '/admin' is not below an included path, so it excludes"
                + " nothing; remove it");
  }

  @Test
  void refusesADriverWithoutItsCommands() {
    assertThat(faults("cutover: {driver: {kind: command, stop: s, start: t}}"))
        .containsExactly(
            "FILE:1: cutover.driver.configure: the command driver needs a configure command");
  }

  @Test
  void refusesADriverWithoutItsKind() {
    assertThat(faults("cutover: {driver: {stop: s}}"))
        .containsExactly(
            "FILE:1: cutover.driver.kind: set how nodes are restarted: command, compose or"
                + " kubernetes");
  }

  @Test
  void namesLineOfInvalidYaml() {
    assertThat(faults("copy:\n  inFlight: [1\n"))
        .singleElement()
        .asString()
        .startsWith("FILE:3: this is not YAML: ");
  }

  @Test
  void namesMissingFile() {
    assertThatThrownBy(() -> Configuration.load(folder.resolve("none.yaml")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("none.yaml: there is no such file");
  }

  @Test
  void passesReaderSettingsAndShowsNoSecret() throws IOException {
    Files.writeString(folder.resolve("zk"), "hunter2\n");
    Files.writeString(folder.resolve("e"), "hunter3\n");
    Configuration configuration =
        load(
            """
            source: {zookeeper: "zk1:2181/c", sasl: {user: u, passwordFile: zk}}
            target: {etcd: "http://e1:2379", user: root, passwordFile: e}
            """);

    assertThat(configuration.zooKeeperSettings().digest()).contains("u:hunter2");
    assertThat(configuration.etcdSettings().password()).contains("hunter3");
    assertThat(configuration.zooKeeperSettings()).hasToString("zk1:2181/c");
    assertThat(configuration.etcdSettings()).hasToString("http://e1:2379");
  }

  @Test
  void readsTheScope() {
    Scope scope =
        load("scope: {include: [/admin, /ledgers], exclude: [/ledgers/x]}").scope().toScope();

    assertThat(scope.contains(new ZkPath("/ledgers/y"))).isTrue();
    assertThat(scope.contains(new ZkPath("/ledgers/x/z"))).isFalse();
  }

  @Test
  void refusesNestedInclusions() {
    assertThat(faults("scope: {include: [/ledgers, /ledgers/x]}"))
        .containsExactly(
            "FILE:1: scope.include: '/ledgers/x' is below another included path; remove it");
  }

  @Test
  void refusesPathBothIncludedAndExcluded() {
    assertThat(faults("scope: {include: [/ledgers, /admin], exclude: [/ledgers]}"))
        .containsExactly(
            "FILE:1: scope.include: '/ledgers' is excluded as well; remove it from one of the"
                + " two");
  }

  @Test
  void commandLineOverridesFile() {
    Configuration configuration =
        load("source: {zookeeper: 'old:2181'}\ncluster: {name: old}")
            .with(
                new Overrides(
                    Optional.of("new:2181/c"),
                    Optional.empty(),
                    Optional.of("http://e:2379"),
                    Optional.of("c1"),
                    Optional.of("3.0.7"),
                    Optional.of("exact"),
                    Optional.empty()));

    assertThat(configuration.requireZooKeeper()).hasToString("new:2181/c");
    assertThat(configuration.requireEtcd()).hasToString("http://e:2379");
    assertThat(configuration.requireClusterName()).isEqualTo("c1");
    assertThat(configuration.requirePulsarVersion()).hasToString("3.0.7");
    assertThat(configuration.copy().ledgerIds()).isEqualTo(LedgerIds.EXACT);
  }

  @Test
  void changesNothingWithoutFlags() {
    Configuration configuration = load("cluster: {name: c1}");

    assertThat(configuration.with(Overrides.none())).isEqualTo(configuration);
  }

  @Test
  void reportsAllFaultyFlagsAtOnce() {
    Overrides flags =
        new Overrides(
            Optional.of("zk1"),
            Optional.empty(),
            Optional.of("e1:2379"),
            Optional.of("no/name"),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    assertThat(
            catchThrowableOfType(
                    ConfigurationException.class, () -> Configuration.defaults().with(flags))
                .faults())
        .extracting(Fault::where)
        .containsExactly("--zookeeper", "--etcd", "--cluster");
  }

  @Test
  void namesTheFlagAndKeyOfAMissingAddress() {
    assertThatThrownBy(() -> Configuration.defaults().requireZooKeeper())
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            "configuration: source.zookeeper: ZooKeeper is not given; add --zookeeper HOST:PORT or"
                + " set it in the --config file");
  }

  private Configuration load(String yaml) {
    return Configuration.load(write(yaml));
  }

  private List<String> faults(String yaml) {
    Path file = write(yaml);
    return catchThrowableOfType(ConfigurationException.class, () -> Configuration.load(file))
        .faults()
        .stream()
        .map(fault -> fault.toString().replace(file.toString(), "FILE"))
        .toList();
  }

  private Path write(String yaml) {
    try {
      return Files.writeString(folder.resolve("migrate.yaml"), yaml);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
