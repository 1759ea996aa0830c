package io.metamigrate.migrator.run;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.plan.ClusterFacts;
import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.Inventory;
import io.metamigrate.migrator.plan.SourceFacts;
import io.metamigrate.migrator.plan.StoreRates;
import io.metamigrate.migrator.pulsar.ClusterInventory;
import io.metamigrate.migrator.replay.EtcdRights;
import io.metamigrate.migrator.replay.StateStore;
import io.metamigrate.verifier.catalog.Action;
import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.catalog.PulsarVersion;
import io.metamigrate.verifier.store.ConfigurationConflicts;
import io.metamigrate.verifier.store.EtcdEntry;
import io.metamigrate.verifier.store.EtcdServerSurvey;
import io.metamigrate.verifier.store.OutOfScope;
import io.metamigrate.verifier.store.PathIndex;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.ServerVersion;
import io.metamigrate.verifier.store.SourceSurvey;
import io.metamigrate.verifier.store.TargetSurvey;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.ZnodeReader;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** Asks the stores and the cluster for what one pass over the pairs does not show. */
final class FactFinder {
  /** So many znodes are asked for their ACL, spread over the whole tree. */
  private static final int ACL_SAMPLE = 400;

  private static final ZkPath CLUSTERS = Catalogue.ADMIN.child("clusters");

  private final Stores stores;
  private final Configuration configuration;
  private final StateStore.StoredState state;

  FactFinder(Stores stores, Configuration configuration, StateStore.StoredState state) {
    this.stores = stores;
    this.configuration = configuration;
    this.state = state;
  }

  Facts find(Inventory inventory, PathIndex paths, StoreRates rates) {
    Scope scope = configuration.scope().toScope();
    String connect = configuration.requireZooKeeper().toString();
    SourceFacts source = source(paths);
    List<String> brokers = stores.znodes().children(List.of(Catalogue.BROKERS)).get(0);
    ClusterFacts components = ClusterInventory.ask(configuration, brokers, inventory.bookKeeper());
    String cluster = cluster(source.clusters(), components);
    return new Facts(
        new Facts.Pulsar(cluster, version(components), components, brokers),
        new Facts.ZooKeeperFacts(connect, ServerVersion.of(stores.zookeeper().settings()), source),
        etcd(cluster, scope),
        inventory,
        rates,
        configuration,
        stores.identity().names());
  }

  private Facts.EtcdFacts etcd(String cluster, Scope scope) {
    Optional<List<Finding>> contradictions =
        state.checkpoint().map(known -> DeclaredMove.contradictions(known, cluster, scope));
    return new Facts.EtcdFacts(
        TargetSurvey.of(stores.etcd(), scope),
        EtcdServerSurvey.of(stores.etcd()),
        OneEtcd.ofComponents(stores.etcd().settings(), componentEndpoints()),
        contradictions.filter(List::isEmpty).isPresent(),
        contradictions.orElse(List.of()),
        leased(),
        new EtcdRights(stores.etcd()).missingOnKeys(MovedRoots.of(stores.znodes(), scope)));
  }

  /** The operator's value, else the one on which all answering brokers agree. */
  private Optional<PulsarVersion> version(ClusterFacts components) {
    List<String> reported =
        components.brokers().stream().flatMap(b -> b.version().stream()).distinct().toList();
    return configuration
        .cluster()
        .pulsarVersion()
        .or(
            () ->
                reported.size() == 1
                    ? Optional.of(PulsarVersion.parse(reported.get(0)))
                    : Optional.empty());
  }

  /** The operator's value, else the brokers', else the only one there is. */
  private String cluster(List<String> clusters, ClusterFacts components) {
    List<String> own = components.ownNames();
    List<String> names = own.isEmpty() ? clusters : own;
    return configuration
        .cluster()
        .name()
        .orElseGet(() -> names.size() == 1 ? names.get(0) : "unnamed");
  }

  private SourceFacts source(PathIndex paths) {
    return new SourceFacts(
        clusters(stores.znodes()),
        stores.znodes().configuration().map(FactFinder::clusters),
        ConfigurationConflicts.find(
                stores.znodes(),
                configuration.scope().toScope(),
                path -> Catalogue.of(path).action() == Action.COPY)
            .stream()
            .map(ZkPath::value)
            .toList(),
        SourceSurvey.clustersOutsideChroot(stores.zookeeper().settings()),
        SourceSurvey.acls(stores.zookeeper(), sample(paths)),
        new OutOfScope(stores.znodes(), Catalogue::isCore).count(configuration.scope().toScope()));
  }

  /** Names below {@code /admin/clusters} but {@code global}. */
  static List<String> clusters(ZnodeReader reader) {
    return reader.children(List.of(CLUSTERS)).get(0).stream()
        .filter(name -> !name.equals("global"))
        .sorted()
        .toList();
  }

  private static List<ZkPath> sample(PathIndex paths) {
    long step = Math.max(1, paths.size() / ACL_SAMPLE);
    List<ZkPath> sample = new ArrayList<>();
    Iterator<String> all = paths.iterator();
    for (long i = 0; all.hasNext(); i++) {
      String path = all.next();
      if (i % step == 0) {
        sample.add(new ZkPath(path));
      }
    }
    return sample;
  }

  private List<String> componentEndpoints() {
    return configuration.target().componentUrl().stream()
        .flatMap(urls -> urls.uris().stream())
        .map(Object::toString)
        .toList();
  }

  private Optional<ZkPath> leased() {
    return stores
        .keys()
        .firstLeased(Catalogue.BROKERS)
        .or(() -> stores.keys().firstLeased(Catalogue.OWNERSHIP))
        .map(EtcdEntry::path);
  }
}
