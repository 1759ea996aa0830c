package io.metamigrate.migrator.plan;

import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.check.LongSet;
import io.metamigrate.verifier.decode.LedgerPaths;
import io.metamigrate.verifier.decode.ManagedLedgerPath;
import io.metamigrate.verifier.decode.ManagedLedgerValue;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Znode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Whether the ledgers that topics name are in this tree, and where else a root of BookKeeper's is.
 * Takes znodes in etcd's key order, in which ledgers come before topics. Holds about 20 bytes a
 * ledger. For one thread.
 */
public final class LedgerLocations {
  /** Two of these below one node make it a root of BookKeeper's. */
  private static final Set<String> MARKS =
      Set.of("available", "cookies", "INSTANCEID", "LAYOUT", "idgen", "underreplication");

  private static final int MAX_ROOTS = 20;
  private final LongSet existing = new LongSet();
  private final Map<String, Set<String>> marks = new TreeMap<>();
  private final Set<ZkPath> absent = new TreeSet<>(Catalogue.ROOT_KEYS);
  private long named;
  private long missing;

  void add(Znode znode) {
    String path = znode.path().value();
    absent.remove(znode.path());
    LedgerPaths.ledgerOf(path).ifPresent(existing::add);
    mark(path);
    ManagedLedgerPath.of(path)
        .filter(topic -> topic.cursor().isEmpty() && !znode.data().isEmpty())
        .flatMap(topic -> ManagedLedgerValue.decode(znode.data().bytes()).decoded())
        .ifPresent(topic -> topic.ledgers().forEach(this::named));
  }

  private void named(ManagedLedgerValue.Ledger ledger) {
    if (!ledger.deletedFromBookKeeper()) {
      named++;
      missing += existing.contains(ledger.id()) ? 0 : 1;
    }
  }

  private void mark(String path) {
    int slash = path.lastIndexOf('/');
    String parent = path.substring(0, Math.max(0, slash));
    if (MARKS.contains(path.substring(slash + 1))
        && !parent.equals(Catalogue.LEDGERS.value())
        && (marks.containsKey(parent) || marks.size() < MAX_ROOTS)) {
      marks.computeIfAbsent(parent, key -> new TreeSet<>()).add(path.substring(slash + 1));
    }
  }

  /** Ledgers that topics name, each as often as it is named. */
  public long named() {
    return named;
  }

  /** Those of them that are not in this tree. */
  public long missing() {
    return missing;
  }

  /** Whether most are missing: then they are in another place, and not lost long ago. */
  public boolean mostAreMissing() {
    return missing * 2 > named;
  }

  /** Keys without which BookKeeper does not start, as far as they are not in this tree. */
  public Set<ZkPath> absentRoots() {
    return Collections.unmodifiableSet(absent);
  }

  /** Other paths that look like a root of BookKeeper's. */
  public List<String> otherRoots() {
    List<String> roots = new ArrayList<>();
    marks.forEach(
        (parent, found) -> {
          if (found.size() > 1) {
            roots.add(parent.isEmpty() ? "/" : parent);
          }
        });
    return roots;
  }
}
