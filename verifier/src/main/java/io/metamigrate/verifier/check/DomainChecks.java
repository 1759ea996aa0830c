package io.metamigrate.verifier.check;

import io.metamigrate.verifier.catalog.Action;
import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.catalog.Family;
import io.metamigrate.verifier.report.CheckResult;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.ZkPath;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Whether Pulsar and BookKeeper will find on etcd what they need: values that can be read, and
 * everything that they refer to. A fault that ZooKeeper has too is reported, but fails nothing,
 * unless the {@link DomainCheck} demands it.
 *
 * <p>Takes every node of both stores within the question, each store's in etcd's key order, the two
 * in any mixture, quickest where the same path of both follow each other. What a node names outside
 * of the question is not missed. Holds about 20 bytes for each ledger and topic. For one thread.
 */
public final class DomainChecks {
  private final Decoding decoding = new Decoding();
  private final Scope scope;
  private final boolean everyValue;
  private final StoreFacts source;
  private final StoreFacts target;

  /** For a question about everything. */
  public DomainChecks() {
    this(Scope.ALL, true);
  }

  /**
   * For a question about a part.
   *
   * @param everyValue whether the value of every node in scope will be read, not only of those that
   *     changed
   */
  public DomainChecks(Scope scope, boolean everyValue) {
    this.scope = scope;
    this.everyValue = everyValue;
    this.source = new StoreFacts(true, decoding, scope);
    this.target = new StoreFacts(false, decoding, scope);
  }

  /** The next node of ZooKeeper. */
  public void source(StoreEntry entry) {
    source.accept(entry);
  }

  /** The next key of etcd. */
  public void target(StoreEntry entry) {
    target.accept(entry);
    checkNotEphemeral(entry);
  }

  /**
   * One result for each check, when all nodes were taken.
   *
   * @param nextLedgerId what etcd would give to the next ledger
   */
  public List<CheckResult> results(long nextLedgerId) {
    source.end();
    target.end();
    return Stream.of(DomainCheck.values()).map(check -> result(check, nextLedgerId)).toList();
  }

  private CheckResult result(DomainCheck check, long nextLedgerId) {
    if (!check.isAsked(scope)) {
      return CheckResult.notRun(check.name(), check.reasonToSkip(scope), check.reads());
    }
    return switch (check) {
      case NEXT_LEDGER_ID_ABOVE_ALL -> nextLedgerId(nextLedgerId);
      case NOTHING_EPHEMERAL_CARRIED, ROOT_KEYS_PRESENT ->
          target.faults(check).compare(check, new Faults());
      case LEDGERS_EXIST -> ledgersExist();
      default -> target.faults(check).compare(check, source.faults(check));
    };
  }

  /**
   * Some lost ledgers are an old loss that a copy can only repeat. If most are lost, the copy has
   * none of the cluster's data: they are under another root or in another ZooKeeper.
   */
  private CheckResult ledgersExist() {
    DomainCheck check = DomainCheck.LEDGERS_EXIST;
    CheckResult result = target.faults(check).compare(check, source.faults(check));
    LedgerReferences references = target.references();
    return everyValue && result.ok() && references.mostAreMissing()
        ? CheckResult.of(
            check.name(),
            false,
            String.format(
                Locale.ROOT,
                "%,d of %,d named ledgers are missing on both stores: BookKeeper's metadata are"
                    + " under another root, chroot or ZooKeeper; %s",
                references.missing(),
                references.answered(),
                result.detail()),
            check.reads())
        : result;
  }

  private void checkNotEphemeral(StoreEntry entry) {
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
    return CheckResult.of(
        DomainCheck.NEXT_LEDGER_ID_ABOVE_ALL.name(),
        ok,
        ok ? detail : detail + ": ids would be allocated twice and messages lost",
        DomainCheck.NEXT_LEDGER_ID_ABOVE_ALL.reads());
  }
}
