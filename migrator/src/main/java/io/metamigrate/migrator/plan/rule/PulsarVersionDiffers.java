package io.metamigrate.migrator.plan.rule;

import static io.metamigrate.migrator.plan.Finding.warning;

import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.Rule;
import java.util.List;
import java.util.stream.Collectors;

/** The plan was made for another version than brokers run now. */
final class PulsarVersionDiffers implements Rule {
  @Override
  public String id() {
    return "PULSAR_VERSION_DIFFERS";
  }

  @Override
  public List<Finding> examine(Facts facts) {
    if (facts.pulsarVersion().isEmpty()) {
      return List.of();
    }
    String planned = facts.pulsarVersion().get().toString();
    String others =
        facts.components().brokers().stream()
            .filter(broker -> broker.version().filter(v -> !v.equals(planned)).isPresent())
            .map(broker -> broker.id() + " runs " + broker.version().orElse(""))
            .collect(Collectors.joining(", "));
    return others.isEmpty()
        ? List.of()
        : List.of(
            warning(
                id(),
                "cluster.pulsarVersion",
                "the plan is for Pulsar %s, but %s".formatted(planned, others),
                "upgrade on ZooKeeper first, or plan for the version that runs: do not change version and metadata store in one step"));
  }
}
