package io.metamigrate.restart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.metamigrate.migrator.config.CommandDriverConfig;
import io.metamigrate.migrator.restart.Component;
import io.metamigrate.migrator.restart.Drivers;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.migrator.restart.NodeConfiguration;
import io.metamigrate.migrator.restart.NodeState;
import io.metamigrate.migrator.restart.Obstacle;
import io.metamigrate.migrator.restart.RestartDriver;
import io.metamigrate.migrator.restart.Settings;
import io.metamigrate.migrator.restart.ShellCommand;
import io.metamigrate.migrator.restart.StepOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The scripts, the play and the units of the example on a host whose first process is a real
 * systemd, in a container that uses this machine's own programs. What a unit runs is a stand-in
 * that writes down the file and the options that it was started with.
 */
@Tag("campaign")
@Timeout(600)
final class SystemdCampaignTest {
  private static final Path EXAMPLE = Path.of("../../runbooks/examples/systemd");
  private static final String NAME = "metamigrate-systemd-test";
  private static final Node BOOKIE = new Node(Component.BOOKIE, "b1:3181");
  private static final String OWN =
      "# ours\nzkServers=zk1:2181\nmetadataServiceUri=zk+hierarchical://zk1:2181/ledgers\n";

  /** What a move gives a bookie of the example. */
  static final Settings ON_ETCD =
      Settings.of(
          Map.of("metadataServiceUri", "metadata-store:etcd:http://e1:2379"),
          Set.of("zkServers"),
          Set.of(),
          List.of("-Da=b", "-Dc=d"));

  @TempDir Path folder;

  /** In a hierarchy of its own; systemd must not see this machine's groups. */
  private static final String FIRST =
      """
      mount -t tmpfs tmpfs /run && mount -t tmpfs cgroup /sys/fs/cgroup || exit 1
      if ! mount -t cgroup2 cgroup /sys/fs/cgroup/unified 2>/dev/null; then
        mkdir -p /sys/fs/cgroup/systemd
        mount -t cgroup -o none,name=systemd cgroup /sys/fs/cgroup/systemd || exit 1
      fi
      exec /lib/systemd/systemd --system
      """;

  private static final String SERVER =
      """
      #!/bin/sh
      cp /opt/pulsar/conf/bookkeeper.conf /opt/pulsar/started.conf
      echo "$OPTS" >/opt/pulsar/started.options
      exec sleep 100000
      """;

  @BeforeEach
  void host() throws IOException {
    ContainerEngine.require();
    ContainerEngine.makeImage(Files.createDirectories(folder.resolve("image")));
    Path etc = Files.createDirectories(folder.resolve("etc/systemd/system"));
    for (String name : List.of("passwd", "group", "nsswitch.conf", "ld.so.cache")) {
      Files.copy(Path.of("/etc", name), folder.resolve("etc").resolve(name));
    }
    Files.createFile(folder.resolve("etc/machine-id"));
    for (String unit : List.of("bookkeeper.service", "pulsar-broker.service")) {
      // the account is not on this machine
      Files.writeString(
          etc.resolve(unit),
          Files.readString(EXAMPLE.resolve(unit))
              .replace("User=pulsar\n", "Environment=\"OPTS=-Dmine=1 -Dmine=2\" LANG=C\n"));
    }
    Path pulsar = folder.resolve("opt/pulsar");
    Files.createDirectories(pulsar.resolve("bin"));
    Files.writeString(pulsar.resolve("bin/pulsar"), SERVER);
    assertThat(pulsar.resolve("bin/pulsar").toFile().setExecutable(true)).isTrue();
    Files.writeString(
        Files.createDirectories(pulsar.resolve("conf")).resolve("bookkeeper.conf"), OWN);
    Path library = Files.createDirectories(folder.resolve("opt/library"));
    Files.copy(EXAMPLE.resolve("apply-options"), library.resolve("apply-options"));
    Files.copy(Path.of("../../migrator/bin/apply-settings"), library.resolve("apply-settings"));
    Files.copy(EXAMPLE.resolve("play.yaml"), library.resolve("play.yaml"));
    Files.createDirectories(folder.resolve("var/lib"));
    ContainerEngine.ok(
        List.of(
            "docker",
            "run",
            "-d",
            "--name",
            NAME,
            "--network",
            "none",
            "-e",
            "container=docker",
            "--cap-add",
            "SYS_ADMIN",
            "--security-opt",
            "seccomp=unconfined",
            "--security-opt",
            "apparmor=unconfined",
            "--tmpfs",
            "/run",
            "--tmpfs",
            "/tmp",
            "-v",
            "/usr:/usr:ro",
            "-v",
            "/bin:/bin:ro",
            "-v",
            "/sbin:/sbin:ro",
            "-v",
            "/lib:/lib:ro",
            "-v",
            "/lib64:/lib64:ro",
            "-v",
            folder.resolve("etc") + ":/etc",
            // where Debian's /usr/bin/awk points to
            "-v",
            "/etc/alternatives:/etc/alternatives:ro",
            "-v",
            folder.resolve("opt") + ":/opt",
            "-v",
            folder.resolve("var") + ":/var",
            ContainerEngine.IMAGE,
            "/bin/sh",
            "-c",
            FIRST));
    await("systemd is up")
        .atMost(Duration.ofMinutes(2))
        .until(
            () ->
                new ShellCommand(Duration.ofSeconds(20))
                    .run("docker exec " + NAME + " systemctl is-system-running", Map.of())
                    .tail()
                    .matches("(?s).*(running|degraded).*"));
  }

