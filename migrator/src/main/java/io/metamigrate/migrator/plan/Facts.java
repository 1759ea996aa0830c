package io.metamigrate.migrator.plan;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.verifier.catalog.PulsarVersion;
import io.metamigrate.verifier.store.EtcdServerFacts;
import io.metamigrate.verifier.store.TargetFacts;
import io.metamigrate.verifier.store.ZkPath;
import java.util.List;
import java.util.Optional;

/**
 * All that a plan is made from.
 *
 * @param pulsarVersion the version that will run, from the operator; empty is not known, never fine
 * @param componentEtcd whether brokers and bookies will be sent to this etcd
 * @param ownMove whether etcd holds the state of this very move
 * @param registeredBrokers names below {@code /loadbalance/brokers} on ZooKeeper
 * @param leasedOnTarget the first leased key on etcd where only a living broker has one
 * @param lackingRights what the user of etcd may not do and a move does, a line for each
 */
public record Facts(
    String cluster,
    String connect,
    Optional<String> zookeeperVersion,
    Optional<PulsarVersion> pulsarVersion,
    Inventory inventory,
    SourceFacts source,
    TargetFacts target,
    EtcdServerFacts server,
    ComponentEtcd componentEtcd,
    ClusterFacts components,
    boolean ownMove,
    List<String> registeredBrokers,
    Optional<ZkPath> leasedOnTarget,
    List<String> lackingRights,
    StoreRates pace,
    Configuration configuration) {
  public Facts {
    registeredBrokers = List.copyOf(registeredBrokers);
    lackingRights = List.copyOf(lackingRights);
  }

  /** The endpoints that brokers and bookies will be given. */
  public List<String> componentEndpoints() {
    return configuration
        .target()
        .componentUrl()
        .or(() -> configuration.target().etcd())
        .map(urls -> urls.uris().stream().map(Object::toString).toList())
        .orElse(List.of());
  }
}
