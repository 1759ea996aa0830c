package io.metamigrate.migrator.plan.rule;

import static io.metamigrate.migrator.plan.Finding.blocker;

import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.LedgerLocations;
import io.metamigrate.migrator.plan.Rule;
import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.ZkPath;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Brokers and bookies on etcd look for ledgers in {@code /ledgers} and nowhere else
 * (AbstractMetadataDriver.resolveLedgersRootPath).
 */
final class LedgersElsewhere implements Rule {
  @Override
  public String id() {
    return "LEDGERS_ELSEWHERE";
  }

  @Override
  public List<Finding> examine(Facts facts) {
    LedgerLocations ledgers = facts.inventory().ledgerLocations();
    Scope scope = facts.configuration().scope().toScope();
    List<Finding> findings = new ArrayList<>();
    // Of what may not be read nothing is known; SOURCE_UNREADABLE blocks.
    if (!facts.inventory().holdsPulsar() || facts.inventory().unreadable().count() > 0) {
      return findings;
    }
    List<String> absent =
        ledgers.absentRoots().stream().filter(scope::contains).map(ZkPath::value).toList();
    // Ledgers that the scope leaves out are CORE_ROOTS_LEFT_OUT's.
    boolean read =
        scope.contains(Catalogue.LEDGERS)
            && !facts.source().leftOut().containsKey(Catalogue.LEDGERS.value());
    boolean lost = ledgers.mostAreMissing() && read;
    if (lost || !absent.isEmpty()) {
      findings.add(blocker(id(), "/ledgers", message(ledgers, lost, absent), remedy(facts)));
    }
    return findings;
  }

  private static String message(LedgerLocations ledgers, boolean lost, List<String> absent) {
    String missing =
        absent.isEmpty()
            ? ""
            : "%s %s not there, which bookies and brokers on etcd cannot start without"
                .formatted(String.join(", ", absent), absent.size() == 1 ? "is" : "are");
    String named =
        lost
            ? String.format(
                Locale.ROOT,
                "%,d of %,d ledgers that topics name are not in /ledgers: their messages could not"
                    + " be read on etcd",
                ledgers.missing(),
                ledgers.named())
            : "";
    return missing + (missing.isEmpty() || named.isEmpty() ? "" : "; ") + named;
  }

  private static String remedy(Facts facts) {
    List<String> roots = new ArrayList<>(facts.inventory().ledgerLocations().otherRoots());
    facts
        .source()
        .outsideChroot()
        .ifPresent(others -> others.forEach(path -> roots.add(path + " (outside of the chroot)")));
    return roots.isEmpty()
        ? "find BookKeeper's metadata, most likely in another ZooKeeper or under another chroot"
            + " (metadataServiceUri and zkLedgersRootPath of the bookies,"
            + " bookkeeperMetadataServiceUri of the brokers). Move it to /ledgers of this tree"
            + " first. If only a root key is missing, create it on ZooKeeper as an empty node;"
            + " INSTANCEID must be that of the cookies"
        : roots.stream().collect(Collectors.joining(", ", "BookKeeper's metadata may be at ", ""))
            + "; on etcd only /ledgers of this tree is checked, so move them there first, or give"
            + " the chroot that holds all";
  }
}
