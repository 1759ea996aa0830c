package io.metamigrate.migrator.phase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.metamigrate.verifier.store.Scope;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

final class PhaseTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  /** The way forward, as the design has it; ways out are added to it below. */
  private static final Map<Phase, Set<Phase>> FORWARD =
      Map.ofEntries(
          Map.entry(Phase.PLANNED, EnumSet.of(Phase.COPYING)),
          Map.entry(Phase.COPYING, EnumSet.of(Phase.FOLLOWING)),
          Map.entry(Phase.FOLLOWING, EnumSet.of(Phase.COPYING, Phase.METADATA_WRITERS_STOPPED)),
          Map.entry(
              Phase.METADATA_WRITERS_STOPPED,
              EnumSet.of(Phase.ROLLING_BOOKIES, Phase.BROKERS_STOPPED)),
          Map.entry(Phase.ROLLING_BOOKIES, EnumSet.of(Phase.BROKERS_STOPPED)),
          Map.entry(Phase.BROKERS_STOPPED, EnumSet.of(Phase.FENCED)),
          Map.entry(Phase.FENCED, EnumSet.of(Phase.DRAINING)),
          Map.entry(Phase.DRAINING, EnumSet.of(Phase.VERIFYING)),
          Map.entry(Phase.VERIFYING, EnumSet.of(Phase.SWITCHING_BOOKIES, Phase.SWITCHING_BROKERS)),
          Map.entry(Phase.SWITCHING_BOOKIES, EnumSet.of(Phase.SWITCHING_BROKERS)),
          Map.entry(
              Phase.SWITCHING_BROKERS,
              EnumSet.of(Phase.ENABLING_GARBAGE_COLLECTION, Phase.OBSERVING)),
          Map.entry(Phase.ENABLING_GARBAGE_COLLECTION, EnumSet.of(Phase.OBSERVING)),
          Map.entry(Phase.OBSERVING, EnumSet.of(Phase.FINALIZED)),
          Map.entry(Phase.FINALIZED, EnumSet.noneOf(Phase.class)),
          // A rollback that is undone continues with the brokers on etcd; one that was killed
          // before
          // it began has left a complete cutover.
          Map.entry(
              Phase.ROLLING_BACK,
              EnumSet.of(Phase.ROLLED_BACK, Phase.SWITCHING_BROKERS, Phase.OBSERVING)),
          Map.entry(Phase.ROLLED_BACK, EnumSet.of(Phase.COPYING)),
          Map.entry(Phase.ABORTED, EnumSet.of(Phase.COPYING)));

  private static final Set<Phase> ENDS =
      EnumSet.of(Phase.FINALIZED, Phase.ROLLED_BACK, Phase.ABORTED);
  private static final Set<Phase> BEFORE_ANY_RESTART =
      EnumSet.of(Phase.PLANNED, Phase.COPYING, Phase.FOLLOWING);

  static Stream<Arguments> legalMoves() {
    return pairs().filter(pair -> legal(pair.get(0)).contains(pair.get(1))).map(PhaseTest::of);
  }

  static Stream<Arguments> illegalMoves() {
    return pairs()
        .filter(pair -> pair.get(0) != pair.get(1) && !legal(pair.get(0)).contains(pair.get(1)))
        .map(PhaseTest::of);
  }

  @ParameterizedTest
  @MethodSource("legalMoves")
  void makesLegalMoves(Phase from, Phase to) {
    assertThat(in(from).to(to, NOW).phase()).isEqualTo(to);
  }

  @ParameterizedTest
  @MethodSource("illegalMoves")
  void refusesIllegalMovesAndNamesBothPhases(Phase from, Phase to) {
    assertThatThrownBy(() -> in(from).to(to, NOW))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith(
            "phase " + from.title() + " cannot become " + to.title() + "; it may become ");
  }

  @ParameterizedTest
  @MethodSource("all")
  void remainingInAPhaseIsAllowed(Phase phase) {
    assertThat(in(phase).to(phase, NOW).phase()).isEqualTo(phase);
  }

  static Stream<Phase> all() {
    return Arrays.stream(Phase.values()).filter(phase -> phase != Phase.STOPPED);
  }

  @ParameterizedTest
  @MethodSource("all")
  void stoppedMoveResumesInItsPhaseOrALaterOne(Phase where) {
    if (ENDS.contains(where)) {
      return;
    }
    Checkpoint stopped = in(where).stoppedBy("a bookie did not start", "start it", NOW);

    Set<Phase> allowed =
        Arrays.stream(Phase.values())
            .filter(next -> isAllowed(stopped, next))
            .collect(Collectors.toSet());

    Set<Phase> expected = new HashSet<>(legal(where));
    expected.add(where);
    expected.remove(Phase.FINALIZED);
    assertThat(allowed).isEqualTo(expected);
  }

  @Test
  void secondStopKeepsThePhase() {
    Checkpoint stopped =
        in(Phase.DRAINING).stoppedBy("first", "do", NOW).stoppedBy("second", "do that", NOW);

    assertThat(stopped.stopped())
        .contains(new Checkpoint.Stop(Phase.DRAINING, "second", "do that"));
    assertThat(stopped.to(Phase.DRAINING, NOW).stopped()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = Phase.class,
      names = {"FENCED", "DRAINING", "VERIFYING", "SWITCHING_BOOKIES", "SWITCHING_BROKERS"})
  void theCommitMayBeRepeated(Phase where) {
    Checkpoint stopped = in(where).stoppedBy("somebody wrote", "stop it", NOW);

    assertThat(stopped.stoppedBeforeCommit()).isTrue();
    assertThat(stopped.repeatCommitChecks(NOW).to(Phase.BROKERS_STOPPED, NOW).phase())
        .isEqualTo(Phase.BROKERS_STOPPED);
  }

  @ParameterizedTest
  @EnumSource(
      value = Phase.class,
      names = {"FOLLOWING", "ROLLING_BOOKIES", "ENABLING_GARBAGE_COLLECTION", "OBSERVING"})
  void theCommitIsNotRepeatedFromAnotherPhase(Phase where) {
    Checkpoint stopped = in(where).stoppedBy("a bookie did not start", "start it", NOW);

    assertThat(stopped.stoppedBeforeCommit()).isFalse();
    assertThatThrownBy(() -> stopped.repeatCommitChecks(NOW))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void titlesAreDistinct() {
    assertThat(Arrays.stream(Phase.values()).map(Phase::title)).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @CsvSource({
    "PLANNED,Planned",
    "METADATA_WRITERS_STOPPED,MetadataWritersStopped",
    "ABORTED,Aborted"
  })
  void titlesAreThoseOfTheRunbooks(Phase phase, String title) {
    assertThat(phase.title()).isEqualTo(title);
  }

  private static boolean isAllowed(Checkpoint checkpoint, Phase next) {
    try {
      checkpoint.to(next, NOW);
      return true;
    } catch (IllegalStateException e) {
      return false;
    }
  }

  private static Set<Phase> legal(Phase from) {
    Set<Phase> legal = new HashSet<>(FORWARD.getOrDefault(from, Set.of()));
    if (!ENDS.contains(from)) {
      legal.add(Phase.STOPPED);
      legal.add(Phase.ROLLING_BACK);
    }
    if (BEFORE_ANY_RESTART.contains(from)) {
      legal.add(Phase.ABORTED);
    }
    return legal;
  }

  private static Stream<List<Phase>> pairs() {
    return all().flatMap(from -> Arrays.stream(Phase.values()).map(to -> List.of(from, to)));
  }

  private static Arguments of(List<Phase> pair) {
    return Arguments.of(pair.get(0), pair.get(1));
  }

  private static Checkpoint in(Phase phase) {
    Checkpoint planned = Checkpoint.planned("c1", "zk:2181", Scope.ALL, NOW);
    return new Checkpoint(
        planned.format(),
        planned.cluster(),
        planned.source(),
        planned.scope(),
        phase,
        planned.lastAppliedZxid(),
        planned.checkedRevision(),
        planned.copied(),
        planned.total(),
        planned.lastVerification(),
        planned.accepted(),
        planned.stopped(),
        planned.at());
  }
}