  @AfterEach
  void down() throws IOException {
    ContainerEngine.ok(List.of("docker", "rm", "-f", NAME));
  }

  @Test
  void scriptsStopConfigureStartAndRestoreUnitOfRealSystemd() throws Exception {
    assertThat(ContainerEngine.ok(List.of("docker", "exec", NAME, "cat", "/proc/1/comm")))
        .isEqualTo("systemd");
    try (RestartDriver driver = driver()) {
      done(driver.start(BOOKIE));
      done(driver.probe(BOOKIE, NodeState.RUNNING));
      NodeConfiguration before = driver.configuration(BOOKIE);
      assertThat(before.jvmOptions()).containsExactly("-Dmine=1", "-Dmine=2");

      for (int i = 0; i < 2; i++) {
        done(driver.stop(BOOKIE));
        done(driver.probe(BOOKIE, NodeState.STOPPED));
      }
      for (int i = 0; i < 2; i++) {
        done(driver.configure(BOOKIE, ON_ETCD));
        assertThat(driver.configuration(BOOKIE).firstMissing(ON_ETCD)).isEmpty();
      }
      done(driver.start(BOOKIE));

      awaitStarted("started.options", "-Dmine=1 -Dmine=2 -Da=b -Dc=d\n");
      assertThat(folder.resolve("opt/pulsar/started.conf"))
          .content()
          .contains("metadataServiceUri=metadata-store:etcd:http://e1:2379")
          .doesNotContain("zk1");
      done(driver.stop(BOOKIE));
      done(driver.configure(BOOKIE, Settings.none()));
      done(driver.start(BOOKIE));
      awaitStarted("started.options", "-Dmine=1 -Dmine=2\n");
      assertThat(folder.resolve("opt/pulsar/started.conf")).hasContent(OWN);
      assertThat(driver.configuration(BOOKIE)).isEqualTo(before);
      assertThat(folder.resolve("etc/systemd/system/bookkeeper.service.d/zz-metamigrate.conf"))
          .doesNotExist();
    }
  }

  /**
   * What {@code systemctl edit} writes comes after most names; a file of variables wins over all.
   */
  @Test
  void keepsOptionsOfDropInsAndEnvironmentFiles() throws Exception {
    Path override = folder.resolve("etc/systemd/system/bookkeeper.service.d/override.conf");
    Files.createDirectories(override.getParent());
    Files.writeString(override, "[Service]\nEnvironment=\"OPTS=-Dover=1\"\n");
    reload();
    try (RestartDriver driver = driver()) {
      assertThat(driver.configuration(BOOKIE).jvmOptions()).containsExactly("-Dover=1");
      done(driver.configure(BOOKIE, ON_ETCD));
      done(driver.start(BOOKIE));
      awaitStarted("started.options", "-Dover=1 -Da=b -Dc=d\n");
      done(driver.stop(BOOKIE));
      done(driver.configure(BOOKIE, Settings.none()));

      Files.writeString(folder.resolve("etc/bookkeeper-variables"), "OPTS=\"-Dfile=1 -Dfile=2\"\n");
      Files.writeString(override, "[Service]\nEnvironmentFile=-/etc/bookkeeper-variables\n");
      reload();
      NodeConfiguration before = driver.configuration(BOOKIE);
      assertThat(before.jvmOptions()).containsExactly("-Dfile=1", "-Dfile=2");
      for (int i = 0; i < 2; i++) {
        done(driver.configure(BOOKIE, ON_ETCD));
        assertThat(driver.configuration(BOOKIE).firstMissing(ON_ETCD)).isEmpty();
      }
      done(driver.start(BOOKIE));
      awaitStarted("started.options", "-Dfile=1 -Dfile=2 -Da=b -Dc=d\n");
      done(driver.stop(BOOKIE));
      done(driver.configure(BOOKIE, Settings.none()));
      done(driver.start(BOOKIE));
      awaitStarted("started.options", "-Dfile=1 -Dfile=2\n");
      assertThat(driver.configuration(BOOKIE)).isEqualTo(before);
      done(driver.stop(BOOKIE));
    }
  }

