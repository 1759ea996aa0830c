package io.metamigrate.migrator.plan.rule;

import static io.metamigrate.migrator.plan.Finding.info;

import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.Rule;
import java.util.List;

/** Brokers are running on ZooKeeper. */
final class SourceServing implements Rule {
  @Override
  public String id() {
    return "SOURCE_SERVING";
  }

  @Override
  public List<Finding> examine(Facts facts) {
    return facts.registeredBrokers().isEmpty()
        ? List.of()
        : List.of(
            info(
                id(),
                "/loadbalance/brokers",
                "%d broker(s) are registered on ZooKeeper: %s"
                    .formatted(
                        facts.registeredBrokers().size(),
                        String.join(", ", facts.registeredBrokers())),
                "the daemon follows a serving cluster; `run --once` wants the brokers stopped, or --rehearsal"));
  }
}
