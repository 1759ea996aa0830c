package io.metamigrate.migrator.cutover;

import io.metamigrate.verifier.check.LongSet;
import io.metamigrate.verifier.decode.LedgerPaths;
import io.metamigrate.verifier.decode.ManagedCursorValue;
import io.metamigrate.verifier.decode.ManagedLedgerPath;
import io.metamigrate.verifier.decode.ManagedLedgerValue;
import io.metamigrate.verifier.decode.ManagedLedgerValue.Ledger;
import io.metamigrate.verifier.decode.SchemaLocatorValue;
import io.metamigrate.verifier.store.ZkPath;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;

/**
 * Which ledgers one store has, and which of those that its topics, subscriptions and schemas name
 * it lacks. Takes nodes in the order of their paths, in which ledgers come before what names them.
 * Holds about 20 bytes for each ledger. For one thread.
 */
final class LedgerNames {
  private static final int MOST_KEPT = 1_000;
  private static final String SCHEMAS = "/schemas/";

  private final LongSet existing = new LongSet();
  private final List<Missing> missing = new ArrayList<>();
  private long highest = -1;
  private long unreadable;
  private long more;

  /** A ledger that a node names and that was not there. */
  record Missing(ZkPath named, long ledger) {}

  void add(ZkPath path, byte[] value) {
    OptionalLong ledger = LedgerPaths.ledgerOf(path.value());
    if (ledger.isPresent()) {
      existing.add(ledger.getAsLong());
      highest = Math.max(highest, ledger.getAsLong());
      return;
    }
    Optional<LongStream> named = named(path, value);
    if (named.isEmpty()) {
      unreadable++;
    } else {
      named.get().forEach(check(path));
    }
  }

  private LongConsumer check(ZkPath path) {
    return id -> {
      highest = Math.max(highest, id);
      if (existing.contains(id)) {
        return;
      }
      if (missing.size() < MOST_KEPT) {
        missing.add(new Missing(path, id));
      } else {
        more++;
      }
    };
  }

  /** The ledgers that a node needs; empty for a value that cannot be read. */
  static Optional<LongStream> named(ZkPath path, byte[] value) {
    if (value.length == 0) {
      return Optional.of(LongStream.empty());
    }
    if (path.value().startsWith(SCHEMAS)) {
      return SchemaLocatorValue.decode(value).decoded().map(SchemaLocatorValue::ledgers);
    }
    Optional<ManagedLedgerPath> managed = ManagedLedgerPath.of(path.value());
    if (managed.isEmpty()) {
      return Optional.of(LongStream.empty());
    }
    if (managed.get().cursor().isPresent()) {
      return ManagedCursorValue.decode(value).decoded().map(ManagedCursorValue::ledgers);
    }
    return ManagedLedgerValue.decode(value)
        .decoded()
        .map(
            topic ->
                topic.ledgers().stream()
                    .filter(ledger -> !ledger.deletedFromBookKeeper())
                    .mapToLong(Ledger::id));
  }

  /** The first {@value #MOST_KEPT}. */
  List<Missing> missing() {
    return List.copyOf(missing);
  }

  /** How many are missing beside those. */
  long moreMissing() {
    return more;
  }

  /** The highest id that exists or is named; -1 for none. */
  long highest() {
    return highest;
  }

  /** Values that cannot be read, so that what they name is not known. */
  long unreadable() {
    return unreadable;
  }
}
