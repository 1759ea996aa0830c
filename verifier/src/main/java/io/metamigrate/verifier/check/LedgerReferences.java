package io.metamigrate.verifier.check;

import io.metamigrate.verifier.decode.LedgerPaths;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.ZkPath;

/**
 * Which ledgers of one store exist, which are named, and the highest id of all. Ledgers come before
 * what names them: paths are in order and {@code /ledgers} is before {@code /managed-ledgers} and
 * {@code /schemas}. For one thread.
 */
final class LedgerReferences {
  private final LongSet existing = new LongSet();
  private final Faults dangling;
  private final Scope scope;
  private long answered;
  private long missing;
  private long highest = -1;
  private String highestAt = "";

  LedgerReferences(Faults dangling, Scope scope) {
    this.dangling = dangling;
    this.scope = scope;
  }

  void exists(long ledger) {
    existing.add(ledger);
    raise(ledger, "/ledgers");
  }

  /** A node at this path cannot be used without the ledger. */
  void named(long ledger, String path) {
    dangling.checked();
    mentioned(ledger, path);
    if (existing.contains(ledger)) {
      answered++;
    } else if (ledger >= 0 && !scope.contains(new ZkPath(LedgerPaths.pathOf(ledger)))) {
      dangling.outside();
    } else {
      answered++;
      missing++;
      dangling.add(path + " names ledger " + ledger + ", which does not exist");
    }
  }

  /** The id was allocated, even if its ledger no longer exists. */
  void mentioned(long ledger, String path) {
    raise(ledger, path);
  }

  /** References whose ledger is within the question. */
  long answered() {
    return answered;
  }

  /** Those of them whose ledger does not exist. */
  long missing() {
    return missing;
  }

  boolean mostAreMissing() {
    return missing * 2 > answered;
  }

  /** The highest id seen; -1 for none. */
  long highest() {
    return highest;
  }

  /** Where the highest id was seen. */
  String highestAt() {
    return highestAt;
  }

  private void raise(long ledger, String where) {
    if (ledger > highest) {
      highest = ledger;
      highestAt = where;
    }
  }
}
