package io.metamigrate.migrator.restart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
final class CommandDriverTest {
  private static final Node BOOKIE = new Node(Component.BOOKIE, "b1:3181");
  private static final Settings SETTINGS =
      Settings.of(
          Map.of("metadataStoreUrl", "etcd:http://e:2379", "odd.name-x", " a'; touch pwned; '\\"),
          Set.of("zookeeperServers", "globalZookeeperServers"),
          Set.of("gcWaitTime"),
          List.of("-Da=b", "-Dc=d"));

  private final Path folder;

  CommandDriverTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void runsTheTemplateOfTheAction() throws Exception {
    Path log = folder.resolve("log");
    CommandDriver driver =
        driver("echo stop {id} >>" + log, "true", "echo start {host} {port} {component} >>" + log);

    assertThat(driver.stop(BOOKIE)).isInstanceOf(StepOutcome.Done.class);
    assertThat(driver.start(BOOKIE)).isInstanceOf(StepOutcome.Done.class);

    assertThat(Files.readAllLines(log)).containsExactly("stop b1:3181", "start b1 3181 bookie");
  }

  /** The settings file is what the commands of the process that has the lock now read. */
  @Test
  void changesNothingAfterLosingTheLock() throws Exception {
    Path log = folder.resolve("log");
    CommandDriver driver = driver("true", "cp $METAMIGRATE_SETTINGS_FILE " + log, "true");
    assertThat(driver.configure(BOOKIE, SETTINGS).isDone()).isTrue();
    driver.confirmBefore(
        () -> {
          throw new IllegalStateException("the lock is lost");
        });

    assertThatThrownBy(() -> driver.configure(BOOKIE, Settings.none()))
        .hasMessage("the lock is lost");

    CommandDriver other = driver("true", "true", "cp $METAMIGRATE_SETTINGS_FILE " + log);
    assertThat(other.start(BOOKIE).isDone()).isTrue();
    assertThat(Files.readString(log)).contains("metadataStoreUrl");
  }

  @Test
  void passesSettingsInTheEnvironment() throws Exception {
    Path log = folder.resolve("log");
    CommandDriver driver = driver("true", "env | grep ^METAMIGRATE_ >" + log, "true");

    assertThat(driver.configure(BOOKIE, SETTINGS)).isInstanceOf(StepOutcome.Done.class);

    assertThat(Files.readAllLines(log))
        .contains(
            "METAMIGRATE_ACTION=configure",
            "METAMIGRATE_COMPONENT=bookie",
            "METAMIGRATE_ID=b1:3181",
            "METAMIGRATE_HOST=b1",
            "METAMIGRATE_PORT=3181",
            "METAMIGRATE_REMOVE=globalZookeeperServers,zookeeperServers",
            "METAMIGRATE_RESTORE=gcWaitTime",
            "METAMIGRATE_JVM_OPTIONS=-Da=b -Dc=d",
            "METAMIGRATE_SET_metadataStoreUrl=etcd:http://e:2379",
            "METAMIGRATE_SET_odd_name_x= a'; touch pwned; '\\");
  }

