package io.metamigrate.migrator.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.config.CutoverConfig.Strategy;
import io.metamigrate.migrator.cutover.CutoverState.Header;
import io.metamigrate.migrator.cutover.CutoverState.MoveProgress;
import io.metamigrate.migrator.phase.Epoch;
import io.metamigrate.verifier.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which command works without a store depends on starts that were issued, not on open steps. */
final class GoneStoreTest {
  private static final Instant NOW = Instant.EPOCH;

  @Test
  void rollbackIsUndoneUntilTheFirstStartOnZooKeeperIsIssued() {
    CutoverState open = back(StepKind.START_BROKERS_ON_ZOOKEEPER);

    assertThat(GoneStore.withoutZooKeeper(open, false))
        .contains("migrate rollback --confirm c1 --undo --without-zookeeper");
    assertThat(GoneStore.withoutZooKeeper(open, true)).isEmpty();
  }

  @Test
  void cutoverIsRolledBackWithoutEtcdUntilTheFirstStartThereIsIssued() {
    CutoverState open = forward(StepKind.START_FIRST_BROKER);

    assertThat(copy(open, Optional.of("begun")).mayServeOnEtcd(Optional.empty())).isFalse();
    assertThat(copy(open, Optional.of("first start issued")).mayServeOnEtcd(Optional.empty()))
        .isTrue();
    assertThat(copy(open, Optional.empty()).mayServeOnEtcd(Optional.empty()))
        .as("an earlier release keeps nothing of it")
        .isTrue();
    assertThat(
            copy(forward(StepKind.FENCE), Optional.of("first start issued"))
                .mayServeOnEtcd(Optional.empty()))
        .as("of an earlier move")
        .isFalse();
    assertThat(
            copy(back(StepKind.COPY_BACK), Optional.of("begun")).mayServeOnEtcd(Optional.empty()))
        .isTrue();
  }

  @Test
  void reverseMigrationIsFinishedWithoutEtcdOnceZooKeeperHasEverything() {
    MoveBackup copy = copy(back(StepKind.START_BROKERS_ON_ZOOKEEPER), Optional.of("begun"));

    assertThat(copy.mayServeOnEtcd(Optional.of(new Epoch(2, "nonce", Store.ETCD)))).isTrue();
    assertThat(copy.mayServeOnEtcd(Optional.of(new Epoch(2, "another", Store.ZOOKEEPER)))).isTrue();
    assertThat(copy.mayServeOnEtcd(Optional.of(new Epoch(2, "nonce", Store.ZOOKEEPER)))).isFalse();
  }

  private static MoveBackup copy(CutoverState state, Optional<String> firstStart) {
    return new MoveBackup(
        "nonce", 1, state, NodeList.NONE, firstStart, "", Map.of(), Optional.empty(), 1, false);
  }

  private static CutoverState forward(StepKind open) {
    Step step = new Step(open, Optional.empty(), Duration.ofSeconds(1));
    CutoverState state =
        CutoverState.begin(new Header("c1", Strategy.STOP_ALL, "me", NOW), List.of(step));
    return state.with(state.record(step.id()).open(NOW));
  }

  private static CutoverState back(StepKind open) {
    Step step = new Step(open, Optional.empty(), Duration.ofSeconds(1));
    CutoverState state =
        forward(StepKind.OBSERVE)
            .withCommit(NOW)
            .reverseTo(MoveProgress.BACK_AFTER_NO_RETURN, List.of(step));
    return state.with(state.record(step.id()).open(NOW));
  }
}
