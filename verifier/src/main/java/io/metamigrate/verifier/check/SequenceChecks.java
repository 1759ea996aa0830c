package io.metamigrate.verifier.check;

import io.metamigrate.verifier.report.CheckResult;

/**
 * The two counters that a copy of keys and bytes loses. Where they are lost, etcd hands out ledger
 * ids from 1 again, below live ledgers: cursors are clamped and messages are gone (seen on real
 * clusters).
 */
public final class SequenceChecks {
  public static final String LEDGER_ID = "NEXT_LEDGER_ID_ABOVE_SOURCE";
  public static final String PRODUCER_NAME = "PRODUCER_NAME_COUNTER";

  private SequenceChecks() {}

  /** The next ledger id on etcd is not below any that ZooKeeper gave or would give next. */
  public static CheckResult ledgerId(Sequences sequences) {
    long source = sequences.nextLedgerIdOnSource();
    long target = sequences.nextLedgerIdOnTarget();
    boolean ok = target >= source;
    return new CheckResult(
        LEDGER_ID,
        ok,
        "next ledger id is %d on ZooKeeper and %d on etcd%s"
            .formatted(
                source,
                target,
                ok
                    ? ""
                    : ": ids would be given twice; run `migrate run` again to seed %s before any broker starts on etcd"
                        .formatted("/ledgers/idgen-long")));
  }

  public static CheckResult producerName(Sequences sequences) {
    long source = sequences.nextProducerNameOnSource();
    long target = sequences.nextProducerNameOnTarget();
    boolean ok = target >= source;
    return new CheckResult(
        PRODUCER_NAME,
        ok,
        "next producer name number is %d on ZooKeeper and %d on etcd%s"
            .formatted(
                source,
                target,
                ok
                    ? ""
                    : ": generated producer names would repeat; run `migrate run` again to seed /counters/producer-name"));
  }
}
