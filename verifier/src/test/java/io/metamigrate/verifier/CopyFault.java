package io.metamigrate.verifier;

import io.metamigrate.verifier.catalog.Action;
import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.decode.LedgerPaths;
import io.metamigrate.verifier.decode.RealTree;
import io.metamigrate.verifier.store.EtcdEntry;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Znode;
import io.metamigrate.verifier.store.Zxid;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Something wrong with a copy, or with both stores, that no answer may hide. */
enum CopyFault {
  NONE,
  KEY_LOST,
  VALUE_CHANGED,
  VALUE_CHANGED_ON_ZOOKEEPER,
  KEY_OF_NOBODY,
  ZNODE_GONE,
  LEASE_ON_A_COPIED_KEY,
  EPHEMERAL_CARRIED,
  LEASE_ON_A_COUNTER,
  LEDGER_IDS_NOT_SEEDED,
  LEDGER_IDS_LOWERED,
  PRODUCER_NAMES_LOWERED,
  ROOT_KEY_LOST_ON_BOTH,
  LEDGERS_LOST_ON_BOTH,
  ID_ABOVE_THE_NEXT_ON_BOTH;

  /** Whether the question is about the fault. */
  enum Where {
    INSIDE,
    OUTSIDE,
    /** Partly, so that either answer is right. */
    UNDECIDED
  }

  record Planted(Where where, String at) {}

  private static final String BROKER = "/loadbalance/brokers/old-broker:8080";

  Planted plant(PairOfStores stores, RandomQuestion question, Random random) {
    boolean late = random.nextBoolean();
    boolean seen = late || question.since().isEmpty();
    return switch (this) {
      case NONE -> new Planted(Where.OUTSIDE, "nothing");
      case KEY_LOST -> {
        ZkPath key = copied(stores, random);
        stores.target.remove(key);
        yield at(question, key, true);
      }
      case VALUE_CHANGED -> {
        ZkPath key = copied(stores, random);
        byte[] value = entry(stores, key).data().bytes();
        stores.put(key, changed(value, random), 1, 0, late);
        yield at(question, key, seen);
      }
      case VALUE_CHANGED_ON_ZOOKEEPER -> {
        ZkPath key = copied(stores, random);
        Znode old = java.util.Objects.requireNonNull(stores.source.get(key));
        stores.source.put(key, changed(old, random, late));
        yield at(question, key, seen);
      }
      case KEY_OF_NOBODY -> {
        ZkPath key = copied(stores, random).child("of-nobody");
        stores.put(key, new byte[] {1}, 1, 0, late);
        yield copiedBelow(key) ? at(question, key, true) : new Planted(Where.UNDECIDED, "" + key);
      }
      case ZNODE_GONE -> {
        ZkPath key = copied(stores, random);
        stores.source.remove(key);
        yield at(question, key, true);
      }
      case LEASE_ON_A_COPIED_KEY -> {
        ZkPath key = copied(stores, random);
        stores.put(key, entry(stores, key).data().bytes(), 1, 5, late);
        yield at(question, key, seen);
      }
      case EPHEMERAL_CARRIED -> {
        ZkPath key = random.nextBoolean() ? new ZkPath(BROKER) : registration(stores, random);
        stores.put(key, new byte[0], 1, 0, late);
        yield at(question, key, true);
      }
      case LEASE_ON_A_COUNTER -> {
        ZkPath counter =
            stores.someKey(random, p -> Catalogue.of(p).action() == Action.SEED).orElseThrow();
        stores.put(counter, new byte[0], entry(stores, counter).version(), 5, late);
        yield counter.equals(Catalogue.PRODUCER_NAME)
            ? counters(question, Catalogue.PRODUCER_NAME)
            : counters(question, Catalogue.ID_GENERATOR, Catalogue.LONG_ID_GENERATOR);
      }
      case LEDGER_IDS_NOT_SEEDED -> {
        stores.target.keySet().removeIf(p -> p.isAtOrBelow(Catalogue.LONG_ID_GENERATOR));
        yield counters(question, Catalogue.ID_GENERATOR, Catalogue.LONG_ID_GENERATOR);
      }
      case LEDGER_IDS_LOWERED -> {
        stores.target.keySet().removeIf(p -> p.isAtOrBelow(Catalogue.LONG_ID_GENERATOR));
        stores.put(Catalogue.ID_GENERATOR, new byte[0], 1 + random.nextInt(100), 0, late);
        yield counters(question, Catalogue.ID_GENERATOR, Catalogue.LONG_ID_GENERATOR);
      }
      case PRODUCER_NAMES_LOWERED -> {
        stores.target.remove(Catalogue.PRODUCER_NAME);
        yield counters(question, Catalogue.PRODUCER_NAME);
      }
      case ROOT_KEY_LOST_ON_BOTH -> {
        List<ZkPath> roots =
            List.of(
                Catalogue.LEDGERS, Catalogue.AVAILABLE, Catalogue.READONLY, Catalogue.INSTANCE_ID);
        ZkPath root = roots.get(random.nextInt(roots.size()));
        stores.source.remove(root);
        stores.target.remove(root);
        yield at(question, root, true);
      }
      case LEDGERS_LOST_ON_BOTH -> {
        stores.source.keySet().removeIf(p -> LedgerPaths.ledgerOf(p.value()).isPresent());
        stores.target.keySet().removeIf(p -> LedgerPaths.ledgerOf(p.value()).isPresent());
        Scope scope = question.scope();
        yield new Planted(
            scope.include().equals(List.of(ZkPath.ROOT))
                    && scope.exclude().stream()
                        .noneMatch(p -> p.isAtOrBelow(Catalogue.LEDGERS) || isTopics(p))
                    && question.since().isEmpty()
                ? Where.INSIDE
                : Where.UNDECIDED,
            "all ledgers");
      }
      case ID_ABOVE_THE_NEXT_ON_BOTH -> {
        ZkPath ledger = new ZkPath(LedgerPaths.pathOf(1L << 40));
        byte[] value = RealTree.value("/ledgers/00/0000/L0013");
        stores.put(ledger, value, 1, 0, late);
        Znode other =
            java.util.Objects.requireNonNull(
                stores.source.get(new ZkPath("/ledgers/00/0000/L0013")));
        stores.source.put(
            ledger,
            new Znode(
                ledger, other.data(), other.czxid(), other.mzxid(), other.pzxid(), 0, 0, 0, 0));
        boolean inside =
            question.scope().contains(ledger)
                && (question.scope().touches(Catalogue.ID_GENERATOR)
                    || question.scope().touches(Catalogue.LONG_ID_GENERATOR));
        yield new Planted(inside ? Where.INSIDE : Where.UNDECIDED, ledger.value());
      }
    };
  }

