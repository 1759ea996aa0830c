package io.metamigrate.migrator.plan.rule;

import static io.metamigrate.migrator.plan.Finding.warning;

import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.Rule;
import java.util.List;

/** Most traps depend on the version; without it they are not looked for. */
final class PulsarVersionNotGiven implements Rule {
  @Override
  public String id() {
    return "PULSAR_VERSION_NOT_GIVEN";
  }

  @Override
  public List<Finding> examine(Facts facts) {
    return facts.pulsarVersion().isPresent()
        ? List.of()
        : List.of(
            warning(
                id(),
                "cluster.pulsarVersion",
                "the Pulsar version that will run on etcd is not set and no broker reported it, so nothing that depends on it was checked",
                "add --pulsar-version X.Y.Z"));
  }
}
