package io.metamigrate.restart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.metamigrate.migrator.restart.Component;
import io.metamigrate.migrator.restart.ComposeDriver;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.migrator.restart.NodeConfiguration;
import io.metamigrate.migrator.restart.NodeState;
import io.metamigrate.migrator.restart.Obstacle;
import io.metamigrate.migrator.restart.Settings;
import io.metamigrate.migrator.restart.StepOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The compose driver against a real engine, with services in containers made on the spot. */
@Timeout(180)
@Tag("campaign")
final class ComposeEngineTest {
  private static final Node BOOKIE = new Node(Component.BOOKIE, "b1:3181", "bookie-1");
  private static final Settings ON_ETCD =
      Settings.of(
          Map.of("metadataServiceUri", "metadata-store:etcd:http://e:2379", "odd", "a $HOME '\"b"),
          Set.of("zkServers"),
          Set.of(),
          List.of("-Da=b"));

  private final Path folder;
  private final String own;
  private final Path base;
  private final Path override;
  private final ComposeDriver driver;

  ComposeEngineTest(@TempDir Path folder) throws IOException {
    ContainerEngine.require();
    this.folder = folder;
    ContainerEngine.makeImage(folder);
    Files.writeString(
        folder.resolve("service.sh"),
        """
        env | sort >"$1.env"
        echo started >>"$1.starts"
        trap 'echo stopped >>"'"$1"'.starts"; exit 0' TERM
        while :; do sleep 0.1; done
        """);
    base = folder.resolve("docker-compose.yml");
    override = folder.resolve("docker-compose.metamigrate.yml");
    own = "services:\n" + service("bookie-1") + service("bookie-2");
    Files.writeString(base, own);
    driver =
        new ComposeDriver(
            List.of(base), List.of(), override, Optional.empty(), Duration.ofMinutes(1));
    ContainerEngine.ok(List.of("docker", "compose", "-f", base.toString(), "up", "-d"));
    patiently().until(() -> starts("bookie-1").size() == 1 && starts("bookie-2").size() == 1);
  }

  @AfterEach
  void leavesOperatorsFileUnchanged() throws IOException {
    assertThat(base).hasContent(own);
    ContainerEngine.ok(List.of("docker", "compose", "-f", base.toString(), "down", "-t", "1"));
  }

  @Test
  void reconfiguresOneServiceWhileTheOtherKeepsRunning() throws IOException {
    assertThat(driver.check(List.of(BOOKIE))).noneMatch(Obstacle::blocks);
    NodeConfiguration before = driver.configuration(BOOKIE);
    assertThat(before.setting("metadataServiceUri")).contains("metadata-store:zk:zk:2181");
    assertThat(before.jvmOptions()).containsExactly("-Dmine=1");
    assertThat(driver.probe(BOOKIE, NodeState.RUNNING)).isInstanceOf(StepOutcome.Done.class);

    assertThat(driver.stop(BOOKIE)).isInstanceOf(StepOutcome.Done.class);
    assertThat(driver.probe(BOOKIE, NodeState.STOPPED)).isInstanceOf(StepOutcome.Done.class);
    assertThat(starts("bookie-1")).containsExactly("started", "stopped");
    assertThat(driver.configure(BOOKIE, ON_ETCD)).isInstanceOf(StepOutcome.Done.class);
    assertThat(driver.configuration(BOOKIE).firstMissing(ON_ETCD)).isEmpty();
    assertThat(driver.start(BOOKIE)).isInstanceOf(StepOutcome.Done.class);

    patiently().until(() -> starts("bookie-1").size() == 3);
    assertThat(driver.probe(BOOKIE, NodeState.RUNNING)).isInstanceOf(StepOutcome.Done.class);
    assertThat(Files.readAllLines(folder.resolve("bookie-1.env")))
        .contains(
            "metadataServiceUri=metadata-store:etcd:http://e:2379",
            "PULSAR_PREFIX_metadataServiceUri=metadata-store:etcd:http://e:2379",
            "PULSAR_PREFIX_odd=a $HOME '\"b",
            "zkServers=",
            "OPTS=-Dmine=1 -Da=b");
    assertThat(starts("bookie-2")).containsExactly("started");
  }

