package io.metamigrate.migrator.run;

import io.metamigrate.migrator.config.CopyConfig.LedgerIds;
import io.metamigrate.migrator.plan.Seed;
import io.metamigrate.migrator.plan.SeedPlanner;
import io.metamigrate.migrator.replay.Authority;
import io.metamigrate.migrator.replay.VersionRaiser;
import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.check.Sequences;
import io.metamigrate.verifier.store.Pair;
import io.metamigrate.verifier.store.ZkPath;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * Raises the counters on etcd, such as the next ledger id, to what ZooKeeper has now. Safe at any
 * time and any number of times, since a counter is never lowered. For one thread.
 */
public final class SeedWriter {
  private final Stores stores;
  private final LedgerIds strategy;
  private final VersionRaiser raiser;

  public SeedWriter(Stores stores, LedgerIds strategy, Authority authority) {
    this(stores, strategy, authority, puts -> {});
  }

  /**
   * Prepares to raise them.
   *
   * @param progress receives how many puts the present key has had
   */
  SeedWriter(Stores stores, LedgerIds strategy, Authority authority, LongConsumer progress) {
    this.stores = stores;
    this.strategy = strategy;
    this.raiser = new VersionRaiser(stores.etcd(), authority, progress);
  }

  /**
   * Raises the version of each counter's key.
   *
   * @param largestLedger the largest ledger id that is known to be used
   * @return how many puts that took
   * @throws BlockedException if no ledger id is left above the used ones
   */
  public long raise(OptionalLong largestLedger) {
    Sequences sequences = sequences(stores);
    if (SeedPlanner.isExhausted(sequences, largestLedger)) {
      throw new BlockedException(
          "LEDGER_IDS_EXHAUSTED",
          "no ledger id is left above those that were allocated, so none was seeded on etcd",
          "see runbooks/findings.md");
    }
    long puts = 0;
    for (Seed seed : SeedPlanner.plan(sequences, largestLedger, strategy)) {
      puts += seed.keys().stream().mapToLong(raiser::raise).sum();
    }
    return puts;
  }

  /**
   * The parents of sequential nodes as both stores have them now; as etcd alone has them if
   * ZooKeeper is gone.
   */
  public static Sequences sequences(Stores stores) {
    Set<ZkPath> paths = new LinkedHashSet<>();
    paths.add(Catalogue.ID_GENERATOR);
    paths.add(Catalogue.LONG_ID_GENERATOR);
    paths.add(Catalogue.PRODUCER_NAME);
    if (stores.hasZooKeeper()) {
      stores
          .znodes()
          .children(List.of(Catalogue.LONG_ID_GENERATOR))
          .get(0)
          .forEach(name -> paths.add(Catalogue.LONG_ID_GENERATOR.child(name)));
    }
    String below = Catalogue.LONG_ID_GENERATOR.value();
    stores
        .keys()
        .range(below + "/", below + "0", Optional.empty())
        .forEach(entry -> paths.add(entry.path()));
    Sequences sequences = new Sequences();
    if (stores.hasZooKeeper()) {
      stores.both().read(new ArrayList<>(paths)).forEach(sequences::add);
    } else {
      stores
          .keys()
          .read(new ArrayList<>(paths))
          .forEach(
              entry -> sequences.add(new Pair(entry.path(), Optional.empty(), Optional.of(entry))));
    }
    return sequences;
  }
}
