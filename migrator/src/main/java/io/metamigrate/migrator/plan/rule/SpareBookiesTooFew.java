package io.metamigrate.migrator.plan.rule;

import static io.metamigrate.migrator.plan.Finding.warning;

import io.metamigrate.migrator.config.CutoverConfig;
import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.Rule;
import java.util.List;

/** While one bookie restarts, the others must hold a whole ensemble. */
final class SpareBookiesTooFew implements Rule {
  @Override
  public String id() {
    return "SPARE_BOOKIES_TOO_FEW";
  }

  @Override
  public List<Finding> examine(Facts facts) {
    int writable = facts.inventory().bookKeeper().writable().size();
    if (facts.configuration().cutover().strategy() != CutoverConfig.Strategy.ROLLING
        || writable == 0) {
      return List.of();
    }
    int ensemble =
        Math.max(
            facts.inventory().bookKeeper().largestOpenEnsemble(),
            facts.components().ofBrokers("managedLedgerDefaultEnsembleSize").values().stream()
                .filter(text -> text.matches("\\d{1,4}"))
                .mapToInt(Integer::parseInt)
                .max()
                .orElse(0));
    return writable > ensemble
        ? List.of()
        : List.of(
            warning(
                id(),
                "cutover.strategy",
                "%d bookies take writes and ledgers are spread over %d: while one of them restarts, no ledger can be created and topics stop"
                    .formatted(writable, ensemble),
                "add a bookie, or lower managedLedgerDefaultEnsembleSize and the namespaces'"
                    + " persistence, or use cutover.strategy stop-all"));
  }
}