  @Test
  void eachActionCanBeRepeated() throws IOException {
    driver.stop(BOOKIE);
    driver.configure(BOOKIE, ON_ETCD);
    driver.start(BOOKIE);
    patiently().until(() -> starts("bookie-1").size() == 3);

    assertThat(driver.configure(BOOKIE, ON_ETCD)).isInstanceOf(StepOutcome.Done.class);
    assertThat(driver.start(BOOKIE)).isInstanceOf(StepOutcome.Done.class);
    assertThat(starts("bookie-1")).containsExactly("started", "stopped", "started");
    driver.stop(BOOKIE);
    assertThat(driver.stop(BOOKIE)).isInstanceOf(StepOutcome.Done.class);
  }

  @Test
  void emptyLayerRestoresOperatorsSettings() throws IOException {
    driver.stop(BOOKIE);
    driver.configure(BOOKIE, ON_ETCD);
    driver.configure(BOOKIE, Settings.none());
    driver.start(BOOKIE);

    patiently().until(() -> starts("bookie-1").size() == 3);
    assertThat(Files.readAllLines(folder.resolve("bookie-1.env")))
        .contains("metadataServiceUri=metadata-store:zk:zk:2181", "OPTS=-Dmine=1")
        .noneMatch(line -> line.startsWith("PULSAR_PREFIX_"));
    assertThat(override).doesNotExist();
  }

  @Test
  void operatorsOwnSettingsLeaveNoOverride() throws IOException {
    driver.configure(BOOKIE, ON_ETCD);
    assertThat(override).exists();

    driver.configure(
        BOOKIE, Settings.of(Map.of("metadataServiceUri", "metadata-store:zk:zk:2181"), Set.of()));

    assertThat(override).doesNotExist();
  }

  @Test
  void movesSecondServiceWhileTheFirstKeepsItsOverride() throws IOException {
    Node second = new Node(Component.BOOKIE, "b2:3181", "bookie-2");
    for (Node bookie : List.of(BOOKIE, second)) {
      driver.stop(bookie);
      driver.configure(bookie, ON_ETCD);
      assertThat(driver.start(bookie)).isInstanceOf(StepOutcome.Done.class);
      patiently().until(() -> starts(bookie.name()).size() == 3);
    }
    driver.stop(second);
    driver.configure(second, Settings.none());
    assertThat(driver.start(second)).isInstanceOf(StepOutcome.Done.class);

    patiently().until(() -> starts("bookie-2").size() == 5);
    assertThat(starts("bookie-1")).containsExactly("started", "stopped", "started");
    assertThat(Files.readAllLines(folder.resolve("bookie-1.env")))
        .contains("metadataServiceUri=metadata-store:etcd:http://e:2379");
  }

  @Test
  void rehearsalNamesFilesThatAStartWouldIgnore() throws IOException {
    Path more = folder.resolve("docker-compose.override.yml");
    Files.writeString(more, "services: {bookie-1: {environment: {more: \"1\"}}}\n");
    ContainerEngine.ok(
        List.of("docker", "compose", "-f", base.toString(), "-f", more.toString(), "up", "-d"));

    assertThat(driver.check(List.of(BOOKIE)))
        .filteredOn(Obstacle::blocks)
        .singleElement()
        .satisfies(
            found -> {
              assertThat(found.blocks()).isTrue();
              assertThat(found.message()).contains(base + "," + more);
            });
    ComposeDriver both =
        new ComposeDriver(
            List.of(base, more), List.of(), override, Optional.empty(), Duration.ofMinutes(1));
    assertThat(both.check(List.of(BOOKIE))).noneMatch(Obstacle::blocks);
    assertThat(both.configuration(BOOKIE).setting("more")).contains("1");
  }

  @Test
  void rehearsalNamesEnvFileThatAStartWouldLeaveOut() throws IOException {
    Path env = Files.writeString(folder.resolve("prod.env"), "UNUSED=1\n");
    ContainerEngine.ok(
        List.of(
            "docker",
            "compose",
            "--env-file",
            env.toString(),
            "-f",
            base.toString(),
            "up",
            "-d",
            "--force-recreate"));

    assertThat(driver.check(List.of(BOOKIE)))
        .filteredOn(Obstacle::blocks)
        .singleElement()
        .satisfies(found -> assertThat(found.message()).contains("--env-file " + env));
    ComposeDriver with =
        new ComposeDriver(
            List.of(base), List.of(env), override, Optional.empty(), Duration.ofMinutes(1));
    assertThat(with.check(List.of(BOOKIE))).noneMatch(Obstacle::blocks);
  }

