package io.metamigrate.migrator.restart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.config.CutoverConfig;
import io.metamigrate.migrator.deployment.DeploymentFinding;
import io.metamigrate.migrator.deployment.DeploymentRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

/** The worked examples of the runbook, with stand-ins for ssh and systemd. */
@Timeout(60)
final class ExamplesTest {
  private static final Path EXAMPLES = Path.of("../runbooks/examples");
  private static final Node BOOKIE = new Node(Component.BOOKIE, "b1:3181");
  private static final Settings ON_ETCD =
      Settings.of(
          Map.of("metadataServiceUri", "metadata-store:etcd:http://e1:2379"),
          Set.of("zkServers"),
          Set.of(),
          List.of("-Da=b", "-Dc=d"));
  private static final String OWN =
      """
      # ours
      bookiePort=3181
      zkServers=zk1:2181
      metadataServiceUri=zk+hierarchical://zk1:2181/ledgers
      """;

  private final Path folder;
  private String ownEnvironment = "";
  private String environmentFile = "";

  ExamplesTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @ParameterizedTest
  @ValueSource(strings = {"systemd", "compose", "kubernetes", "helm"})
  void theConfigurationOfEachCanBeLoaded(String example) {
    Configuration configuration = Configuration.load(EXAMPLES.resolve(example + "/move.yaml"));

    assertThat(configuration.cutover().driver()).isPresent();
    assertThat(configuration.cutover().bookies()).hasSize(3);
    assertThat(configuration.cutover().brokers()).isNotEmpty();
  }

  @Test
  void systemdScriptStopsConfiguresStartsAndProbesOneNode() throws IOException {
    CommandDriver driver = systemd();

    assertThat(driver.probe(BOOKIE, NodeState.RUNNING).isDone()).isTrue();
    assertThat(driver.stop(BOOKIE).isDone()).isTrue();
    assertThat(driver.stop(BOOKIE).isDone()).as("again").isTrue();
    assertThat(driver.probe(BOOKIE, NodeState.STOPPED).isDone()).isTrue();

    assertThat(driver.configure(BOOKIE, ON_ETCD).isDone()).isTrue();
    String configured = Files.readString(conf());
    assertThat(configured)
        .contains("bookiePort=3181\n", "metadataServiceUri=metadata-store:etcd:http://e1:2379\n")
        .doesNotContain("zkServers", "zk+hierarchical");
    assertThat(Files.readString(dropIn())).contains("Environment=\"OPTS=-Da=b -Dc=d\"");
    assertThat(driver.configure(BOOKIE, ON_ETCD).isDone()).isTrue();
    assertThat(Files.readString(conf())).as("again").isEqualTo(configured);

    assertThat(driver.start(BOOKIE).isDone()).isTrue();
    assertThat(driver.probe(BOOKIE, NodeState.RUNNING).isDone()).isTrue();
  }

  @Test
  void systemdScriptRestoresOriginalFiles() throws IOException {
    CommandDriver driver = systemd();
    assertThat(driver.configure(BOOKIE, ON_ETCD).isDone()).isTrue();

    assertThat(driver.configure(BOOKIE, Settings.none()).isDone()).isTrue();

    assertThat(Files.readString(conf())).isEqualTo(OWN);
    assertThat(Files.exists(dropIn())).isFalse();
    assertThat(driver.configure(BOOKIE, Settings.none()).isDone()).as("again").isTrue();
    assertThat(Files.readString(conf())).isEqualTo(OWN);
  }

  /** A drop-in replaces a variable, and the unit may have one of its own. */
  @ParameterizedTest
  @CsvSource({
    "Environment=LANG=C \"OPTS=-Dmine=1 -Dmine=2\" A=b, -Dmine=1 -Dmine=2",
    "Environment=OPTS=-Dmine=1 LANG=C, -Dmine=1",
    "Environment=LANG=C, ''"
  })
  void systemdScriptKeepsUnitOptions(String environment, String own) throws IOException {
    ownEnvironment = environment;
    CommandDriver driver = systemd();
    NodeConfiguration before = driver.configuration(BOOKIE);
    assertThat(before.silence()).isEmpty();
    assertThat(before.setting("OPTS").orElse("")).isEqualTo(own);
    assertThat(before.setting("metadataServiceUri")).contains("zk+hierarchical://zk1:2181/ledgers");

    for (int i = 0; i < 2; i++) {
      assertThat(driver.configure(BOOKIE, ON_ETCD).isDone()).isTrue();
      assertThat(Files.readString(dropIn()))
          .contains("\"OPTS=" + (own + " -Da=b -Dc=d").strip() + "\"");
      assertThat(driver.configuration(BOOKIE).firstMissing(ON_ETCD)).isEmpty();
    }

    assertThat(driver.configure(BOOKIE, Settings.none()).isDone()).isTrue();
    assertThat(driver.configuration(BOOKIE)).isEqualTo(before);
  }

