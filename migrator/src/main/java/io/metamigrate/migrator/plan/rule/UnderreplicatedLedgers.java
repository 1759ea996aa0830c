package io.metamigrate.migrator.plan.rule;

import static io.metamigrate.migrator.plan.Finding.warning;

import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.Rule;
import java.util.List;

/** Ledgers that wait for repair when repair is about to be stopped. */
final class UnderreplicatedLedgers implements Rule {
  @Override
  public String id() {
    return "UNDERREPLICATED_LEDGERS";
  }

  @Override
  public List<Finding> examine(Facts facts) {
    long count = facts.inventory().bookKeeper().underreplicated();
    return count == 0
        ? List.of()
        : List.of(
            warning(
                id(),
                "/ledgers/underreplication/ledgers",
                "%,d ledgers have too few copies".formatted(count),
                "let AutoRecovery finish before the window: it is stopped during the move, and"
                    + " losing one more bookie may then lose data"));
  }
}
