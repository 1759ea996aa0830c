package io.metamigrate.migrator.plan.rule;

import static io.metamigrate.migrator.plan.Finding.notKnown;
import static io.metamigrate.migrator.plan.Finding.warning;

import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.Rule;
import io.metamigrate.migrator.plan.Seed;
import io.metamigrate.migrator.plan.SeedPlanner;
import io.metamigrate.verifier.check.Sequences;
import java.util.ArrayList;
import java.util.List;

/** Ledger ids have ends: 2^31 for short ones, 2^35 for what packs them into a position. */
final class LedgerIdHeadroom implements Rule {
  private static final long PACKED_END = 1L << 35;

  @Override
  public String id() {
    return "LEDGER_ID_HEADROOM";
  }

  @Override
  public List<Finding> examine(Facts facts) {
    if (facts.inventory().unreadable().count() > 0) {
      return List.of(
          notKnown(
              id(),
              "/ledgers",
              "the next ledger id, since some znodes cannot be read",
              "do what SOURCE_UNREADABLE advises, then plan again"));
    }
    List<Finding> findings = new ArrayList<>();
    if (SeedPlanner.isExhausted(
        facts.inventory().sequences(), facts.inventory().largestLedgerId())) {
      return findings;
    }
    Seed seed =
        SeedPlanner.plan(
                facts.inventory().sequences(),
                facts.inventory().largestLedgerId(),
                facts.configuration().copy().ledgerIds())
            .get(0);
    if (seed.nextId() >= PACKED_END) {
      findings.add(
          warning(
              id(),
              seed.path().value(),
              "the next ledger id on etcd is %,d; from 2^35 on, ids packed with an entry id into 63 bits (sequence ids of functions and connectors) overflow"
                  .formatted(seed.nextId()),
              "use --ledger-ids exact if ids are still below that, or make sure that nothing packs"
                  + " them"));
    } else if (seed.nextId() < Sequences.SHORT_END
        && seed.nextId() > Sequences.SHORT_END / 10 * 9) {
      findings.add(
          warning(
              id(),
              seed.path().value(),
              "the next ledger id on etcd is %,d; at 2^31 ids become 64 bits long while the cluster serves"
                  .formatted(seed.nextId()),
              "leave --ledger-ids at long, so that the change happens in the window"));
    }
    long largest = facts.inventory().largestLedgerId().orElse(-1);
    long next = facts.inventory().sequences().nextLedgerIdOnSource();
    if (largest >= next) {
      findings.add(
          warning(
              id(),
              "/ledgers",
              "ledger %,d exists although ZooKeeper would allocate %,d next: its counter was lost at some time"
                  .formatted(largest, next),
              "nothing to do for the move, the seed is above both; ids may have been issued twice"
                  + " before"));
    }
    return findings;
  }
}
