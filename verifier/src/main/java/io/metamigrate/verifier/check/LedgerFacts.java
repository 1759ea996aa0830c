package io.metamigrate.verifier.check;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.decode.LedgerPaths;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.ZkPath;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/**
 * What BookKeeper's nodes of one store show: which ledgers there are, which cookies, which roots.
 * For one thread.
 */
final class LedgerFacts {
  private static final String INSTANCE_ID = Catalogue.INSTANCE_ID.value();
  private static final String COOKIES = Catalogue.COOKIES.value() + "/";

  private final Findings findings;
  private final LedgerReferences references;
  private final Decoding decoding;
  private final boolean anyLayout;
  private final Set<String> missingRoots = new TreeSet<>();
  private Optional<String> instanceId = Optional.empty();
  private boolean instanceKnown;

  /**
   * @param anyLayout whether a ledger counts wherever its node is; else only where brokers on etcd
   *     look for it
   */
  LedgerFacts(
      Findings findings,
      LedgerReferences references,
      Decoding decoding,
      boolean anyLayout,
      Scope scope) {
    this.findings = findings;
    this.references = references;
    this.decoding = decoding;
    this.anyLayout = anyLayout;
    this.instanceKnown = scope.contains(Catalogue.INSTANCE_ID);
    Catalogue.ROOT_KEYS.stream()
        .filter(scope::contains)
        .map(ZkPath::value)
        .forEach(missingRoots::add);
  }

  void accept(StoreEntry entry) {
    if (missingRoots.remove(entry.path())) {
      findings.of(DomainCheck.ROOT_KEYS_PRESENT).checked();
    }
    OptionalLong ledger = LedgerPaths.ledgerOf(entry.path());
    if (ledger.isPresent()) {
      ledger(ledger.getAsLong(), entry);
    } else if (entry.path().equals(INSTANCE_ID)) {
      instanceId = Optional.of(new String(entry.value(), UTF_8));
      instanceKnown &= entry.known();
    } else if (entry.known() && entry.path().startsWith(COOKIES)) {
      cookie(entry);
    }
  }

  void end() {
    for (String root : missingRoots) {
      findings.of(DomainCheck.ROOT_KEYS_PRESENT).add(root + " is not there");
    }
  }

  private void ledger(long id, StoreEntry entry) {
    if (anyLayout || LedgerPaths.isReadByBrokersOnEtcd(entry.path())) {
      references.exists(id);
    }
    if (!entry.known()) {
      return;
    }
    Faults faults = findings.of(DomainCheck.LEDGERS_DECODE);
    faults.checked();
    decoding
        .ledger
        .of(entry)
        .match(metadata -> {}, reason -> faults.add(entry.path() + ": " + reason));
  }

  private void cookie(StoreEntry entry) {
    Faults faults = findings.of(DomainCheck.COOKIES_MATCH_INSTANCE);
    faults.checked();
    String instance = instanceId.orElse("none");
    faultOf(entry, instance).ifPresent(faults::add);
  }

  private Optional<String> faultOf(StoreEntry entry, String instance) {
    String path = entry.path();
    return decoding
        .cookie
        .of(entry)
        .either(
            cookie -> {
              if (!cookie.bookie().equals(path.substring(COOKIES.length()))) {
                return Optional.of(path + " is the cookie of " + cookie.bookie());
              }
              return cookie
                  .instanceId()
                  .filter(id -> instanceKnown && !id.equals(instance))
                  .map(id -> path + " names instance " + id + ", the cluster's is " + instance);
            },
            reason -> Optional.of(path + ": " + reason));
  }
}
