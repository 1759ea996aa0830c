package io.metamigrate.migrator.cutover;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.config.BookieConfig;
import io.metamigrate.migrator.config.BrokerConfig;
import io.metamigrate.migrator.config.CutoverConfig;
import io.metamigrate.migrator.config.CutoverConfig.Strategy;
import io.metamigrate.migrator.config.MetadataWritersConfig;
import io.metamigrate.migrator.cutover.CutoverState.Header;
import io.metamigrate.migrator.cutover.CutoverState.MoveProgress;
import io.metamigrate.migrator.phase.Phase;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class CutoverPlanTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final CutoverConfig CONFIG =
      CutoverConfig.of(
          Strategy.ROLLING,
          new CutoverConfig.TimeLimits(
              Duration.ofMinutes(2), Duration.ofMinutes(1), Map.of("fence", Duration.ofSeconds(5))),
          new CutoverConfig.NodesConfig(
              List.of(bookie("b1:3181"), bookie("b2:3181")),
              List.of(
                  new BrokerConfig("p1:8080", "p1", URI.create("http://p1:8080")),
                  new BrokerConfig("p2:8080", "p2", URI.create("http://p2:8080"))),
              new MetadataWritersConfig(List.of(), List.of(), false)));

  private final CutoverPlan plan = new CutoverPlan(CONFIG);

  @Test
  void rollingMovesBookiesBeforeBrokersAreStopped() {
    assertThat(ids(plan.forward(Strategy.ROLLING)))
        .containsExactly(
            "check",
            "claim-zookeeper",
            "stop-metadata-writers",
            "start-bridge",
            "move-bookie b1:3181",
            "move-bookie b2:3181",
            "stop-brokers",
            "fence",
            "drain",
            "verify",
            "no-return",
            "start-first-broker",
            "start-brokers",
            "end-bridge",
            "enable-garbage-collection b1:3181",
            "enable-garbage-collection b2:3181",
            "start-metadata-writers-on-etcd",
            "observe");
  }

  @Test
  void stopAllMovesThemAfterTheVerification() {
    assertThat(ids(plan.forward(Strategy.STOP_ALL)))
        .containsSubsequence(
            "stop-brokers", "fence", "drain", "verify", "switch-bookies", "no-return")
        .doesNotContain("start-bridge", "end-bridge");
  }

  @ParameterizedTest
  @EnumSource(Strategy.class)
  void everyStepsPhaseMayFollowTheOneBefore(Strategy strategy) {
    Phase phase = Phase.FOLLOWING;
    for (Step step : plan.forward(strategy)) {
      assertThat(step.phase() == phase || phase.successors().contains(step.phase()))
          .as(step.id() + " after " + phase)
          .isTrue();
      phase = step.phase();
    }
    assertThat(phase.successors()).contains(Phase.FINALIZED);
  }

  @ParameterizedTest
  @EnumSource(Strategy.class)
  void everyStepDescribesItsActionAndProof(Strategy strategy) {
    assertThat(plan.forward(strategy))
        .allSatisfy(
            step -> {
              assertThat(step.kind().preconditions()).isNotEmpty();
              assertThat(step.kind().action()).isNotBlank();
              assertThat(step.kind().proofs()).isNotEmpty();
              assertThat(step.kind().undo()).isNotBlank();
            });
  }

  @Test
  void budgetsGoByTheStepsName() {
    assertThat(plan.forward(Strategy.ROLLING))
        .filteredOn(step -> step.kind() == StepKind.FENCE)
        .extracting(Step::budget)
        .containsExactly(Duration.ofSeconds(5));
  }

  @Test
  void rollbackUndoesBegunStepsInReverseOrder() {
    CutoverState state =
        begun(
            "check",
            "claim-zookeeper",
            "stop-metadata-writers",
            "start-bridge",
            "move-bookie b1:3181");

    assertThat(ids(plan.backBeforeNoReturn(state)))
        .containsExactly(
            "move-bookie-back b1:3181",
            "remove-mirrors",
            "start-metadata-writers",
            "release-zookeeper");
  }

  @Test
  void theReverseMigrationSuspendsCollectionFirst() {
    CutoverState state = begun("enable-garbage-collection b1:3181");

    assertThat(ids(plan.backAfterNoReturn(state)))
        .startsWith(
            "stop-metadata-writers-on-etcd",
            "suspend-garbage-collection b1:3181",
            "stop-brokers-on-etcd")
        .containsSubsequence(
            "reverse-direction",
            "copy-back",
            "raise-ids",
            "verify-back",
            "switch-bookies-back",
            "lift-fence",
            "start-brokers-on-zookeeper")
        .doesNotContain("suspend-garbage-collection b2:3181");
  }

  @Test
  void bookieThatMayBeDownIsRestartedFirst() {
    String first = "enable-garbage-collection b1:3181";
    CutoverState begun = begun(first, "enable-garbage-collection b2:3181");
    CutoverState state = begun.with(begun.record(first).done("registered", NOW));

    assertThat(ids(plan.backAfterNoReturn(state)))
        .startsWith(
            "stop-metadata-writers-on-etcd",
            "suspend-garbage-collection b2:3181",
            "suspend-garbage-collection b1:3181",
            "stop-brokers-on-etcd");
  }

  @Test
  void theStateSurvivesItsCodec() {
    CutoverState state =
        begun("check").withCommit(NOW).reverseTo(MoveProgress.BACK_AFTER_NO_RETURN, List.of());

    assertThat(CutoverCodec.read(CutoverCodec.write(state))).isEqualTo(state);
  }

  @Test
  void readsFormerStepIds() {
    CutoverState state =
        begun("claim-zookeeper", "stop-metadata-writers", "enable-garbage-collection b1:3181");
    String former =
        new String(CutoverCodec.write(state), UTF_8)
            .replace("\"claim-zookeeper\"", "\"take-zookeeper\"")
            .replace("\"stop-metadata-writers\"", "\"stop-side-writers\"")
            .replace("\"start-metadata-writers-on-etcd\"", "\"side-writers-to-etcd\"")
            .replace("\"enable-garbage-collection ", "\"unpark-bookie ");

    assertThat(former).contains("take-zookeeper", "side-writers-to-etcd", "unpark-bookie b1:3181");
    assertThat(CutoverCodec.read(former.getBytes(UTF_8))).isEqualTo(state);
  }

  @Test
  void readsNodesAndIdleWritersUnderFormerNames() {
    String nodes =
        """
        {"bookies": [], "lost": [], "brokers": {}, "sideWriters": ["autorecovery ar1"], "bookieNodes": {}}
        """;

    assertThat(CutoverCodec.readNodes(nodes.getBytes(UTF_8)).metadataWriters())
        .containsExactly("autorecovery ar1");
    assertThat(
            MetadataWriters.idle(
                name ->
                    name.equals("side-writers-idle")
                        ? Optional.of("autorecovery ar1".getBytes(UTF_8))
                        : Optional.empty()))
        .isEqualTo("autorecovery ar1");
  }

  private CutoverState begun(String... steps) {
    CutoverState state =
        CutoverState.begin(
            new Header("c1", Strategy.ROLLING, "me", NOW), plan.forward(Strategy.ROLLING));
    for (String step : steps) {
      state = state.with(state.record(step).open(NOW));
    }
    return state;
  }

  private static List<String> ids(List<Step> steps) {
    return steps.stream().map(Step::id).toList();
  }

  private static BookieConfig bookie(String id) {
    return new BookieConfig(id, id.substring(0, 2), Optional.empty());
  }
}
