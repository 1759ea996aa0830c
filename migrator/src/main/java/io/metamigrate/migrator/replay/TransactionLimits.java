package io.metamigrate.migrator.replay;

/**
 * What one transaction may hold. etcd does not tell its limits, so the defaults are assumed
 * (--max-txn-ops 128, --max-request-bytes 1.5 MiB) and halved when the server refuses. The operation
 * limit bounds the longest of the three lists of a transaction, not their sum (tried on 3.5): with
 * comparisons for lock and direction and puts for mark and checkpoint, 125 guarded keys fit.
 */
record TransactionLimits(int operations, int bytes) {
  static final TransactionLimits DEFAULT = new TransactionLimits(125, 1 << 20);

  TransactionLimits halved() {
    return new TransactionLimits(Math.max(1, operations / 2), Math.max(64 << 10, bytes / 2));
  }
}
