package io.metamigrate.migrator.replay;

/**
 * What one transaction may hold. etcd does not report its limits, so the defaults are assumed
 * ({@code --max-txn-ops} 128, {@code --max-request-bytes} 1.5 MiB: etcd {@code
 * embed.DefaultMaxTxnOps}, {@code DefaultMaxRequestBytes}) and lowered to half of what the server
 * refuses. The operation limit bounds the longest of the three lists of a transaction, not their
 * sum (tried on 3.5): with comparisons for lock and direction and puts for mark, own revision and
 * checkpoint, 125 guarded keys fit.
 */
record TransactionLimits(int operations, int bytes) {
  static final TransactionLimits DEFAULT = new TransactionLimits(125, 1 << 20);

  /**
   * What fits if a transaction with so many operations did not. Taken from what was refused and not
   * from the present limit: several that were sent under an older limit may be refused in a row.
   */
  TransactionLimits belowOperations(int refused) {
    return new TransactionLimits(Math.max(1, Math.min(operations, refused / 2)), bytes);
  }

  /** What fits if a transaction with so many bytes did not. */
  TransactionLimits belowBytes(int refused) {
    return new TransactionLimits(operations, Math.max(1, Math.min(bytes, refused / 2)));
  }
}
