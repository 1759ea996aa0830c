package io.metamigrate.migrator.plan.rule;

import static io.metamigrate.migrator.plan.Finding.blocker;

import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.Inventory;
import io.metamigrate.migrator.plan.Rule;
import io.metamigrate.migrator.plan.SeedPlanner;
import io.metamigrate.verifier.check.Sequences;
import java.util.List;
import java.util.OptionalLong;

/** Ids end at 2^63, and the last ones cannot be followed by others. */
final class LedgerIdsExhausted implements Rule {
  @Override
  public String id() {
    return "LEDGER_IDS_EXHAUSTED";
  }

  @Override
  public List<Finding> examine(Facts facts) {
    Inventory inventory = facts.inventory();
    OptionalLong largest = inventory.largestLedgerId();
    Sequences sequences = inventory.sequences();
    if (!SeedPlanner.isExhausted(sequences, largest)) {
      return List.of();
    }
    boolean onEtcd = sequences.targetHighBits() >= Sequences.MAX_HIGH;
    String found =
        onEtcd
            ? Sequences.highOrderBitsPath(sequences.targetHighBits()) + " on etcd"
            : largest.orElse(0) >>> 32 >= Sequences.MAX_HIGH - 1
                ? "ledger " + largest.getAsLong()
                : Sequences.highOrderBitsPath(sequences.sourceHighBits()).value();
    return List.of(
        blocker(
            id(),
            "/ledgers/idgen-long",
            "%s is at the end of all ledger ids: the move needs a high half above it and a rollback one more, and Pulsar cannot read one above %d"
                .formatted(found, Sequences.MAX_HIGH),
            onEtcd
                ? "use an empty etcd: no release of Pulsar writes such a key"
                : "no counter gets there in normal use: find out who created that ledger or key; if no"
                    + " topic, subscription or schema names it, delete it on ZooKeeper"
                    + " (`bookkeeper shell deleteledger`)"));
  }
}