  /** By systemd's own check; the programs and the user that they name are not on this machine. */
  @ParameterizedTest
  @ValueSource(strings = {"bookkeeper.service", "pulsar-broker.service"})
  void systemdAcceptsUnitsWithDropIn(String unit) throws Exception {
    Path units = Files.createDirectories(folder.resolve("units"));
    String text = Files.readString(EXAMPLES.resolve("systemd").resolve(unit));
    Files.writeString(
        units.resolve(unit),
        text.replaceAll("ExecStart=\\S+", "ExecStart=/bin/true").replace("User=pulsar\n", ""));
    ownEnvironment = "Environment=OPTS=-Dmine=1";
    assertThat(systemd().configure(BOOKIE, ON_ETCD).isDone()).isTrue();
    Path dropIns = Files.createDirectories(units.resolve(unit + ".d"));
    Files.copy(dropIn(), dropIns.resolve("zz-metamigrate.conf"));

    ShellCommand.ShellResult verified = verify(units.resolve(unit));
    assertThat(verified.succeeded()).as(verified.tail()).isTrue();
    assertThat(verified.tail()).doesNotContain(unit + ":", "metamigrate.conf");

    Files.writeString(
        dropIns.resolve("zz-metamigrate.conf"), "[Service]\nEnvironment=\"OPTS=-Da\n");
    assertThat(verify(units.resolve(unit)).tail()).as("so that a fault is seen").isNotEmpty();
  }

  private static ShellCommand.ShellResult verify(Path unit) throws InterruptedException {
    ShellCommand shell = new ShellCommand(Duration.ofSeconds(40));
    assertThat(shell.fault("systemd-analyze"))
        .as("install it: apt-get install -y --no-install-recommends systemd")
        .isEmpty();
    return shell.run(List.of("systemd-analyze", "verify", "--man=no", unit.toString()), Map.of());
  }

  @Test
  void systemdScriptDoesNotTakeUnreachableNodeForStopped() throws IOException {
    CommandDriver unreachable = systemd("sh -c \"exit 255\" --");

    assertThat(unreachable.probe(BOOKIE, NodeState.STOPPED)).isInstanceOf(StepOutcome.Failed.class);
    assertThat(unreachable.stop(BOOKIE)).isInstanceOf(StepOutcome.Failed.class);
  }

  /** The account is bound to the role of the runbook, and nothing repeats a step that failed. */
  @Test
  void theJobOfTheChartHasTheRoleOfTheRunbook() throws IOException {
    Role role =
        Serialization.unmarshal(
            Files.readString(EXAMPLES.resolve("../kubernetes-role.yaml")), Role.class);
    List<HasMetadata> items = new ArrayList<>();
    for (String document :
        Files.readString(EXAMPLES.resolve("helm/job.yaml")).split("(?m)^---$", -1)) {
      items.add(Serialization.unmarshal(document, HasMetadata.class));
    }

    RoleBinding binding = only(items, RoleBinding.class);
    String account = only(items, ServiceAccount.class).getMetadata().getName();
    Job job = only(items, Job.class);
    assertThat(binding.getRoleRef().getName()).isEqualTo(role.getMetadata().getName());
    assertThat(binding.getSubjects().get(0).getName()).isEqualTo(account);
    assertThat(job.getSpec().getTemplate().getSpec().getServiceAccountName()).isEqualTo(account);
    assertThat(job.getSpec().getBackoffLimit()).isZero();
  }

  private static <T> T only(List<HasMetadata> items, Class<T> kind) {
    return items.stream().filter(kind::isInstance).map(kind::cast).findFirst().orElseThrow();
  }

  /** What the move gives a bookie and a broker is what the chart's values give them afterwards. */
  @Test
  void finalChartValuesMatchTheMove() throws IOException {
    Map<String, Map<String, Map<String, String>>> values =
        new Yaml().load(Files.readString(EXAMPLES.resolve("helm/values-on-etcd.yaml")));
    String bookies = "metadata-store:etcd:http://etcd:2379";
    Settings bookie = Settings.of(Map.of("metadataServiceUri", bookies), Set.of());
    Settings broker =
        Settings.of(
            Map.of(
                "metadataStoreUrl", "etcd:http://etcd:2379",
                "configurationMetadataStoreUrl", "etcd:http://etcd:2379",
                "zookeeperSessionExpiredPolicy", "shutdown"),
            Set.of(
                "zookeeperServers", "configurationStoreServers", "bookkeeperMetadataServiceUri"));

    assertThat(given(values, "bookkeeper").firstMissing(bookie)).isEmpty();
    assertThat(given(values, "autorecovery").firstMissing(bookie)).isEmpty();
    assertThat(given(values, "broker").firstMissing(broker)).isEmpty();
    assertThat(given(values, "bookkeeper").jvmOptions()).hasSize(2);
    // else its id would be the address of its pod once the chart has no ZooKeeper
    assertThat(given(values, "bookkeeper").setting("useHostNameAsBookieID")).contains("true");
  }

