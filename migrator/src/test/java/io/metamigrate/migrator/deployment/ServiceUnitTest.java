package io.metamigrate.migrator.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.deployment.DeploymentFinding.Level;
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
    assertThat(ServiceUnit.findings("b1", PLAIN)).isEmpty();
    assertThat(ServiceUnit.findings("b1", "")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "TriggeredBy=restart.timer, RESTARTED_BY_OTHERS, restarted by restart.timer",
    "TriggeredBy=a.path b.socket, RESTARTED_BY_OTHERS, restarted by b.socket",
    "StartedBy=cron: /etc/cron.d/keep alive, RESTARTED_BY_OTHERS, by cron: /etc/cron.d/keep alive",
    "RequiredBy=pulsar-broker.service pulsar.target, RESTARTED_BY_OTHERS, tied to pulsar-broker.service:",
    "BoundBy=x.service, RESTARTED_BY_OTHERS, tied to x.service",
    "ConsistsOf=x.service, RESTARTED_BY_OTHERS, tied to x.service",
    "WantedBy=multi-user.target x.service, RESTARTED_BY_OTHERS, tied to x.service",
    "RuntimeMaxUSec=1d, RESTARTED_BY_OTHERS, ends it after 1d",
    "NeedDaemonReload=yes, PENDING_CHANGES, changed after systemd read it"
  })
  void isConfirmed(String line, String id, String text) {
    String name = line.substring(0, line.indexOf('=') + 1);
    String shown = PLAIN.replaceAll("(?m)^" + name + ".*\\n", "") + line + "\n";

    assertThat(ServiceUnit.findings("b1", shown))
        .hasSizeGreaterThanOrEqualTo(1)
        .anySatisfy(
            found -> {
              assertThat(found.acceptName()).isEqualTo(id + ":b1");
              assertThat(found.level()).isEqualTo(Level.CONFIRM);
              assertThat(found.message()).contains(text);
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"not-found", "masked", "bad-setting"})
  void unitThatCannotBeStartedBlocks(String state) {
    assertThat(ServiceUnit.findings("b1", "LoadState=" + state))
        .singleElement()
        .satisfies(
            found -> {
              assertThat(found.id()).isEqualTo("UNIT_NOT_LOADED");
              assertThat(found.level()).isEqualTo(Level.BLOCKER);
            });
  }
}
