package io.metamigrate.migrator.cutover;

import io.metamigrate.verifier.catalog.PulsarVersion;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Whether a bookie may collect garbage. A bookie deletes each ledger that its metadata store does
 * not list (BookKeeper {@code ScanAndCompareGarbageCollector}), so while ledgers exist that only
 * the other store knows, its garbage collection is suspended.
 */
enum GarbageCollection {
  /** No garbage is collected and no integrity check runs. */
  SUSPENDED,
  /** The operator's own settings. */
  ENABLED;

  /** 24 days; the value must fit an int, and with it alone BookKeeper 4.16 does not start. */
  private static final String NEVER = "2073600000";

  /** The settings that suspend a bookie's garbage collection, by name. */
  static SortedMap<String, String> settings(PulsarVersion version) {
    SortedMap<String, String> suspended =
        new TreeMap<>(
            Map.of(
                "gcWaitTime", NEVER,
                "minorCompactionInterval", "0",
                "majorCompactionInterval", "0",
                "isForceGCAllowWhenNoSpace", "false",
                "gcOverreplicatedLedgerWaitTime", "0"));
    if (version.bookiesCheckDataIntegrity()) {
      suspended.put("dataIntegrityCheckingEnabled", "false");
    }
    return suspended;
  }
}