  private static boolean isTopics(ZkPath path) {
    return path.isAtOrBelow(Catalogue.MANAGED_LEDGERS) || path.isAtOrBelow(Catalogue.SCHEMAS);
  }

  /** A value at rest that an earlier verification must have seen is outside of a later one. */
  private static Planted at(RandomQuestion question, ZkPath path, boolean seen) {
    boolean inside = question.scope().contains(path);
    Where where = inside ? (seen ? Where.INSIDE : Where.UNDECIDED) : Where.OUTSIDE;
    // A lookup from inside may lead to a fault outside, but never has to.
    return new Planted(where, path.value());
  }

  private static Planted counters(RandomQuestion question, ZkPath... counters) {
    boolean inside = Arrays.stream(counters).anyMatch(question.scope()::touches);
    return new Planted(inside ? Where.INSIDE : Where.OUTSIDE, Arrays.toString(counters));
  }

  private static boolean copiedBelow(ZkPath path) {
    return Catalogue.of(path).action() == Action.COPY;
  }

  private static ZkPath copied(PairOfStores stores, Random random) {
    return stores
        .someKey(
            random, p -> Catalogue.of(p).action() == Action.COPY && stores.source.containsKey(p))
        .orElseThrow();
  }

  private static ZkPath registration(PairOfStores stores, Random random) {
    List<ZkPath> all =
        stores.source.keySet().stream()
            .filter(
                p ->
                    Catalogue.of(p).action() == Action.SKIP
                        && !Catalogue.of(p).structural()
                        && !p.equals(ZkPath.ROOT))
            .toList();
    return all.get(random.nextInt(all.size()));
  }

  private static EtcdEntry entry(PairOfStores stores, ZkPath key) {
    return Optional.ofNullable(stores.target.get(key)).orElseThrow();
  }

  private static byte[] changed(byte[] value, Random random) {
    byte[] other = Arrays.copyOf(value, value.length + (value.length == 0 ? 1 : random.nextInt(2)));
    other[random.nextInt(other.length)] ^= 1;
    return other;
  }

  private static Znode changed(Znode old, Random random, boolean late) {
    return new Znode(
        old.path(),
        io.metamigrate.verifier.store.NodeData.of(changed(old.data().bytes(), random)),
        old.czxid(),
        late ? new Zxid(150) : old.mzxid(),
        old.pzxid(),
        old.version() + 1,
        old.cversion(),
        old.numChildren(),
        old.ephemeralOwner());
  }
}
