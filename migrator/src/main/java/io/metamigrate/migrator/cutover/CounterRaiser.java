package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.fence.GuardedZooKeeper;
import io.metamigrate.migrator.cutover.fence.ZnodeWrite;
import io.metamigrate.migrator.run.SeedWriter;
import io.metamigrate.migrator.run.Stores;
import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.check.Sequences;
import io.metamigrate.verifier.store.NodeData;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.StoreException;
import io.metamigrate.verifier.store.ZkPath;
import java.util.List;
import java.util.OptionalLong;
import org.apache.zookeeper.KeeperException.Code;

/**
 * Raises ZooKeeper's counters above etcd's. A counter of ZooKeeper's, the cversion of the parent,
 * cannot be set (PrepRequestProcessor): ledger ids get a new high half above both sides' or, if
 * both allocate short ids and few are missing, are allocated by creating and deleting children;
 * producer names are allocated. Never lowers a counter.
 */
final class CounterRaiser {
  /** Beyond this many a new high half is cheaper, and just as safe. */
  static final long MAX_ALLOCATED = 100_000;

  /** How many ids are skipped if the other store is gone. */
  static final int SKIPPED = 1_000;

  private final Stores stores;
  private final GuardedZooKeeper zookeeper;

  CounterRaiser(Stores stores, GuardedZooKeeper zookeeper) {
    this.stores = stores;
    this.zookeeper = zookeeper;
  }

  /**
   * Answers what the next ids are now.
   *
   * @param largestLedger the largest id of a ledger on etcd, if it is known: its counter may be
   *     below it, such as after its key was deleted
   */
  String raise(OptionalLong largestLedger) {
    Sequences before = SeedWriter.sequences(stores);
    ledgerIds(before, largestLedger.orElse(-1));
    long names = before.nextProducerNameOnTarget() - before.nextProducerNameOnSource();
    if (names > 0 && before.sourceHas(Catalogue.PRODUCER_NAME)) {
      zookeeper.allocate(Catalogue.PRODUCER_NAME, names);
    }
    return proof(SeedWriter.sequences(stores), largestLedger);
  }

  /**
   * Skips ledger ids if etcd is gone: a broker that came up there unnoticed may have drawn the next
   * ones, and its entries are still on the bookies. May be repeated.
   */
  void skip() {
    List<String> halves = stores.znodes().children(List.of(Catalogue.LONG_ID_GENERATOR)).get(0);
    OptionalLong high =
        halves.stream()
            .map(Catalogue.LONG_ID_GENERATOR::child)
            .mapToLong(path -> Sequences.high(path).orElse(0))
            .max();
    if (high.isPresent()) {
      create(Sequences.highOrderBitsPath(high.getAsLong() + 1));
    } else {
      create(Catalogue.ID_GENERATOR);
      zookeeper.allocate(Catalogue.ID_GENERATOR, SKIPPED);
    }
  }

  private void ledgerIds(Sequences now, long largestLedger) {
    long wanted = Math.max(now.nextLedgerIdOnTarget(), largestLedger + 1);
    long difference = wanted - now.nextLedgerIdOnSource();
    if (difference <= 0) {
      return;
    }
    boolean bothShort =
        !now.targetIsLong() && !now.sourceIsLong() && largestLedger < Sequences.SHORT_END;
    if (bothShort && difference <= MAX_ALLOCATED && now.sourceHas(Catalogue.ID_GENERATOR)) {
      zookeeper.allocate(Catalogue.ID_GENERATOR, difference);
      return;
    }
    long high =
        Math.max(
                Math.max(now.sourceHighBits(), now.targetHighBits()),
                Math.max(0, largestLedger) >> Integer.SIZE)
            + 1;
    if (high > Sequences.MAX_HIGH) {
      throw new StepFailedException(
          "no ledger id is left on ZooKeeper that is at least %d, which etcd requires"
              .formatted(wanted));
    }
    create(Catalogue.LONG_ID_GENERATOR);
    create(Sequences.highOrderBitsPath(high));
  }

  private void create(ZkPath path) {
    Code code = zookeeper.write(new ZnodeWrite.Create(path, NodeData.EMPTY, false));
    if (code != Code.OK && code != Code.NODEEXISTS) {
      throw new StoreException(
          Store.ZOOKEEPER, "ZooKeeper refused to create " + path + ": " + code);
    }
  }

  /**
   * What shows that no id can be allocated twice.
   *
   * @throws StepFailedException when one could
   */
  static String proof(Sequences now) {
    return proof(now, OptionalLong.empty());
  }

  /** The same, and that the next ledger id is above that of a ledger on etcd. */
  static String proof(Sequences now, OptionalLong largestLedger) {
    if (now.nextLedgerIdOnSource() <= largestLedger.orElse(-1)) {
      throw new StepFailedException(
          "the next ledger id on ZooKeeper is %d, but ledger %d exists on etcd: ids would be allocated twice"
              .formatted(now.nextLedgerIdOnSource(), largestLedger.orElse(-1)));
    }
    if (now.nextLedgerIdOnSource() < now.nextLedgerIdOnTarget()) {
      throw new StepFailedException(
          "the next ledger id is %d on ZooKeeper and %d on etcd: ids would be allocated twice"
              .formatted(now.nextLedgerIdOnSource(), now.nextLedgerIdOnTarget()));
    }
    return "next ledger id %d on ZooKeeper, %d on etcd; next producer name %d and %d"
        .formatted(
            now.nextLedgerIdOnSource(),
            now.nextLedgerIdOnTarget(),
            now.nextProducerNameOnSource(),
            now.nextProducerNameOnTarget());
  }
}