  /**
   * The values in their order over those of a chart in the Apache chart's shape, as Helm lays them:
   * maps are merged, and what comes later wins. No chart is rendered here.
   */
  @Test
  void chartValuesNameExistingKeysAndLeaveNoZooKeeperAddress() throws IOException {
    Map<String, Object> chart =
        new Yaml()
            .load(
                """
                components: {zookeeper: true, bookkeeper: true, autorecovery: true, broker: true, proxy: true}
                bookkeeper: {configData: {zkServers: "pulsar-zookeeper:2181", zkLedgersRootPath: /ledgers, metadataServiceUri: "zk+hierarchical://pulsar-zookeeper:2181/ledgers", PULSAR_MEM: -Xms128m}}
                autorecovery: {configData: {zkServers: "pulsar-zookeeper:2181", zkLedgersRootPath: /ledgers, metadataServiceUri: "zk+hierarchical://pulsar-zookeeper:2181/ledgers"}}
                broker:
                  configData:
                    metadataStoreUrl: "zk:pulsar-zookeeper:2181"
                    configurationMetadataStoreUrl: "zk:pulsar-zookeeper:2181"
                    zookeeperServers: "pulsar-zookeeper:2181"
                    configurationStoreServers: "pulsar-zookeeper:2181"
                    bookkeeperMetadataServiceUri: "zk+hierarchical://pulsar-zookeeper:2181/ledgers"
                    clusterName: pulsar
                proxy: {configData: {httpNumThreads: "8"}}
                """);
    for (String file :
        List.of("values-before.yaml", "values-on-etcd.yaml", "values-without-zookeeper.yaml")) {
      merge(chart, new Yaml().load(Files.readString(EXAMPLES.resolve("helm").resolve(file))), "");
    }

    assertThat(new Yaml().dump(chart).replace("zookeeper: false", ""))
        .doesNotContain("pulsar-zookeeper", "zk:", "zk+")
        .contains("PULSAR_MEM", "clusterName: pulsar", "brokerServiceURL", "httpServerEnabled");
  }

  /** What is above the settings themselves must be there; a misspelt key would do nothing. */
  @SuppressWarnings("unchecked")
  private static void merge(Map<String, Object> chart, Map<String, Object> values, String path) {
    values.forEach(
        (key, value) -> {
          if (!path.endsWith(".configData")) {
            assertThat(chart).as("the chart's values at " + path).containsKey(key);
          }
          if (value instanceof Map<?, ?> map && chart.get(key) instanceof Map<?, ?> present) {
            merge((Map<String, Object>) present, (Map<String, Object>) map, path + "." + key);
          } else {
            chart.put(key, value);
          }
        });
  }

  private static NodeConfiguration given(
      Map<String, Map<String, Map<String, String>>> values, String component) {
    return NodeConfiguration.of(
        values.getOrDefault(component, Map.of()).getOrDefault("configData", Map.of()),
        Map.of(),
        Optional.empty());
  }

  @Test
  void composeFileHasNoBlocker() throws IOException {
    Path example = EXAMPLES.resolve("compose");
    CutoverConfig config = Configuration.load(example.resolve("move.yaml")).cutover();
    List<Node> nodes = new ArrayList<>();
    config.bookies().forEach(one -> nodes.add(new Node(Component.BOOKIE, one.id(), one.node())));
    config.brokers().forEach(one -> nodes.add(new Node(Component.BROKER, one.id(), one.node())));

    List<DeploymentFinding> found =
        DeploymentRules.of(
            ComposeWorkloads.of(rendered(example.resolve("docker-compose.yaml")), nodes, Map.of()));

    assertThat(found)
        .filteredOn(finding -> finding.level() != DeploymentFinding.Severity.WARNING)
        .isEmpty();
    assertThat(found)
        .anyMatch(
            finding ->
                finding.id().equals("SET_UP_COMMAND") && finding.remedy().contains("--no-deps"));
  }