  @Test
  void rehearsalNamesScaledServiceAndChangedDescription() throws IOException {
    ContainerEngine.ok(
        List.of("docker", "compose", "-f", base.toString(), "up", "-d", "--scale", "bookie-1=2"));
    assertThat(driver.check(List.of(BOOKIE)))
        .filteredOn(Obstacle::blocks)
        .singleElement()
        .satisfies(found -> assertThat(found.message()).contains("SEVERAL_CONTAINERS"));
    ContainerEngine.ok(List.of("docker", "compose", "-f", base.toString(), "up", "-d"));
    assertThat(driver.check(List.of(BOOKIE))).noneMatch(Obstacle::blocks);

    Files.writeString(base, own.replaceFirst("OPTS: \"-Dmine=1\"", "OPTS: \"-Dmine=2\""));

    assertThat(driver.check(List.of(BOOKIE)))
        .filteredOn(Obstacle::blocks)
        .singleElement()
        .satisfies(found -> assertThat(found.acceptAs()).contains("PENDING_CHANGES:bookie-1"));
    Files.writeString(base, own);
  }

  /** As Pulsar's own images declare one for {@code /pulsar/data}. */
  @Test
  void keepsDataOnVolumeThatItsImageDeclaresAndAsksTheOperator() throws IOException {
    String image = "metamigrate-test-volume:1";
    ContainerEngine.makeImage(
        Files.createDirectories(folder.resolve("volume")), image, "VOLUME /data");
    Path file = folder.resolve("volume.yml");
    Files.writeString(
        file,
        "services:\n"
            + service("bookie-1")
                .replace(ContainerEngine.IMAGE, image)
                .replace(folder + "/journal", "/data/journal")
                .replace(folder + "/ledgers", "/data/ledgers"));
    ContainerEngine.ok(
        List.of("docker", "compose", "-f", file.toString(), "up", "-d", "--force-recreate"));
    List<String> exec =
        List.of("docker", "compose", "-f", file.toString(), "exec", "-T", "bookie-1");
    ContainerEngine.ok(join(exec, "sh", "-c", "echo kept >/data/cookie"));
    ComposeDriver declared =
        new ComposeDriver(
            List.of(file), List.of(), override, Optional.empty(), Duration.ofMinutes(1));

    assertThat(declared.check(List.of(BOOKIE)))
        .filteredOn(Obstacle::blocks)
        .hasSize(2)
        .allSatisfy(
            found -> {
              assertThat(found.message()).contains("on a volume that its image declares");
              assertThat(found.acceptAs()).contains("BOOKIE_DATA_VOLATILE:bookie-1");
            });
    declared.stop(BOOKIE);
    declared.configure(BOOKIE, ON_ETCD);
    assertThat(declared.start(BOOKIE)).isInstanceOf(StepOutcome.Done.class);
    assertThat(ContainerEngine.ok(join(exec, "cat", "/data/cookie"))).isEqualTo("kept");
  }

  /** The engine has a newer image under the name, and a start would take it. */
  @Test
  void rehearsalNamesImageThatWasPulledSince() throws IOException {
    ContainerEngine.makeImage(
        Files.createDirectories(folder.resolve("newer")), ContainerEngine.IMAGE, "ENV NEWER=1");

    assertThat(driver.check(List.of(BOOKIE)))
        .filteredOn(Obstacle::blocks)
        .singleElement()
        .satisfies(found -> assertThat(found.acceptAs()).contains("PENDING_CHANGES:bookie-1"));
  }

  @Test
  void rehearsalNamesImageThatTheHostNoLongerHas() throws IOException {
    ContainerEngine.ok(List.of("docker", "rmi", "-f", ContainerEngine.IMAGE));

    assertThat(driver.check(List.of(BOOKIE)))
        .filteredOn(Obstacle::blocks)
        .singleElement()
        .satisfies(found -> assertThat(found.acceptAs()).contains("IMAGE_MAY_BE_MISSING:bookie-1"));
  }

