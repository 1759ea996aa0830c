package io.metamigrate.migrator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.FactsBuilder;
import io.metamigrate.migrator.plan.Planner;
import io.metamigrate.migrator.plan.SavedPlan;
import io.metamigrate.migrator.plan.rule.Rules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PlanFileTest {
  @TempDir Path directory;

  @Test
  void isReadAsItWasWritten() {
    Facts facts = FactsBuilder.healthyCluster().pulsar("2.10.0").registered("b:8080").build();
    SavedPlan plan =
        SavedPlan.of(
            facts,
            Planner.plan(facts, Rules.ALL),
            "0.1.0",
            Set.of("AUTORECOVERY_NEEDS_ZOOKEEPER"),
            Instant.parse("2026-01-02T03:04:05Z"));
    Path file = directory.resolve("plan.json");

    PlanFile.write(file, plan);

    assertThat(plan.plan().blockers()).isNotEmpty();
    assertThat(PlanFile.read(file)).isEqualTo(plan);
  }

  @Test
  void refusesInvalidPlan() throws IOException {
    Path file = Files.writeString(directory.resolve("plan.json"), "[1]");

    assertThatThrownBy(() -> PlanFile.read(file)).hasMessageContaining("not a saved plan");
  }
}
