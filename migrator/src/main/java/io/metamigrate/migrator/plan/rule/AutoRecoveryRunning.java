package io.metamigrate.migrator.plan.rule;

import static io.metamigrate.migrator.plan.Finding.info;
import static io.metamigrate.migrator.plan.Finding.warning;

import io.metamigrate.migrator.plan.BookKeeperNodes;
import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.Rule;
import java.util.List;
import java.util.Map;

/** Repair rewrites ledger metadata (LedgerFragmentReplicator), also while brokers are stopped. */
final class AutoRecoveryRunning implements Rule {
  private static final String PATH = "/ledgers/underreplication";
  private static final String REMEDY =
      "before the window: `bookkeeper shell autorecovery -disable`, stop the AutoRecovery nodes,"
          + " set autoRecoveryDaemonEnabled=false on bookies that run it";

  @Override
  public String id() {
    return "AUTORECOVERY_RUNNING";
  }

  @Override
  public List<Finding> examine(Facts facts) {
    BookKeeperNodes nodes = facts.inventory().bookKeeper();
    List<String> on =
        facts.components().ofBookies("autoRecoveryDaemonEnabled").entrySet().stream()
            .filter(entry -> entry.getValue().equalsIgnoreCase("true"))
            .map(Map.Entry::getKey)
            .toList();
    if (!nodes.auditor() && nodes.repairLocks() == 0 && on.isEmpty()) {
      return List.of();
    }
    String message =
        "AutoRecovery runs: %s, %,d ledgers are being repaired%s"
            .formatted(
                nodes.auditor() ? "an auditor is elected" : "no auditor is elected",
                nodes.repairLocks(),
                on.isEmpty() ? "" : ", autoRecoveryDaemonEnabled=true on " + String.join(", ", on));
    return List.of(
        nodes.repairDisabled() && nodes.repairLocks() == 0
            ? info(id(), PATH, message + "; it is disabled", "stop it before the window anyway")
            : warning(id(), PATH, message, REMEDY));
  }
}
