package io.metamigrate.migrator.plan.rule;

import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.PulsarMetadata;
import io.metamigrate.migrator.plan.Rule;
import java.util.List;

/** There is nothing to move: most likely the wrong address. */
final class NoPulsarMetadata implements Rule {
  @Override
  public String id() {
    return PulsarMetadata.ID;
  }

  @Override
  public List<Finding> examine(Facts facts) {
    return facts.inventory().holdsPulsar()
        ? List.of()
        : List.of(PulsarMetadata.missing(facts.connect()));
  }
}
