package io.metamigrate.migrator.cutover.fence;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.cutover.fence.Connections.ConnectionReport;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ConnectionsTest {
  private final ConnectionReport report =
      new ConnectionReport(Set.of(0x1000a1b2c3d0001L, 0x2000a1b2c3d0009L));

  @Test
  void namesSessionsThatAreNotItsOwn() {
    report.named(
        """
         /10.0.0.7:41022[1](queued=0,recved=12,sent=12,sid=0x1000a1b2c3d0001,lop=PING)
         /10.0.0.8:41023[1](queued=0,recved=12,sent=12,sid=0x1000a1b2c3d0002,lop=PING)
         /127.0.0.1:52014[0](queued=0,recved=1,sent=0)
        """);

    assertThat(report.others()).containsExactly("10.0.0.8:41023");
  }

  @Test
  void countsWhatIsNotNamedWithoutItsOwnAndWithoutTheQuestions() {
    assertThat(report.counted("Zxid: 0x3\nConnections: 2\n")).isTrue();
    assertThat(report.counted("Zxid: 0x3\nConnections: 2\n")).isTrue();
    assertThat(report.others()).isEmpty();

    assertThat(report.counted("Connections: 3")).isTrue();
    assertThat(report.others())
        .containsExactly(
            "2 whose addresses it does not report (4lw.commands.whitelist lacks cons)");
  }

  @Test
  void countsClientsOfAnotherPort() {
    String before = " /10.0.0.7:41022[1](sid=0x1000a1b2c3d0001)\n /10.0.0.9:52014[0](queued=0)\n";
    report.unlisted(before, "Connections: 4", before);
    assertThat(report.others())
        .containsExactly("2 on another port of its servers, which cons does not list");

    ConnectionReport calm = new ConnectionReport(Set.of());
    String after = before + " /10.0.0.8:41022[1](sid=0x1000a1b2c3d0002)\n";
    calm.unlisted(before, "Connections: 3", after);
    calm.unlisted(before, "", before);
    assertThat(calm.others()).as("a client that came meanwhile").isEmpty();
  }

  @Test
  void itsOwnThatIsNamedByOneServerIsNotLookedForAtAnother() {
    report.named("/10.0.0.7:41022[1](queued=0,sid=0x1000a1b2c3d0001,lop=PING)\n");
    assertThat(report.counted("Connections: 3")).isTrue();

    assertThat(report.others()).hasSize(1);
    assertThat(report.others().get(0)).startsWith("1 whose");
  }

  @Test
  void aSilentServerReportsNothing() {
    assertThat(report.counted("")).isFalse();
  }
}
