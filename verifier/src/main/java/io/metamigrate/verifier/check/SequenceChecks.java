package io.metamigrate.verifier.check;

import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.report.CheckResult;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.ZkPath;
import java.util.List;

/**
 * The two counters that a copy of keys and bytes loses. If they are lost, etcd hands out ledger ids
 * from 1 again, below live ledgers: cursors are clamped and messages are gone (seen on real
 * clusters).
 */
public final class SequenceChecks {
  public static final String LEDGER_ID = "NEXT_LEDGER_ID_ABOVE_SOURCE";
  static final String PRODUCER_NAME = "PRODUCER_NAME_COUNTER";

  private static final List<ZkPath> LEDGER_IDS =
      List.of(Catalogue.ID_GENERATOR, Catalogue.LONG_ID_GENERATOR);
  private static final List<ZkPath> PRODUCER_NAMES = List.of(Catalogue.PRODUCER_NAME);

  private SequenceChecks() {}

  /**
   * Both checks, each if the question covers one of its counters.
   *
   * @param sequences all counters of both stores, also those outside of the scope
   */
  public static List<CheckResult> of(Scope scope, Sequences sequences) {
    return List.of(
        asked(scope, LEDGER_IDS) ? ledgerId(sequences) : notRun(LEDGER_ID, LEDGER_IDS),
        asked(scope, PRODUCER_NAMES)
            ? producerName(sequences)
            : notRun(PRODUCER_NAME, PRODUCER_NAMES));
  }

  private static boolean asked(Scope scope, List<ZkPath> counters) {
    return counters.stream().anyMatch(scope::touches);
  }

  private static CheckResult notRun(String id, List<ZkPath> counters) {
    return CheckResult.notRun(
        id,
        "it reads " + String.join(", ", values(counters)) + ", outside of the compared paths",
        values(counters));
  }

  private static List<String> values(List<ZkPath> paths) {
    return paths.stream().map(ZkPath::value).toList();
  }

  /** The next ledger id on etcd is not below any that ZooKeeper gave or would give next. */
  public static CheckResult ledgerId(Sequences sequences) {
    if (sequences.targetHighBits() > Sequences.MAX_HIGH) {
      return CheckResult.of(
          LEDGER_ID,
          false,
          "%s is on etcd, and no Pulsar release can read its number: it is above %d"
              .formatted(
                  Sequences.highOrderBitsPath(sequences.targetHighBits()), Sequences.MAX_HIGH),
          values(LEDGER_IDS));
    }
    return sequences
        .leased(path -> path.isAtOrBelow(Catalogue.LEDGERS))
        .map(leased -> ofLease(LEDGER_ID, leased, LEDGER_IDS))
        .orElseGet(
            () ->
                compared(
                    LEDGER_ID,
                    "next ledger id",
                    sequences.nextLedgerIdOnSource(),
                    sequences.nextLedgerIdOnTarget(),
                    "ids would be allocated twice; run `migrate run` again to seed"
                        + " /ledgers/idgen-long before any broker starts on etcd",
                    LEDGER_IDS));
  }

  private static CheckResult compared(
      String id, String what, long source, long target, String fault, List<ZkPath> reads) {
    boolean ok = target >= source;
    return CheckResult.of(
        id,
        ok,
        "%s is %d on ZooKeeper and %d on etcd%s"
            .formatted(what, source, target, ok ? "" : ": " + fault),
        values(reads));
  }

  /** Pulsar and this tool put counters without one. */
  private static CheckResult ofLease(String id, ZkPath counter, List<ZkPath> reads) {
    return CheckResult.of(
        id,
        false,
        "%s is attached to a lease on etcd: it disappears with the lease, and numbers would be allocated twice; delete that key, then run `migrate run --accept-foreign %s`"
            .formatted(counter, counter),
        values(reads));
  }

  static CheckResult producerName(Sequences sequences) {
    return sequences
        .leased(Catalogue.PRODUCER_NAME::equals)
        .map(leased -> ofLease(PRODUCER_NAME, leased, PRODUCER_NAMES))
        .orElseGet(
            () ->
                compared(
                    PRODUCER_NAME,
                    "next producer name number",
                    sequences.nextProducerNameOnSource(),
                    sequences.nextProducerNameOnTarget(),
                    "generated producer names would repeat; run `migrate run` again to seed"
                        + " /counters/producer-name",
                    PRODUCER_NAMES));
  }
}
