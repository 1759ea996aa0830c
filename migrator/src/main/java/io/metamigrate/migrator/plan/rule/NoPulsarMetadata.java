package io.metamigrate.migrator.plan.rule;

import static io.metamigrate.migrator.plan.Finding.blocker;

import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.Rule;
import java.util.List;

/** There is nothing to move: most likely the wrong address. */
final class NoPulsarMetadata implements Rule {
  @Override
  public String id() {
    return "NO_PULSAR_METADATA";
  }

  @Override
  public List<Finding> examine(Facts facts) {
    return facts.inventory().holdsPulsar()
        ? List.of()
        : List.of(
            blocker(
                id(),
                facts.connect(),
                "there is no Pulsar or BookKeeper metadata at %s: /ledgers, /managed-ledgers and /admin are all missing"
                    .formatted(facts.connect()),
                "check the address and above all the chroot after the last port"));
  }
}
