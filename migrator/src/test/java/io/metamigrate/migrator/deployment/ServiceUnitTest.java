package io.metamigrate.migrator.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.deployment.DeploymentFinding.Severity;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a host's service manager reports of the unit that runs a node. */
final class ServiceUnitTest {
  private static final String PLAIN =
      """
      Type=simple
      Restart=always
      LoadState=loaded
      ActiveState=active
      WantedBy=multi-user.target
      RequiredBy=pulsar.target
      TriggeredBy=
      RuntimeMaxUSec=infinity
      NeedDaemonReload=no
      Environment="OPTS=-Da=b" PULSAR_MEM=-Xmx2g
      """;

  @Test
  void unitThatNothingElseTouchesHasNoFinding() {
    assertThat(findings(PLAIN)).isEmpty();
    assertThat(findings("")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "TriggeredBy=restart.timer, RESTARTED_BY_OTHERS, restarted by restart.timer",
    "TriggeredBy=a.path b.socket, RESTARTED_BY_OTHERS, restarted by b.socket",
    "UpheldBy=pulsar.target, RESTARTED_BY_OTHERS, restarted by pulsar.target",
    "OnFailureOf=broker.service, RESTARTED_BY_OTHERS, restarted by broker.service",
    "StartedBy=cron: /etc/cron.d/keep alive, RESTARTED_BY_OTHERS, by cron: /etc/cron.d/keep alive",
    "RequiredBy=pulsar-broker.service pulsar.target, RESTARTED_BY_OTHERS, tied to"
        + " pulsar-broker.service:",
    "BoundBy=x.service, RESTARTED_BY_OTHERS, tied to x.service",
    "ConsistsOf=x.service, RESTARTED_BY_OTHERS, tied to x.service",
    "WantedBy=multi-user.target x.service, RESTARTED_BY_OTHERS, tied to x.service",
    "RuntimeMaxUSec=1d, RESTARTED_BY_OTHERS, ends it after 1d",
    "NeedDaemonReload=yes, PENDING_CHANGES, changed after systemd read it"
  })
  void isConfirmed(String line, String id, String text) {
    String name = line.substring(0, line.indexOf('=') + 1);
    String shown = PLAIN.replaceAll("(?m)^" + name + ".*\\n", "") + line + "\n";

    assertThat(findings(shown))
        .hasSizeGreaterThanOrEqualTo(1)
        .anySatisfy(
            found -> {
              assertThat(found.acceptName()).isEqualTo(id + ":b1");
              assertThat(found.level()).isEqualTo(Severity.CONFIRM);
              assertThat(found.message()).contains(text);
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "LoadState=not-found",
        "LoadState=masked",
        "LoadState=bad-setting",
        "Transient=yes",
        "RefuseManualStop=yes",
        "RefuseManualStart=yes"
      })
  void unitThatCannotBeStoppedOrStartedBlocks(String line) {
    assertThat(findings(line))
        .singleElement()
        .satisfies(
            found -> {
              assertThat(found.id()).isEqualTo("UNIT_NOT_LOADED");
              assertThat(found.level()).isEqualTo(Severity.BLOCKER);
            });
  }

  @ParameterizedTest
  @CsvSource({
    "ExecStartPre, /opt/pulsar/bin/bookkeeper shell bookieformat -nonInteractive -force,"
        + " STORE_FORMAT_FORCED, BLOCKER",
    "ExecStopPost, /bin/rm -rf /data/bookkeeper/ledgers, STORE_FORMAT_FORCED, BLOCKER",
    "ExecStart, /bin/sh -c bin/bookkeeper shell metaformat -n; exec bin/pulsar bookie,"
        + " SET_UP_COMMAND, WARNING",
    "ExecStartPre, /bin/sh -c until nc -z zk1 2181; do sleep 1; done, ASKS_ZOOKEEPER_AT_START,"
        + " WARNING"
  })
  void commandsOfTheUnitAreRead(String property, String command, String id, Severity level) {
    String shown =
        PLAIN
            + property
            + "={ path=/bin/x ; argv[]="
            + command
            + " ; ignore_errors=no ; start_time=[n/a] ; stop_time=[n/a] ; pid=0 }\n";

    assertThat(findings(shown))
        .singleElement()
        .satisfies(
            found -> {
              assertThat(found.id()).isEqualTo(id);
              assertThat(found.level()).isEqualTo(level);
              assertThat(found.subject()).isEqualTo(property + " of host b1");
            });
  }

  @Test
  void plainCommandOfTheUnitHasNoFinding() {
    assertThat(
            findings(
                PLAIN
                    + "ExecStart={ path=/opt/pulsar/bin/pulsar ; argv[]=/opt/pulsar/bin/pulsar"
                    + " bookie -Dzookeeper.sasl.client=false ; ignore_errors=no ; start_time=[n/a]"
                    + " }\n"))
        .isEmpty();
  }

  private static final String SERVES =
      PLAIN + executes("ExecStart", "/opt/pulsar/bin/pulsar bookie");
  private static final Map<String, String> FOLDERS =
      Map.of("journalDirectories", "/mnt/j1,/mnt/j2", "ledgerDirectories", "/srv/bk/1");

  /** The folders are those of its own file, and variables those of its unit. */
  @ParameterizedTest
  @CsvSource({
    "ExecStartPre, /bin/rm -rf /mnt/j2/current",
    "ExecStartPre, /bin/sh -c rm -r /srv/bk/1/*",
    "ExecStartPre, /bin/rm -rf /srv/bk",
    "ExecStartPre, /usr/bin/find ${DATA} -type f -delete",
    "ExecStopPost, /bin/mv $DATA /srv/old"
  })
  void deletionOfItsOwnFoldersBlocks(String property, String command) {
    String shown = SERVES + "Environment=DATA=/srv/bk/1\n" + executes(property, command);

    assertThat(ServiceUnit.findings("b1", Role.BOOKIE, shown, FOLDERS))
        .singleElement()
        .satisfies(
            found -> {
              assertThat(found.id()).isEqualTo("STORE_FORMAT_FORCED");
              assertThat(found.level()).isEqualTo(Severity.BLOCKER);
              assertThat(found.subject()).isEqualTo(property + " of host b1");
              assertThat(found.message()).contains("deletes a bookie's files");
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/bin/rm -rf /var/log/bk/old",
        "/bin/rm -rf /srv/bk/10",
        "/bin/rm -f /run/bookie.pid",
        "/bin/mkdir -p /srv/bk/1",
        "/bin/chown -R pulsar: /mnt/j1"
      })
  void otherCommandsBeforeItsStartHaveNoFinding(String command) {
    assertThat(
            ServiceUnit.findings(
                "b1", Role.BOOKIE, SERVES + executes("ExecStartPre", command), FOLDERS))
        .isEmpty();
  }

  @Test
  void linesOfItsScriptsAreRead() {
    String shown =
        SERVES
            + executes("ExecStartPre", "/usr/local/bin/before-bookie")
            + "Script=#!/bin/sh\nScript=# empties the disk\nScript=rm -rf /srv/bk/1/*\n";

    assertThat(ServiceUnit.findings("b1", Role.BOOKIE, shown, FOLDERS))
        .singleElement()
        .satisfies(
            found -> {
              assertThat(found.id()).isEqualTo("STORE_FORMAT_FORCED");
              assertThat(found.subject()).isEqualTo("Script of host b1");
            });
    assertThat(
            ServiceUnit.findings(
                "b1", Role.BOOKIE, shown.replace("rm -rf /srv/bk/1/*", "sync"), FOLDERS))
        .isEmpty();
  }

  /** systemd deletes what is there when it stops the unit. */
  @ParameterizedTest
  @CsvSource({
    "PrivateTmp=yes, /tmp/bk-data, keeps /tmp/bk-data on PrivateTmp=",
    "PrivateTmp=yes, /var/tmp/bk, keeps /var/tmp/bk on PrivateTmp=",
    "RuntimeDirectory=bookie bk, /run/bk/ledgers, keeps /run/bk/ledgers on RuntimeDirectory=",
    "TemporaryFileSystem=/srv:ro /scratch, /scratch/l, keeps /scratch/l on TemporaryFileSystem="
  })
  void dataThatSystemdDeletesBlocks(String line, String folder, String text) {
    String shown = SERVES;
    Map<String, String> folders = Map.of("journalDirectory", "/j", "ledgerDirectories", folder);

    assertThat(ServiceUnit.findings("b1", Role.BOOKIE, shown, folders)).isEmpty();
    assertThat(ServiceUnit.findings("b1", Role.BOOKIE, shown + line + "\n", folders))
        .singleElement()
        .satisfies(
            found -> {
              assertThat(found.id()).isEqualTo("BOOKIE_DATA_VOLATILE");
              assertThat(found.level()).isEqualTo(Severity.BLOCKER);
              assertThat(found.message()).contains(text);
              assertThat(found.remedy()).contains("outlives the unit").doesNotContain("volume");
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"PrivateTmp=no", "RuntimeDirectory=bk\nRuntimeDirectoryPreserve=yes"})
  void foldersThatSystemdKeepsHaveNoFinding(String lines) {
    String shown = SERVES + lines + "\n";

    assertThat(
            ServiceUnit.findings(
                "b1",
                Role.BOOKIE,
                shown,
                Map.of("journalDirectory", "/tmp/j", "ledgerDirectories", "/run/bk/l")))
        .isEmpty();
  }

  /** As a file of /etc/sysconfig or /etc/default, a drop-in or an instance's unit may name it. */
  @ParameterizedTest
  @CsvSource({
    "Environment=BOOKIE_CONF=/etc/bk/1.conf, /opt/bk/bin/bookkeeper bookie",
    "'Environment=\"OPTS=-Da=b -Dc=d\" PULSAR_BOOKKEEPER_CONF=/etc/bk/1.conf',"
        + " /opt/pulsar/bin/pulsar bookie",
    "Environment=A=b, /opt/bk/bin/bookkeeper bookie --conf /etc/bk/1.conf"
  })
  void serverThatReadsAnotherFileIsConfirmed(String environment, String command) {
    String shown = PLAIN + environment + "\n" + executes("ExecStart", command);

    assertThat(findings(shown + "Configures=/opt/pulsar/conf/bookkeeper.conf\n"))
        .singleElement()
        .satisfies(
            found -> {
              assertThat(found.acceptName()).isEqualTo("VARIABLES_NOT_READ:b1");
              assertThat(found.level()).isEqualTo(Severity.CONFIRM);
              assertThat(found.message())
                  .contains("reads /etc/bk/1.conf", "writes /opt/pulsar/conf/bookkeeper.conf");
            });
    assertThat(findings(shown + "Configures=/etc/bk/1.conf\n")).isEmpty();
    assertThat(findings(shown)).isEmpty();
  }

  @Test
  void fileOfVariablesWinsOverThoseOfTheUnit() {
    String shown =
        PLAIN
            + "Environment=BOOKIE_CONF=/etc/bk/old.conf\nEnvironment=BOOKIE_CONF=/etc/bk/1.conf\n"
            + executes("ExecStart", "/opt/bk/bin/bookkeeper bookie")
            + "Configures=";

    assertThat(findings(shown + "/etc/bk/1.conf\n")).isEmpty();
    assertThat(findings(shown + "/etc/bk/old.conf\n")).hasSize(1);
  }

  /** {@code bin/pulsar} reads the scripts after the variables of the unit. */
  @Test
  void environmentScriptsAreRead() {
    String shown =
        PLAIN
            + "EnvironmentScript=PULSAR_BOOKKEEPER_CONF=/etc/bk/1.conf\n"
            + executes("ExecStart", "/opt/bk/bin/pulsar bookie")
            + "Configures=";

    assertThat(findings(shown + "/etc/bk/1.conf\n")).isEmpty();
    assertThat(findings(shown + "/opt/bk/conf/bookkeeper.conf\n"))
        .singleElement()
        .satisfies(found -> assertThat(found.acceptName()).isEqualTo("VARIABLES_NOT_READ:b1"));
    assertThat(findings(shown + "/etc/bk/1.conf\nEnvironmentScript=OPTS=\"-Dx=y\"\n"))
        .singleElement()
        .satisfies(found -> assertThat(found.acceptName()).isEqualTo("SETTINGS_OVERRIDDEN:b1"));
    assertThat(findings(shown + "/etc/bk/1.conf\nEnvironmentScript=OPTS=\"$OPTS -Dx=y\"\n"))
        .isEmpty();
    assertThat(
            findings(
                shown
                    + "/etc/bk/1.conf\nEnvironmentScript=if a; then\n"
                    + "EnvironmentScript=  PULSAR_BOOKKEEPER_CONF=/etc/bk/2.conf\n"
                    + "EnvironmentScript=fi\n"))
        .singleElement()
        .satisfies(found -> assertThat(found.acceptName()).isEqualTo("VARIABLES_NOT_READ:b1"))
        .satisfies(found -> assertThat(found.message()).contains("is not verifiable"));
  }

  private static List<DeploymentFinding> findings(String shown) {
    return ServiceUnit.findings("b1", Role.BOOKIE, shown, Map.of());
  }

  private static String executes(String property, String command) {
    return "%s={ path=/bin/x ; argv[]=%s ; ignore_errors=no ; start_time=[n/a] ; pid=0 }\n"
        .formatted(property, command);
  }
}