  @Test
  void rehearsalNamesWhatRestartsTheUnit() throws Exception {
    try (RestartDriver driver = driver()) {
      done(driver.start(BOOKIE));
      assertThat(driver.check(List.of(BOOKIE))).noneMatch(Obstacle::blocks);

      Path units = folder.resolve("etc/systemd/system");
      Files.writeString(
          units.resolve("bk.timer"), "[Timer]\nOnActiveSec=1d\nUnit=bookkeeper.service\n");
      Files.writeString(
          units.resolve("nightly.service"), "[Service]\nExecStart=systemctl restart bookkeeper\n");
      Files.writeString(
          units.resolve("beside.service"),
          "[Unit]\nRequires=bookkeeper.service\n[Service]\nExecStart=/bin/sleep 100000\n");
      Files.writeString(
          Files.createDirectories(folder.resolve("etc/cron.d")).resolve("watch"),
          "* * * * * root systemctl is-active bookkeeper || systemctl start bookkeeper\n");
      reload();
      ContainerEngine.ok(
          List.of("docker", "exec", NAME, "systemctl", "start", "bk.timer", "beside.service"));

      assertThat(driver.check(List.of(BOOKIE)))
          .filteredOn(Obstacle::blocks)
          .allSatisfy(found -> assertThat(found.acceptAs()).contains("RESTARTED_BY_OTHERS:b1:3181"))
          .extracting(Obstacle::message)
          .anyMatch(text -> text.contains("by bk.timer"))
          .anyMatch(text -> text.contains("by /etc/systemd/system/nightly.service"))
          .anyMatch(text -> text.contains("tied to beside.service"))
          .anyMatch(text -> text.contains("by /etc/cron.d/watch"));

      Files.writeString(
          units.resolve("bookkeeper.service"),
          Files.readString(units.resolve("bookkeeper.service")).replace("LANG=C", "LANG=C A=b"));
      assertThat(driver.check(List.of(BOOKIE)))
          .anySatisfy(found -> assertThat(found.acceptAs()).contains("PENDING_CHANGES:b1:3181"));
    }
  }

  /** An instance of a template, with a drop-in and variables in a file of /etc/sysconfig. */
  @Test
  void instanceOfATemplateIsMovedAndItsFaultsAreNamed() throws Exception {
    Path units = folder.resolve("etc/systemd/system");
    Files.move(units.resolve("bookkeeper.service"), units.resolve("bookkeeper@.service"));
    Path dropIn =
        Files.writeString(
            Files.createDirectories(units.resolve("bookkeeper@.service.d")).resolve("own.conf"),
            "[Service]\nEnvironmentFile=-/etc/sysconfig/bookkeeper-%i\n");
    Path variables =
        Files.writeString(
            Files.createDirectories(folder.resolve("etc/sysconfig")).resolve("bookkeeper-1"),
            "OPTS=\"-Dfile=1\"\nDATA=/srv/ledgers\nADMIN_PASSWORD=/not/shown\n");
    Files.writeString(
        folder.resolve("opt/pulsar/conf/bookkeeper.conf"),
        OWN + "journalDirectory=/srv/journal\nledgerDirectories=/srv/ledgers\n");
    Path node =
        Files.writeString(
            folder.resolve("node"),
            Files.readString(EXAMPLE.resolve("node"))
                .replace(
                    "unit=bookkeeper.service", "unit=bookkeeper@${METAMIGRATE_PORT#318}.service"));
    reload();
    try (RestartDriver driver = driver(node)) {
      assertThat(driver.check(List.of(BOOKIE))).noneMatch(Obstacle::blocks);
      NodeConfiguration before = driver.configuration(BOOKIE);
      assertThat(before.jvmOptions()).containsExactly("-Dfile=1");
      done(driver.configure(BOOKIE, ON_ETCD));
      assertThat(driver.configuration(BOOKIE).firstMissing(ON_ETCD)).isEmpty();
      done(driver.start(BOOKIE));
      awaitStarted("started.options", "-Dfile=1 -Da=b -Dc=d\n");
      assertThat(units.resolve("bookkeeper@1.service.d/zz-metamigrate.conf")).exists();
      assertThat(dropIn.resolveSibling("zz-metamigrate.conf")).doesNotExist();
      done(driver.stop(BOOKIE));
      done(driver.configure(BOOKIE, Settings.none()));
      assertThat(driver.configuration(BOOKIE)).isEqualTo(before);
      assertThat(driver.check(List.of(BOOKIE))).noneMatch(Obstacle::blocks);

      Files.writeString(
          variables, Files.readString(variables) + "PULSAR_BOOKKEEPER_CONF='/etc/bk/1.conf'\n");
      Path script =
          Files.writeString(
              folder.resolve("opt/before"),
              "#!/bin/sh\nbin/bookkeeper shell bookieformat -nonInteractive -force\n");
      assertThat(script.toFile().setExecutable(true)).isTrue();
      Files.writeString(
          folder.resolve("opt/pulsar/conf/pulsar_env.sh"),
          "# OPTS=$OPTS\nPASSWORD=x\nexport OPTS=\"-Dother=1\"\n");
      Files.writeString(
          dropIn,
          Files.readString(dropIn)
              + "ExecStartPre=/bin/rm -rf ${DATA}/current\nExecStartPre=/opt/before\n"
              + "TemporaryFileSystem=/srv/journal\n");
      reload();

      assertThat(driver.check(List.of(BOOKIE)))
          .filteredOn(Obstacle::blocks)
          .extracting(Obstacle::message)
          .hasSize(5)
          .anyMatch(text -> text.contains("deletes a bookie's files each time it starts: /bin/rm"))
          .anyMatch(text -> text.contains("runs bookieformat with force"))
          .anyMatch(text -> text.contains("keeps /srv/journal on TemporaryFileSystem="))
          .anyMatch(text -> text.contains("reads /etc/bk/1.conf"))
          .anyMatch(text -> text.contains("sets OPTS in bkenv.sh or pulsar_env.sh"));
    }
  }

