package io.metamigrate.migrator.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.metamigrate.migrator.control.Status.Verification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StatusTest {
  @Test
  void writesDocumentedFieldNames() {
    assertThat(StatusJson.write(Statuses.FULL))
        .isEqualTo(
            """
            {"phase":"Copying","cluster":"c1","copied":50000,"total":200000,\
            "copyRatePerSecond":12500.4,"etaSeconds":12,"lagMillis":40,"lagChanges":3,\
            "lastAppliedZxid":"0x100000abc",\
            "lastVerification":{"at":"2026-11-22T02:58:30Z","consistent":true,"compared":49000},\
            "waitingFor":"the copy","standbyFor":null,"throttled":{"reason":"etcd: no space"},\
            "accepted":["AUTORECOVERY_NEEDS_ZOOKEEPER"],\
            "health":{"state":"degraded","problems":[{"id":"ETCD_SILENT",\
            "text":"etcd has not answered for 9 s","since":"2026-11-22T02:59:51Z"}],"unreadableNodes":0},"verificationOff":false,\
            "canCutover":{"now":false,"reasons":[{"id":"NOT_FOLLOWING",\
            "text":"the move is in phase Copying; a cutover can begin once etcd follows ZooKeeper"},\
            {"id":"ETCD_SILENT","text":"etcd has not answered for 9 s"}]}}\
            """);
  }

  @Test
  void writesNullForUnknownValues() {
    assertThat(StatusJson.write(Statuses.BLANK))
        .isEqualTo(
            """
            {"phase":"Planned","cluster":"c1","copied":0,"total":null,\
            "copyRatePerSecond":null,"etaSeconds":null,"lagMillis":null,"lagChanges":null,\
            "lastAppliedZxid":null,"lastVerification":null,"waitingFor":null,"standbyFor":null,"throttled":null,\
            "accepted":[],"health":{"state":"ok","problems":[],"unreadableNodes":0},"verificationOff":false,\
            "canCutover":{"now":false,"reasons":[{"id":"NOT_FOLLOWING",\
            "text":"the move is in phase Planned; a cutover can begin once etcd follows ZooKeeper"}]}}\
            """);
  }

  @Test
  void readsWhatItWrote() {
    assertThat(StatusJson.read(StatusJson.write(Statuses.FULL))).isEqualTo(Statuses.FULL);
    assertThat(StatusJson.read(StatusJson.write(Statuses.BLANK))).isEqualTo(Statuses.BLANK);
  }

  @Test
  void ignoresFieldsOfALaterVersion() {
    String later = StatusJson.write(Statuses.BLANK).replaceFirst("\\{", "{\"new\":1,");

    assertThat(StatusJson.read(later)).isEqualTo(Statuses.BLANK);
  }

  @Test
  void refusesInvalidStatus() {
    assertThatThrownBy(() -> StatusJson.read("<html>")).hasMessage("this is not a daemon's status");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../README.md", "../runbooks/daemon.md"})
  void theStatusOfThePagesIsWhatIsPrinted(String page) throws IOException {
    Status following =
        new Status(
            "Following",
            "c1",
            270,
            OptionalLong.of(270),
            OptionalDouble.empty(),
            OptionalLong.empty(),
            OptionalLong.of(0),
            OptionalLong.of(0),
            Optional.of("0x321"),
            Optional.of(new Verification(Statuses.NOW.minusSeconds(7), true, 256)),
            Optional.of("the operator: migrate cutover"),
            Optional.empty(),
            Optional.empty(),
            Set.of(),
            Health.of(List.of()),
            false);

    assertThat(Files.readString(Path.of(page)))
        .contains(StatusText.screen(following, Statuses.NOW).replace(System.lineSeparator(), "\n"));
  }

  @Test
  void fillsOneScreenForPeople() {
    assertThat(StatusText.screen(Statuses.FULL, Statuses.NOW))
        .isEqualToNormalizingNewlines(
            """
            cluster        c1
            phase          Copying
            health         DEGRADED
                           etcd has not answered for 9 s (since 2026-11-22T02:59:51Z)
            copied         50,000 of 200,000 nodes, 25.0 %
            rate           12,500/s, about 12s left
            lag            40 ms (3 changes)
            applied up to  zxid 0x100000abc
            verified       1m30s ago: the stores are equal, 49,000 nodes compared
            cutover        cannot begin: the move is in phase Copying; a cutover can begin once etcd follows ZooKeeper; etcd has not answered for 9 s
            throttled      etcd: no space
            accepted       AUTORECOVERY_NEEDS_ZOOKEEPER
            waiting for    the problems under health to end; then: the copy
            """);
  }

  @Test
  void printsOneLineSummary() {
    assertThat(StatusText.line(Statuses.FULL, Statuses.NOW))
        .isEqualTo(
            "Copying: 50,000 of 200,000 nodes, 25.0 %, 12,500/s, about 12s left; lag 40 ms"
                + " (3 changes); verified 1m30s ago: the stores are equal, 49,000 nodes"
                + " compared; throttled: etcd: no space; DEGRADED: etcd has not answered for 9 s"
                + " (since 2026-11-22T02:59:51Z); waiting for the copy");
    assertThat(StatusText.line(Statuses.BLANK, Statuses.NOW)).isEqualTo("Planned: 0 nodes");
  }

  @Test
  void neverRoundsUpToHundredPercent() {
    DaemonProgress progress =
        new DaemonProgress("c1", "Copying", () -> Statuses.NOW, DaemonProgress.NEVER_THROTTLED);
    progress.copyOf(1_000_000);
    progress.copied(999_999, 0);

    assertThat(StatusText.line(progress.status(), Statuses.NOW)).contains("99.9 %");
  }
}
