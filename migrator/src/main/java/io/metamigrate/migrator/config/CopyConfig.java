package io.metamigrate.migrator.config;

/**
 * How fast and how exactly to copy.
 *
 * @param maxRate changes a second, 0 for no limit
 * @param inFlight etcd transactions awaiting their answer at one time
 * @param ledgerIds how the next ledger id is migrated
 * @param versions whether every key's version is migrated
 * @param maxDeleteShare percent of the copied tree that a comparison may delete unasked
 */
public record CopyConfig(
    long maxRate, int inFlight, LedgerIds ledgerIds, Versions versions, int maxDeleteShare) {
  /** How the next ledger id is migrated. */
  public enum LedgerIds {
    /** Ids continue in the 64-bit range, above all earlier ones, with two puts. */
    LONG,
    /** Ids continue without a gap, with one put for each id allocated so far. */
    EXACT
  }

  /** Which versions are migrated. */
  enum Versions {
    /** Those of the parents of sequential nodes. */
    SEEDED,
    /** Those of every node: etcd's version is ZooKeeper's plus one. */
    EXACT
  }

  public CopyConfig {
    new Checks()
        .rate("maxRate", maxRate)
        .within("inFlight", inFlight, 1, 1024)
        .within("maxDeleteShare", maxDeleteShare, 0, 100)
        .orThrow();
  }

  public boolean exactVersions() {
    return versions == Versions.EXACT;
  }

  static CopyConfig defaults() {
    return new CopyConfig(0, 24, LedgerIds.LONG, Versions.SEEDED, 10);
  }

  static CopyConfig read(Section section) {
    CopyConfig defaults = defaults();
    long rate = section.number("maxRate", defaults.maxRate);
    int inFlight = section.count("inFlight", defaults.inFlight);
    LedgerIds ids = section.choice("ledgerIds", defaults.ledgerIds);
    Versions versions = section.choice("versions", defaults.versions);
    int share = section.count("maxDeleteShare", defaults.maxDeleteShare);
    return section.build(() -> new CopyConfig(rate, inFlight, ids, versions, share), defaults);
  }

  CopyConfig withoutDeletionLimit() {
    return new CopyConfig(maxRate, inFlight, ledgerIds, versions, 100);
  }

  CopyConfig withLedgerIds(LedgerIds newIds) {
    return new CopyConfig(maxRate, inFlight, newIds, versions, maxDeleteShare);
  }

  CopyConfig withVersions(Versions newVersions) {
    return new CopyConfig(maxRate, inFlight, ledgerIds, newVersions, maxDeleteShare);
  }
}
