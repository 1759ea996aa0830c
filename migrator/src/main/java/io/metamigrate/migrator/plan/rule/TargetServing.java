package io.metamigrate.migrator.plan.rule;

import static io.metamigrate.migrator.plan.Finding.blocker;

import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.Rule;
import java.util.List;

/** Brokers already live on this etcd. */
final class TargetServing implements Rule {
  @Override
  public String id() {
    return "TARGET_SERVING";
  }

  @Override
  public List<Finding> examine(Facts facts) {
    return facts.leasedOnTarget().stream()
        .map(
            path ->
                blocker(
                    id(),
                    path.value(),
                    "a running broker is registered on etcd: " + path + " has a lease",
                    "brokers already run on this etcd; nothing may be copied onto it (`migrate"
                        + " rollback` returns to ZooKeeper)"))
        .toList();
  }
}
