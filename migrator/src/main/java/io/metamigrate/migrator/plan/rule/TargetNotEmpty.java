package io.metamigrate.migrator.plan.rule;

import static io.metamigrate.migrator.plan.Finding.blocker;

import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.Rule;
import java.util.List;

/** Keys of another owner at paths that this cluster will use. */
final class TargetNotEmpty implements Rule {
  @Override
  public String id() {
    return "TARGET_NOT_EMPTY";
  }

  @Override
  public List<Finding> examine(Facts facts) {
    // Brokers that live there, or another move, are reason enough, and what is there is theirs.
    boolean othersNamed = facts.leasedOnTarget().isPresent() || !facts.contradictions().isEmpty();
    return facts.ownMove() || othersNamed || facts.target().keysInScope() == 0
        ? List.of()
        : List.of(
            blocker(
                id(),
                String.join(",", facts.target().endpoints()),
                "etcd holds %,d keys in scope that are not this move's"
                    .formatted(facts.target().keysInScope()),
                "use an empty etcd; two Pulsar clusters cannot share one, since keys have no"
                    + " prefix"));
  }
}
