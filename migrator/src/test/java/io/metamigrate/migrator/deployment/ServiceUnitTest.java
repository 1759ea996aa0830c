package io.metamigrate.migrator.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.deployment.DeploymentFinding.Severity;
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
    assertThat(ServiceUnit.findings("b1", Role.BOOKIE, PLAIN)).isEmpty();
    assertThat(ServiceUnit.findings("b1", Role.BOOKIE, "")).isEmpty();
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

    assertThat(ServiceUnit.findings("b1", Role.BOOKIE, shown))
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
    assertThat(ServiceUnit.findings("b1", Role.BOOKIE, line))
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

    assertThat(ServiceUnit.findings("b1", Role.BOOKIE, shown))
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
            ServiceUnit.findings(
                "b1",
                Role.BOOKIE,
                PLAIN
                    + "ExecStart={ path=/opt/pulsar/bin/pulsar ; argv[]=/opt/pulsar/bin/pulsar"
                    + " bookie -Dzookeeper.sasl.client=false ; ignore_errors=no ; start_time=[n/a]"
                    + " }\n"))
        .isEmpty();
  }
}
