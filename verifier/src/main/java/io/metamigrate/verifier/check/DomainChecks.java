package io.metamigrate.verifier.check;

import io.metamigrate.verifier.catalog.Action;
import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.catalog.Family;
import io.metamigrate.verifier.report.CheckResult;
import io.metamigrate.verifier.store.ZkPath;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Whether Pulsar and BookKeeper will find on etcd what they need: values that can be read, and
 * whatever they name. A fault that ZooKeeper has too is told, but fails nothing, except where the
 * {@link DomainCheck} says otherwise.
 *
 * <p>Takes every node of both stores, each store's in etcd's key order, the two in any mixture,
 * quickest where the same path of both follow each other; the whole of them, since a part would
 * show references as dangling. Holds about 20 bytes for each ledger and topic. Not thread safe.
 */
public final class DomainChecks {
  private final Decoding decoding = new Decoding();
  private final StoreFacts source = new StoreFacts(true, decoding);
  private final StoreFacts target = new StoreFacts(false, decoding);

  /** The next node of ZooKeeper. */
  public void source(StoreEntry entry) {
    source.accept(entry);
  }

  /** The next key of etcd. */
  public void target(StoreEntry entry) {
    target.accept(entry);
    carried(entry);
  }

  /**
   * One result for each check, when all nodes were taken.
   *
   * @param nextLedgerId what etcd would give to the next ledger
   */
  public List<CheckResult> results(long nextLedgerId) {
    source.end();
    target.end();
    return Stream.of(DomainCheck.values())
        .map(
            check ->
                switch (check) {
                  case NEXT_LEDGER_ID_ABOVE_ALL -> nextLedgerId(nextLedgerId);
                  case NOTHING_EPHEMERAL_CARRIED -> target.faults(check).judge(check, new Faults());
                  default -> target.faults(check).judge(check, source.faults(check));
                })
        .toList();
  }

  private void carried(StoreEntry entry) {
    Faults faults = target.faults(DomainCheck.NOTHING_EPHEMERAL_CARRIED);
    faults.checked();
    Family family = Catalogue.of(new ZkPath(entry.path()));
    if (family.action() == Action.SKIP && !family.structural() && !entry.leased()) {
      faults.add(entry.path() + " must not be there without a lease (" + family.reason() + ")");
    }
  }

  private CheckResult nextLedgerId(long next) {
    LedgerReferences all =
        target.references().highest() >= source.references().highest()
            ? target.references()
            : source.references();
    boolean ok = next > all.highest();
    String detail =
        all.highest() < 0
            ? String.format(Locale.ROOT, "next ledger id %d, no ledger seen", next)
            : String.format(
                Locale.ROOT,
                "next ledger id %d, highest seen %d at %s",
                next,
                all.highest(),
                all.highestAt());
    return new CheckResult(
        DomainCheck.NEXT_LEDGER_ID_ABOVE_ALL.name(),
        ok,
        ok ? detail : detail + ": ids would be given twice and messages lost");
  }
}
