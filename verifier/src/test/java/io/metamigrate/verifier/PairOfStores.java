package io.metamigrate.verifier;

import io.metamigrate.verifier.catalog.Action;
import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.decode.RealTree;
import io.metamigrate.verifier.diff.Comparison.Differs;
import io.metamigrate.verifier.report.Difference;
import io.metamigrate.verifier.report.VerificationReport;
import io.metamigrate.verifier.store.EtcdEntry;
import io.metamigrate.verifier.store.NodeData;
import io.metamigrate.verifier.store.Pair;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Znode;
import io.metamigrate.verifier.store.Zxid;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/** A real cluster's ZooKeeper and a right copy of it on etcd, both in memory, to be spoiled. */
final class PairOfStores {
  private static final List<ZkPath> PATHS =
      RealTree.nodes().keySet().stream()
          .filter(path -> !path.equals("/"))
          .map(ZkPath::new)
          .toList();
  private static final ZkPath HOB = Catalogue.LONG_ID_GENERATOR.child("HOB-0000000001");

  final Map<ZkPath, Znode> source = new TreeMap<>();
  final Map<ZkPath, EtcdEntry> target = new TreeMap<>();

  PairOfStores() {
    for (RealTree.RealNode node : RealTree.nodes().values()) {
      ZkPath path = new ZkPath(node.path());
      Zxid zxid = new Zxid(7);
      source.put(
          path,
          new Znode(
              path,
              NodeData.of(node.value()),
              zxid,
              zxid,
              zxid,
              node.version(),
              node.cversion(),
              node.children(),
              node.ephemeral() ? 77 : 0));
      Action action = Catalogue.of(path).action();
      if (!node.ephemeral() && action == Action.COPY) {
        put(path, node.value(), 1, 0, false);
      }
    }
    put(Catalogue.ID_GENERATOR, new byte[0], 1, 0, false);
    put(Catalogue.LONG_ID_GENERATOR, new byte[0], 1, 0, false);
    put(HOB, new byte[0], 1, 0, false);
    Optional.ofNullable(source.get(Catalogue.PRODUCER_NAME))
        .ifPresent(
            counter -> put(Catalogue.PRODUCER_NAME, new byte[0], counter.nextSequence(), 0, false));
  }

  /** A key on etcd; {@code late} is after {@link RandomQuestion#AFTER_THE_COPY}. */
  void put(ZkPath path, byte[] value, long version, long lease, boolean late) {
    Revision at = new Revision(late ? 150 : 50);
    target.put(path, new EtcdEntry(path, NodeData.of(value), at, at, version, lease));
  }

  /** Any path of the tree, or one of those above it. */
  ZkPath somePath(Random random) {
    String path = PATHS.get(random.nextInt(PATHS.size())).value();
    int parts = path.split("/", -1).length - 1;
    for (int cut = random.nextInt(parts); cut > 0; cut--) {
      path = path.substring(0, path.lastIndexOf('/'));
    }
    return new ZkPath(path);
  }

  /** A key of etcd that is one of these. */
  Optional<ZkPath> someKey(Random random, Predicate<ZkPath> wanted) {
    List<ZkPath> keys = target.keySet().stream().filter(wanted).toList();
    return keys.isEmpty() ? Optional.empty() : Optional.of(keys.get(random.nextInt(keys.size())));
  }

  /** As the verifier asks it of its pure part. */
  VerificationReport ask(RandomQuestion question) {
    Assessment assessment = new Assessment(question.scope(), question.since(), false);
    TreeSet<ZkPath> all = new TreeSet<>(source.keySet());
    all.addAll(target.keySet());
    if (assessment.needsCountersOutOfScope()) {
      all.stream()
          .filter(path -> path.isAtOrBelow(Catalogue.LEDGERS))
          .filter(path -> Catalogue.of(path).action() == Action.SEED)
          .forEach(path -> assessment.counter(pair(path)));
    }
    List<Difference> differences = new ArrayList<>();
    for (ZkPath path : all) {
      if (question.scope().contains(path)) {
        assessment.add(pair(path)).map(PairOfStores::difference).ifPresent(differences::add);
      }
    }
    return assessment.report(Optional.empty(), new Revision(200), Map.of(), differences, 0);
  }

  private Pair pair(ZkPath path) {
    return new Pair(
        path, Optional.ofNullable(source.get(path)), Optional.ofNullable(target.get(path)));
  }

  private static Difference difference(Differs differs) {
    return new Difference(differs.pair().path(), differs.kind().name(), differs.detail());
  }
}