  private static void reload() throws IOException {
    ContainerEngine.ok(List.of("docker", "exec", NAME, "systemctl", "daemon-reload"));
  }

  /** A killed server is started again by its unit, a stopped one is not. */
  @Test
  void unitRestartsBookieThatEndsByItself() throws Exception {
    try (RestartDriver driver = driver()) {
      done(driver.start(BOOKIE));
      String first = processOfUnit();
      ContainerEngine.ok(List.of("docker", "exec", NAME, "kill", "-9", first));
      await("it is started again")
          .atMost(Duration.ofMinutes(1))
          .until(() -> !List.of(first, "0").contains(processOfUnit()));
      done(driver.stop(BOOKIE));
      assertThat(processOfUnit()).isEqualTo("0");
    }
  }

  @Test
  void playConfiguresUnitAndChangesNothingTheSecondTime() throws Exception {
    assertThat(new ShellCommand(Duration.ofSeconds(20)).fault("ansible-playbook"))
        .as("install it: apt-get install -y --no-install-recommends ansible-core")
        .isEmpty();
    Files.writeString(
        folder.resolve("opt/given.properties"),
        "metadataServiceUri=metadata-store:etcd:http://e1:2379\n");

    assertThat(play()).contains("changed=3", "failed=0");
    assertThat(play()).contains("changed=0", "failed=0");

    try (RestartDriver driver = driver()) {
      done(driver.start(BOOKIE));
      awaitStarted("started.options", "-Dmine=1 -Dmine=2 -Da=b\n");
    }
  }

  /** On the host itself, as Ansible does by ssh. */
  private static String play() throws IOException {
    return ContainerEngine.ok(
        List.of(
            "docker",
            "exec",
            "-e",
            "HOME=/tmp",
            "-e",
            "LC_ALL=C.UTF-8",
            "-e",
            "EXAMPLE_LIBRARY=/opt/library",
            "-e",
            "METAMIGRATE_REMOVE=zkServers",
            "-e",
            "METAMIGRATE_JVM_OPTIONS=-Da=b",
            NAME,
            "/usr/bin/ansible-playbook",
            "-i",
            "localhost,",
            "-c",
            "local",
            "/opt/library/play.yaml",
            "-e",
            "component=bookie",
            "-e",
            "settings=/opt/given.properties",
            "-e",
            "ansible_become=false"));
  }

  private static String processOfUnit() throws IOException {
    return ContainerEngine.ok(
        List.of(
            "docker",
            "exec",
            NAME,
            "systemctl",
            "show",
            "bookkeeper",
            "--property=MainPID",
            "--value"));
  }

  private RestartDriver driver() {
    return driver(EXAMPLE.resolve("node"));
  }

  private RestartDriver driver(Path script) {
    String node =
        "EXAMPLE_LIBRARY=/opt/library EXAMPLE_SSH='docker exec -i %s sh -c' sh %s "
            .formatted(NAME, script.toAbsolutePath().normalize());
    return Drivers.of(
        new CommandDriverConfig(
            node + "stop",
            node + "configure",
            node + "start",
            Optional.of(node + "probe"),
            Optional.of(node + "show"),
            Optional.of(node + "describe"),
            Duration.ofMinutes(2)),
        folder.resolve("state"),
        any -> true);
  }

  private void awaitStarted(String file, String content) {
    await(file)
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(
            () -> assertThat(folder.resolve("opt/pulsar").resolve(file)).hasContent(content));
  }

  private static void done(StepOutcome outcome) {
    assertThat(outcome.isDone()).as(outcome.text()).isTrue();
  }
}