  @Test
  void passesSettingsInAnOwnerOnlyPropertiesFile() throws Exception {
    Path copy = folder.resolve("copy");
    Path mode = folder.resolve("mode");
    CommandDriver driver =
        driver("true", "cp {settings} " + copy + " && stat -c %a {settings} >" + mode, "true");

    assertThat(driver.configure(BOOKIE, SETTINGS)).isInstanceOf(StepOutcome.Done.class);

    Properties read = new Properties();
    read.load(new StringReader(Files.readString(copy)));
    assertThat(read).containsExactlyInAnyOrderEntriesOf(SETTINGS.set());
    assertThat(Files.readString(mode)).isEqualTo("600\n");
    assertThat(Files.getPosixFilePermissions(new SettingsFile(folder.resolve("state")).of(BOOKIE)))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void neverInterpolatesValuesIntoTheCommand() {
    CommandDriver driver =
        driver("true", "cd " + folder + " && echo {remove} $METAMIGRATE_SET_odd_name_x", "true");

    assertThat(driver.configure(BOOKIE, SETTINGS)).isInstanceOf(StepOutcome.Done.class);

    assertThat(folder.resolve("pwned")).doesNotExist();
  }

  @Test
  void failedCommandReportsNodeAndLastLines() {
    CommandDriver driver = driver("echo connecting; echo no route >&2; exit 255", "true", "true");

    assertThat(driver.stop(BOOKIE))
        .isEqualTo(
            new StepOutcome.Failed("stop of bookie b1:3181 ended with 255: connecting\nno route"));
  }

  @Test
  void timeoutIsAFailure() {
    CommandDriver driver =
        new CommandDriver(
            "sleep 600",
            "true",
            "true",
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            folder,
            Duration.ofMillis(300));

    assertThat(driver.stop(BOOKIE))
        .isEqualTo(
            new StepOutcome.Failed(
                "stop of bookie b1:3181 did not end in time and printed nothing"));
  }

  @Test
  void theProbeDistinguishesRunningStoppedAndUnknown() {
    assertThat(probing("exit 0").probe(BOOKIE, NodeState.RUNNING))
        .isInstanceOf(StepOutcome.Done.class);
    assertThat(probing("exit 0").probe(BOOKIE, NodeState.STOPPED))
        .isInstanceOf(StepOutcome.NotYet.class);
    assertThat(probing("exit 3").probe(BOOKIE, NodeState.STOPPED))
        .isInstanceOf(StepOutcome.Done.class);
    assertThat(probing("exit 3").probe(BOOKIE, NodeState.RUNNING))
        .isInstanceOf(StepOutcome.NotYet.class);
    assertThat(probing("exit 255").probe(BOOKIE, NodeState.STOPPED))
        .isInstanceOf(StepOutcome.Failed.class);
  }

  @Test
  void reportsUnknownStateWithoutAProbeCommand() {
    assertThat(driver("true", "true", "true").probe(BOOKIE, NodeState.RUNNING))
        .isInstanceOf(StepOutcome.NotYet.class);
  }

  @Test
  void rehearsalFindsSyntaxErrorsAndUnknownPlaceholdersWithoutRunningThem() {
    Path ran = folder.resolve("ran");
    CommandDriver driver =
        driver("touch " + ran + "; if {id}", "ssh {hots} x", "touch " + ran + " {id}");

    List<Obstacle> found = driver.check(List.of(BOOKIE));

    assertThat(found)
        .filteredOn(Obstacle::blocks)
        .extracting(Obstacle::subject)
        .containsExactly("cutover.driver.stop", "cutover.driver.configure");
    assertThat(found)
        .filteredOn(obstacle -> !obstacle.blocks())
        .extracting(Obstacle::subject)
        .containsExactly("cutover.driver.probe", "cutover.driver", "cutover.driver.show");
    assertThat(ran).doesNotExist();
  }

  @Test
  void rehearsalReadsWhatTheHostReports() throws Exception {
    Path shown = Files.writeString(folder.resolve("b1"), "LoadState=loaded\nTriggeredBy=x.timer\n");
    CommandDriver driver = describing(Optional.of("echo a=b"), "cat " + folder + "/{host}");

    assertThat(driver.check(List.of(BOOKIE)))
        .filteredOn(Obstacle::blocks)
        .singleElement()
        .satisfies(
            found -> assertThat(found.acceptAs()).contains("RESTARTED_BY_OTHERS:" + BOOKIE.id()));

    Files.delete(shown);
    assertThat(driver.check(List.of(BOOKIE)))
        .filteredOn(Obstacle::blocks)
        .singleElement()
        .satisfies(
            found -> {
              assertThat(found.message()).contains("describe of bookie b1:3181 ended with 1");
              assertThat(found.acceptAs()).isEmpty();
            });
  }

  /** Where its bookie keeps data is in the file that `show` prints. */
  @Test
  void rehearsalKnowsTheFoldersThatAUnitDeletes() throws Exception {
    Files.writeString(
        folder.resolve("b1"),
        """
        ExecStart={ path=x ; argv[]=/opt/pulsar/bin/pulsar bookie ; ignore_errors=no }
        ExecStartPre={ path=x ; argv[]=/bin/rm -rf /mnt/ledgers ; ignore_errors=no }
        """);
    String describe = "cat " + folder + "/{host}";

    assertThat(
            describing(Optional.of("echo ledgerDirectories=/mnt/ledgers"), describe)
                .check(List.of(BOOKIE)))
        .filteredOn(Obstacle::blocks)
        .singleElement()
        .satisfies(found -> assertThat(found.message()).contains("STORE_FORMAT_FORCED"));
    assertThat(
            describing(Optional.of("echo ledgerDirectories=/mnt/others"), describe)
                .check(List.of(BOOKIE)))
        .noneMatch(Obstacle::blocks);
  }

  /** A broker that ends with its session is started again by its unit, or stays down. */
  @ParameterizedTest
  @CsvSource({"always, true", "on-failure, true", "no, false", "on-success, false", "'', false"})
  void supervisorIsKnownByThePolicyOfTheUnit(String policy, boolean startsAgain) {
    CommandDriver driver = describing(Optional.empty(), "echo Restart=" + policy);

    assertThat(driver.startsAgain(BOOKIE)).isEqualTo(startsAgain);
  }

  @Test
  void failureOfDescribeIsNoAnswer() {
    String once = "test -e asked || { touch asked; exit 255; }; echo Restart=always";
    CommandDriver driver = describing(Optional.empty(), "cd " + folder + "; " + once);

    assertThat(driver.startsAgain(BOOKIE)).isFalse();
    assertThat(driver.startsAgain(BOOKIE)).isTrue();
    assertThat(driver.startsAgain(BOOKIE)).as("known by now").isTrue();
  }

  @Test
  void rehearsalFindsDirectoryWithSpaces() {
    CommandDriver driver =
        new CommandDriver(
            "true",
            "cat {settings}",
            "true",
            Optional.of("true"),
            Optional.empty(),
            Optional.empty(),
            folder.resolve("my state"),
            Duration.ofSeconds(5));

    assertThat(driver.check(List.of(BOOKIE)))
        .filteredOn(Obstacle::blocks)
        .singleElement()
        .satisfies(found -> assertThat(found.message()).contains("{settings}"));
  }

  @Test
  void readsOutputOfShowCommand() throws Exception {
    String lines = "a=b\\n".repeat(2_000);
    NodeConfiguration shown =
        showing(
                "printf '# own\\nmetadataServiceUri = zk+hierarchical://z/ledgers\\n"
                    + lines
                    + "OPTS=-Da=b -Dc=d\\n'; echo noise >&2")
            .configuration(BOOKIE);

    assertThat(shown.silence()).isEmpty();
    assertThat(shown.setting("metadataServiceUri")).contains("zk+hierarchical://z/ledgers");
    assertThat(shown.jvmOptions()).containsExactly("-Da=b", "-Dc=d");
    assertThat(shown.digests()).containsOnlyKeys("what show prints");
  }

  @Test
  void failedOrSilentShowCommandShowsNothing() {
    assertThat(showing("echo no route; exit 255").configuration(BOOKIE).silence().orElseThrow())
        .contains("show of bookie b1:3181 ended with 255");
    assertThat(showing("true").configuration(BOOKIE).silence()).isPresent();
    assertThat(driver("true", "true", "true").configuration(BOOKIE).silence()).isPresent();
  }

  private CommandDriver describing(Optional<String> show, String describe) {
    return new CommandDriver(
        "true",
        "true",
        "true",
        Optional.of("true"),
        show,
        Optional.of(describe),
        folder.resolve("state"),
        Duration.ofSeconds(20));
  }

  private CommandDriver showing(String show) {
    return new CommandDriver(
        "true",
        "true",
        "true",
        Optional.empty(),
        Optional.of(show),
        Optional.empty(),
        folder.resolve("state"),
        Duration.ofSeconds(10));
  }

  private CommandDriver driver(String stop, String configure, String start) {
    return new CommandDriver(
        stop,
        configure,
        start,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        folder.resolve("state"),
        Duration.ofSeconds(10));
  }

  private CommandDriver probing(String command) {
    return new CommandDriver(
        "true",
        "true",
        "true",
        Optional.of(command),
        Optional.empty(),
        Optional.empty(),
        folder.resolve("state"),
        Duration.ofSeconds(10));
  }
}
