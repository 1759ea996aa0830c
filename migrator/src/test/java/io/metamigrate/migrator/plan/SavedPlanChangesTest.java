package io.metamigrate.migrator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.verifier.store.Ensemble;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A plan is held to the stores that it was made of. */
final class SavedPlanChangesTest {
  @Test
  void holdsForTheSameStoresAlsoOnceItsMoveHasBegun() {
    assertThat(changes(stores("id", null, null), stores("id", null, null))).isEmpty();
    assertThat(changes(stores("id", null, null), stores("id", null, "nonce"))).isEmpty();
    assertThat(changes(stores("id", null, "nonce"), stores("id", null, "nonce"))).isEmpty();
  }

  @Test
  void namesEachStoreThatIsAnotherOne() {
    assertThat(changes(stores("id", null, null), stores("other", null, null)))
        .containsExactly("the ZooKeeper was id, is other");
    assertThat(changes(stores("id", "root", null), stores("id", null, null)))
        .containsExactly("the configuration store was root, is none");
    assertThat(changes(stores("id", null, "nonce"), stores("id", null, null)))
        .containsExactly("the move on etcd was nonce, is none");
  }

  private static List<String> changes(StoreNames before, StoreNames now) {
    return plan(before).changes(plan(now));
  }

  private static SavedPlan plan(StoreNames stores) {
    Facts facts = FactsBuilder.healthyCluster().stores(stores).build();
    return SavedPlan.of(facts, Planner.plan(facts, List.of()), "0.1.0", Set.of(), Instant.EPOCH);
  }

  private static StoreNames stores(
      String local,
      @org.jspecify.annotations.Nullable String configuration,
      @org.jspecify.annotations.Nullable String move) {
    return new StoreNames(
        configuration == null
            ? Map.of(Ensemble.LOCAL, local)
            : Map.of(Ensemble.LOCAL, local, Ensemble.CONFIGURATION, configuration),
        Optional.ofNullable(move));
  }
}
