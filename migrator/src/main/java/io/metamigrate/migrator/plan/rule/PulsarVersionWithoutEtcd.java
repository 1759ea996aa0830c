package io.metamigrate.migrator.plan.rule;

import static io.metamigrate.migrator.plan.Finding.blocker;

import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.Rule;
import java.util.List;

/** Only 2.10 to 4.x have an etcd metadata store (PIP-462). */
final class PulsarVersionWithoutEtcd implements Rule {
  @Override
  public String id() {
    return "PULSAR_VERSION_WITHOUT_ETCD";
  }

  @Override
  public List<Finding> examine(Facts facts) {
    return facts.pulsarVersion().stream()
        .filter(version -> !version.supportsEtcd())
        .map(
            version ->
                blocker(
                    id(),
                    "cluster.pulsarVersion",
                    "Pulsar %s has no etcd metadata store: it came with 2.10 and was removed in 5.0 (PIP-462)"
                        .formatted(version),
                    "run a version from 2.10 to 4.x on etcd"))
        .toList();
  }
}