  @Test
  void rehearsalNamesImageThatIsPulledAtEachStart() throws IOException {
    Files.writeString(
        base, own.replaceFirst("  bookie-1:\n", "  bookie-1:\n    pull_policy: always\n"));

    assertThat(driver.check(List.of(BOOKIE)))
        .filteredOn(found -> found.message().contains("IMAGE_MAY_BE_MISSING"))
        .singleElement()
        .satisfies(found -> assertThat(found.blocks()).isFalse());
    Files.writeString(base, own);
  }

  private static List<String> join(List<String> words, String... more) {
    return Stream.concat(words.stream(), Stream.of(more)).toList();
  }

  /** Which a plain {@code docker compose config} leaves out. */
  @Test
  void drivesAndChecksServiceOfAProfileThatDependsOnAnother() throws IOException {
    Path file = folder.resolve("profiles.yml");
    Files.writeString(
        file,
        own.replaceFirst("  bookie-1:\n", "  bookie-1:\n    profiles: [pulsar]\n")
            .replaceFirst(
                "profiles: .pulsar.\n", "profiles: [pulsar]\n    depends_on: [bookie-2]\n"));
    ContainerEngine.ok(
        List.of(
            "docker",
            "compose",
            "-f",
            file.toString(),
            "--profile",
            "pulsar",
            "up",
            "-d",
            "--force-recreate"));
    ComposeDriver profiles =
        new ComposeDriver(
            List.of(file), List.of(), override, Optional.empty(), Duration.ofMinutes(1));

    assertThat(profiles.configuration(BOOKIE).jvmOptions()).containsExactly("-Dmine=1");
    assertThat(profiles.check(List.of(BOOKIE))).noneMatch(Obstacle::blocks);
    profiles.stop(BOOKIE);
    assertThat(profiles.start(BOOKIE)).isInstanceOf(StepOutcome.Done.class);
    assertThat(profiles.check(List.of(BOOKIE))).noneMatch(Obstacle::blocks);
  }

