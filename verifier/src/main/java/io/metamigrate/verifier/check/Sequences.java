package io.metamigrate.verifier.check;

import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.store.EtcdEntry;
import io.metamigrate.verifier.store.Pair;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Znode;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The parents of sequential nodes in both stores, and the next number that each store would give.
 *
 * <p>Ledger ids: short ids come from {@code /ledgers/idgen}; once {@code /ledgers/idgen-long}
 * exists, an id is the number in the name of its largest {@code HOB-%010d} child shifted left by 32
 * bits plus that child's own counter (BookKeeper {@code LongZkLedgerIdGenerator}, Pulsar {@code
 * PulsarLedgerIdGenerator}). The counter is half of {@code cversion + numChildren} on ZooKeeper and
 * the key's version on etcd. For one thread.
 */
public final class Sequences {
  /** From this on, the short generator turns to long ids by itself. */
  public static final long SHORT_END = Integer.MAX_VALUE;

  /**
   * The largest high half that Pulsar and BookKeeper can read: they keep it in an int ({@code
   * PulsarLedgerIdGenerator}, {@code LongZkLedgerIdGenerator}).
   */
  public static final long MAX_HIGH = Integer.MAX_VALUE;

  private final Map<ZkPath, Znode> source = new TreeMap<>();
  private final Map<ZkPath, EtcdEntry> target = new TreeMap<>();

  /** Takes a pair of a seeded family. */
  public void add(Pair pair) {
    pair.source().ifPresent(znode -> source.put(pair.path(), znode));
    pair.target().ifPresent(entry -> target.put(pair.path(), entry));
  }

  public boolean sourceHas(ZkPath path) {
    return source.containsKey(path);
  }

  boolean targetHas(ZkPath path) {
    return target.containsKey(path);
  }

  /**
   * Whether ZooKeeper allocates long ids: once this node exists, BookKeeper does ({@code
   * LongZkLedgerIdGenerator}).
   */
  public boolean sourceIsLong() {
    return source.containsKey(Catalogue.LONG_ID_GENERATOR);
  }

  /**
   * Whether etcd allocates long ids: once this key exists, Pulsar does ({@code
   * PulsarLedgerIdGenerator}).
   */
  public boolean targetIsLong() {
    return target.containsKey(Catalogue.LONG_ID_GENERATOR);
  }

  /** The largest high half of ids that ZooKeeper has begun; 0 for none. */
  public long sourceHighBits() {
    return largest(source.keySet());
  }

  /** The largest high half of ids that etcd has begun; 0 for none. */
  public long targetHighBits() {
    return largest(target.keySet());
  }

  /** A counter on etcd that ends with a lease, and its numbers with it. */
  Optional<ZkPath> leased(Predicate<ZkPath> wanted) {
    return target.values().stream()
        .filter(entry -> entry.isLeased() && wanted.test(entry.path()))
        .map(EtcdEntry::path)
        .findFirst();
  }

  /** The next ledger id that ZooKeeper would allocate. */
  public long nextLedgerIdOnSource() {
    if (!sourceIsLong()) {
      return counter(source.get(Catalogue.ID_GENERATOR));
    }
    long high = sourceHighBits();
    return high == 0 ? 1L << 32 : id(high, counter(source.get(highOrderBitsPath(high))));
  }

  /** The counter of the generator that ZooKeeper uses, without the high half. */
  long sourceCounter() {
    return counter(
        source.get(sourceIsLong() ? highOrderBitsPath(sourceHighBits()) : Catalogue.ID_GENERATOR));
  }

  /** The next ledger id that etcd would allocate. */
  public long nextLedgerIdOnTarget() {
    if (!targetIsLong()) {
      return targetVersion(Catalogue.ID_GENERATOR);
    }
    long high = targetHighBits();
    return high == 0 ? 1L << 32 : id(high, targetVersion(highOrderBitsPath(high)));
  }

  /** The next number of a producer's name that ZooKeeper would allocate. */
  public long nextProducerNameOnSource() {
    return counter(source.get(Catalogue.PRODUCER_NAME));
  }

  /** The next number of a producer's name that etcd would allocate. */
  public long nextProducerNameOnTarget() {
    return targetVersion(Catalogue.PRODUCER_NAME);
  }

  /** Beyond the last id that there is, the last one represents all. */
  private static long id(long high, long low) {
    return high > MAX_HIGH ? Long.MAX_VALUE : (high << 32) | low;
  }

  /** The path of the generator for ids with this high half. */
  public static ZkPath highOrderBitsPath(long high) {
    return Catalogue.LONG_ID_GENERATOR.child(String.format(Locale.ROOT, "HOB-%010d", high));
  }

  /** The version of a generator's key on etcd; 0 if it does not exist. */
  public long targetVersion(ZkPath path) {
    return Optional.ofNullable(target.get(path)).map(EtcdEntry::version).orElse(0L);
  }

  private static long counter(@org.jspecify.annotations.Nullable Znode znode) {
    return znode == null ? 0 : znode.nextSequence();
  }

  private static long largest(Iterable<ZkPath> paths) {
    long largest = 0;
    for (ZkPath path : paths) {
      largest = Math.max(largest, high(path).orElse(0));
    }
    return largest;
  }

  /**
   * The high half that a child of the long generator begins. Both generators take any name that is
   * a number without {@code HOB-}, padded or not (LongZkLedgerIdGenerator of BookKeeper 4.14.4,
   * PulsarLedgerIdGenerator of 2.10.0), although they themselves write ten digits.
   */
  public static OptionalLong high(ZkPath path) {
    if (!path.parent().equals(Catalogue.LONG_ID_GENERATOR)) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Long.parseLong(path.name().replace("HOB-", "")));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }
}
