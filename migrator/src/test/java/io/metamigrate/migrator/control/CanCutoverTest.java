package io.metamigrate.migrator.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.phase.Phase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

final class CanCutoverTest {
  private static final Instant NOW = Instant.parse("2026-11-22T03:00:00Z");

  @Test
  void isAllowedWhileFollowingAndHealthy() {
    assertThat(status(Phase.FOLLOWING, List.of(), true).canCutover())
        .contains(new CanCutover(true, List.of()));
  }

  @ParameterizedTest
  @EnumSource(
      value = Phase.class,
      names = {"PLANNED", "COPYING", "ROLLED_BACK"})
  void isRefusedBeforeFollowing(Phase phase) {
    CanCutover can = status(phase, List.of(), true).canCutover().orElseThrow();

    assertThat(can.now()).isFalse();
    assertThat(can.text()).contains(phase.title(), "follows ZooKeeper");
  }

  @ParameterizedTest
  @EnumSource(
      value = Phase.class,
      mode = Mode.EXCLUDE,
      names = {"PLANNED", "COPYING", "ROLLED_BACK", "FOLLOWING"})
  void isNotCheckedOnceCutoverHasBegun(Phase phase) {
    assertThat(status(phase, List.of(ProblemId.STORES_DIFFER), false).canCutover()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(ProblemId.class)
  void isBlockedByCopyProblemsOnly(ProblemId id) {
    CanCutover can = status(Phase.FOLLOWING, List.of(id), true).canCutover().orElseThrow();

    boolean elsewhere =
        Set.of(
                ProblemId.DAEMON_ENDED,
                ProblemId.NO_DAEMON,
                ProblemId.DAEMON_UNREACHABLE,
                ProblemId.NOT_FOLLOWING,
                ProblemId.NOT_VERIFIED,
                ProblemId.PAUSED,
                ProblemId.CONTROL_FILES_REFUSED,
                ProblemId.NODES_NOT_REGISTERED)
            .contains(id);
    assertThat(can.now()).isEqualTo(elsewhere);
    assertThat(can.has(id)).isEqualTo(!elsewhere);
  }

  @Test
  void isBlockedByAVerificationThatFoundDifferences() {
    CanCutover can = status(Phase.FOLLOWING, List.of(), false).canCutover().orElseThrow();

    assertThat(can.reasons())
        .extracting(CanCutover.Reason::id)
        .containsExactly(ProblemId.STORES_DIFFER);
  }

  @Test
  void isRefusedUntilTheFirstVerificationHasEnded() {
    CanCutover can =
        status(Phase.FOLLOWING, List.of(), Optional.empty(), Optional.empty())
            .canCutover()
            .orElseThrow();

    assertThat(can.now()).isFalse();
    assertThat(can.has(ProblemId.NOT_VERIFIED)).isTrue();
  }

  /** No verification would ever end there; the window verifies by itself. */
  @Test
  void isAllowedWithoutAVerificationIfContinuousVerificationIsOff() {
    DaemonProgress progress =
        new DaemonProgress(
            "c1", Phase.FOLLOWING.title(), () -> NOW, DaemonProgress.NEVER_THROTTLED);
    progress.verificationOff();
    Status read = StatusJson.read(StatusJson.write(progress.status()));

    assertThat(read.canCutover()).contains(new CanCutover(true, List.of()));
    assertThat(StatusText.screen(read, NOW))
        .containsPattern("verified +only by a cutover")
        .containsPattern("cutover +can begin");
  }

  @Test
  void everyProblemThatBlocksIsInAnAlert() throws IOException {
    String rules = Files.readString(Path.of("../runbooks/prometheus-alerts.yaml"));

    assertThat(CanCutover.BLOCKING).allSatisfy(id -> assertThat(rules).contains(id.name()));
  }

  @Test
  void isRefusedByAStandbyThatNamesTheLeader() {
    CanCutover can =
        status(Phase.FOLLOWING, List.of(), verified(true), Optional.of("host-1 pid 7"))
            .canCutover()
            .orElseThrow();

    assertThat(can.now()).isFalse();
    assertThat(can.text()).contains("standby", "host-1 pid 7");
  }

  private static Status status(Phase phase, List<ProblemId> problems, boolean consistent) {
    return status(phase, problems, verified(consistent), Optional.empty());
  }

  private static Optional<Status.Verification> verified(boolean consistent) {
    return Optional.of(new Status.Verification(NOW, consistent, 1));
  }

  private static Status status(
      Phase phase,
      List<ProblemId> problems,
      Optional<Status.Verification> verification,
      Optional<String> leader) {
    return new Status(
        phase.title(),
        "c1",
        0,
        OptionalLong.empty(),
        OptionalDouble.empty(),
        OptionalLong.empty(),
        OptionalLong.empty(),
        OptionalLong.empty(),
        Optional.empty(),
        verification,
        Optional.empty(),
        leader,
        Optional.empty(),
        Set.of(),
        Health.of(
            problems.stream()
                .map(id -> new Health.Problem(id, id.name(), Optional.of(NOW)))
                .toList()),
        false);
  }
}