  /** include, extends, env_file, .env and anchors: compose resolves all of them. */
  @Test
  void drivesAndChecksServiceThatSeveralFilesMake() throws IOException {
    Path common =
        Files.writeString(
            folder.resolve("common.yml"),
            "services:\n  server:\n"
                + ContainerEngine.service(
                    folder, "/bin/sh service.sh bookie-1 bin/apply-config-from-env.py"));
    Path included = folder.resolve("more.yml");
    Files.writeString(included, "services: {}\n");
    Path env = Files.writeString(folder.resolve(".env"), "ZK=zk:2181\n");
    Path variables =
        Files.writeString(
            folder.resolve("bookie.env"), "ledgerDirectories=" + folder + "/ledgers\n");
    Path file = folder.resolve("several.yml");
    Files.writeString(
        file,
        """
        include: [more.yml]
        x-variables: &variables
          OPTS: "-Dmine=1"
          journalDirectory: "%s/journal"
        services:
          bookie-1:
            extends: {file: common.yml, service: server}
            env_file: [bookie.env]
            environment:
              <<: *variables
              metadataServiceUri: "metadata-store:zk:${ZK}"
        """
            .formatted(folder));
    List<String> up =
        List.of("docker", "compose", "-f", file.toString(), "up", "-d", "--force-recreate");
    ContainerEngine.ok(up);
    ComposeDriver several =
        new ComposeDriver(
            List.of(file), List.of(), override, Optional.empty(), Duration.ofMinutes(1));
    NodeConfiguration before = several.configuration(BOOKIE);

    assertThat(several.check(List.of(BOOKIE))).isEmpty();
    assertThat(before.setting("metadataServiceUri")).contains("metadata-store:zk:zk:2181");
    assertThat(before.setting("ledgerDirectories")).contains(folder + "/ledgers");
    assertThat(before.jvmOptions()).containsExactly("-Dmine=1");
    several.stop(BOOKIE);
    several.configure(BOOKIE, ON_ETCD);
    assertThat(several.start(BOOKIE)).isInstanceOf(StepOutcome.Done.class);
    assertThat(several.configuration(BOOKIE).firstMissing(ON_ETCD)).isEmpty();
    assertThat(several.check(List.of(BOOKIE))).isEmpty();
    several.stop(BOOKIE);
    several.configure(BOOKIE, Settings.none());
    assertThat(several.start(BOOKIE)).isInstanceOf(StepOutcome.Done.class);
    assertThat(several.configuration(BOOKIE)).isEqualTo(before);
    assertThat(several.check(List.of(BOOKIE))).isEmpty();

    Map<Path, List<String>> changes =
        Map.of(
            env,
            List.of("zk:", "zk2:"),
            variables,
            List.of("/ledgers", "/others"),
            common,
            List.of("bin/apply-config-from-env.py", "bin/apply-config-from-env.py more"));
    for (Map.Entry<Path, List<String>> change : changes.entrySet()) {
      String text = Files.readString(change.getKey());
      Files.writeString(
          change.getKey(), text.replace(change.getValue().get(0), change.getValue().get(1)));
      assertThat(several.check(List.of(BOOKIE)))
          .as(change.getKey().toString())
          .anySatisfy(found -> assertThat(found.acceptAs()).contains("PENDING_CHANGES:bookie-1"));
      Files.writeString(change.getKey(), text);
    }
    Files.writeString(
        common,
        Files.readString(common).replace("exec /bin", "rm -rf $$ledgerDirectories; exec /bin"));
    Files.writeString(
        included,
        """
        services:
          init: {image: pulsar, command: bin/pulsar initialize-cluster-metadata}
          proxy: {image: pulsar, command: bin/pulsar proxy, environment: {zookeeperServers: zk}}
        """);
    Files.writeString(
        file,
        Files.readString(file).replace("    env_file", "    deploy: {replicas: 2}\n    env_file"));
    assertThat(several.check(List.of(BOOKIE)))
        .extracting(Obstacle::message)
        .anyMatch(text -> text.contains("deletes a bookie's files each time it starts: rm -rf"))
        .anyMatch(text -> text.contains("SET_UP_COMMAND"))
        .anyMatch(text -> text.contains("has zookeeperServers and no brokerServiceURL"))
        .anyMatch(text -> text.contains("is set to 2 containers, and a start would make as many"));
  }

  @Test
  void rehearsalNamesServiceWithoutContainer() throws IOException {
    ContainerEngine.ok(
        List.of("docker", "compose", "-f", base.toString(), "rm", "-sf", "bookie-1"));

    assertThat(driver.check(List.of(BOOKIE)))
        .filteredOn(Obstacle::blocks)
        .singleElement()
        .satisfies(found -> assertThat(found.message()).contains("has no container"));
  }

  @Test
  void rehearsalFindsNothingDuringAMove() throws IOException {
    driver.stop(BOOKIE);
    driver.configure(BOOKIE, ON_ETCD);
    driver.start(BOOKIE);

    assertThat(driver.check(List.of(BOOKIE, new Node(Component.BOOKIE, "b2:3181", "bookie-2"))))
        .isEmpty();
  }

  @Test
  void rehearsalNamesUnknownService() {
    Node foreign = new Node(Component.BOOKIE, "b9:3181", "bookie-9");

    assertThat(driver.check(List.of(foreign)))
        .filteredOn(Obstacle::blocks)
        .singleElement()
        .satisfies(found -> assertThat(found.message()).contains("bookie-9"));
    assertThat(driver.start(foreign)).isInstanceOf(StepOutcome.Failed.class);
  }

  private String service(String name) {
    return "  "
        + name
        + ":\n"
        + ContainerEngine.service(
            folder, "/bin/sh service.sh " + name + " bin/apply-config-from-env.py")
        + "    environment:\n"
        + "      OPTS: \"-Dmine=1\"\n"
        + "      journalDirectory: \""
        + folder
        + "/journal\"\n"
        + "      ledgerDirectories: \""
        + folder
        + "/ledgers\"\n"
        + "      metadataServiceUri: \"metadata-store:zk:zk:2181\"\n";
  }

  private List<String> starts(String name) throws IOException {
    Path file = folder.resolve(name + ".starts");
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }

  private static ConditionFactory patiently() {
    return await().atMost(Duration.ofMinutes(1));
  }
}
