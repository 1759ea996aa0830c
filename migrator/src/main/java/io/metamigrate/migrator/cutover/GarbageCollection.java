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

  /**
   * 24 days. With it alone no bookie starts: an interval between compactions that is not 0 must not
   * be shorter (GarbageCollectorThread of 4.14.4, {@code ServerConfiguration.validate} of 4.17.3).
   */
  private static final String NEVER = "2073600000";

  /**
   * The settings that suspend a bookie's garbage collection, by name ({@code ServerConfiguration}).
   * The interval of the entry locations' compaction exists since BookKeeper 4.16.7 and 4.17.2
   * (apache/bookkeeper#4555), and Apache's Helm chart sets it (apache/pulsar-helm-chart#633).
   */
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
      suspended.put("dataIntegrityChecking", "false");
      suspended.put("entryLocationCompactionInterval", "0");
    }
    return suspended;
  }
}