  /** As {@code docker compose config} prints it: volumes are objects. */
  private static ObjectNode rendered(Path file) throws IOException {
    Map<String, Object> loaded = new Yaml().load(Files.readString(file));
    ObjectNode whole = new ObjectMapper().valueToTree(loaded);
    whole
        .path("services")
        .forEach(
            service -> {
              if (service.get("volumes") instanceof ArrayNode volumes) {
                for (int i = 0; i < volumes.size(); i++) {
                  String[] parts = volumes.get(i).asText().split(":", 2);
                  ObjectNode volume = new ObjectMapper().createObjectNode();
                  volume.put("type", "volume").put("source", parts[0]).put("target", parts[1]);
                  volumes.set(i, volume);
                }
              }
            });
    return whole;
  }

  private CommandDriver systemd() throws IOException {
    return systemd("sh -c");
  }

  /** systemd reads such a file after each {@code Environment=}, and a later file after it. */
  @Test
  void systemdScriptKeepsOptionsOfAnEnvironmentFile() throws IOException {
    environmentFile = folder.resolve("default").toString();
    Files.writeString(folder.resolve("default"), "LANG=C\nOPTS=\"-Dmine=1 -Dmine=2\"\n");
    CommandDriver driver = systemd();
    NodeConfiguration before = driver.configuration(BOOKIE);
    assertThat(before.jvmOptions()).containsExactly("-Dmine=1", "-Dmine=2");

    for (int i = 0; i < 2; i++) {
      assertThat(driver.configure(BOOKIE, ON_ETCD).isDone()).isTrue();
      assertThat(driver.configuration(BOOKIE).jvmOptions())
          .containsExactly("-Dmine=1", "-Dmine=2", "-Da=b", "-Dc=d");
    }
    assertThat(driver.configure(BOOKIE, Settings.none()).isDone()).isTrue();

    assertThat(driver.configuration(BOOKIE)).isEqualTo(before);
    assertThat(dropIn()).doesNotExist();
    assertThat(dropIn().resolveSibling("zz-metamigrate.env")).doesNotExist();
  }

  /** A node in a folder, with a systemctl that keeps in a file which unit is active. */
  private CommandDriver systemd(String ssh) throws IOException {
    Path programs = Files.createDirectories(folder.resolve("programs"));
    Path active = folder.resolve("active");
    Path systemctl = programs.resolve("systemctl");
    Files.writeString(
        systemctl,
        """
        #!/bin/sh
        case $1 in
          stop) rm -f %1$s ;;
          start) echo "$2" >%1$s ;;
          is-active) test "$(cat %1$s 2>/dev/null)" = "$3" ;;
          daemon-reload) : ;;
          show) case "$*" in
            *EnvironmentFiles*) for file in %4$s; do echo "$file (ignore_errors=no)"; done
              sed -n 's/^EnvironmentFile=\\(.*\\)/\\1 (ignore_errors=no)/p' %2$s 2>/dev/null; true ;;
            *) { cat %2$s 2>/dev/null || echo '%3$s'; } | sed -n 's/^Environment=//p' ;;
            esac ;;
          *) exit 1 ;;
        esac
        """
            .formatted(active, dropIn(), ownEnvironment, environmentFile));
    Files.setPosixFilePermissions(systemctl, PosixFilePermissions.fromString("rwx------"));
    Files.writeString(active, "bookkeeper.service\n");
    Files.createDirectories(conf().getParent());
    Files.writeString(conf(), OWN);
    String node =
        "PATH=%s:$PATH EXAMPLE_ROOT=%s EXAMPLE_LIBRARY=%s EXAMPLE_SSH='%s' sh %s "
            .formatted(
                programs,
                folder,
                library(),
                ssh,
                EXAMPLES.resolve("systemd/node").toAbsolutePath());
    return new CommandDriver(
        node + "stop",
        node + "configure",
        node + "start",
        Optional.of(node + "probe"),
        Optional.of(node + "show"),
        Optional.empty(),
        folder.resolve("state"),
        Duration.ofSeconds(30));
  }

  /** As the page has them copied to the node. */
  private Path library() throws IOException {
    Path library = Files.createDirectories(folder.resolve("library"));
    for (Path script :
        List.of(Path.of("bin/apply-settings"), EXAMPLES.resolve("systemd/apply-options"))) {
      Files.copy(
          script,
          library.resolve(script.getFileName()),
          java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }
    return library;
  }

  private Path conf() {
    return folder.resolve("opt/pulsar/conf/bookkeeper.conf");
  }

  private Path dropIn() {
    return folder.resolve("etc/systemd/system/bookkeeper.service.d/zz-metamigrate.conf");
  }
}
