package io.metamigrate.migrator.plan;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.verifier.catalog.PulsarVersion;
import io.metamigrate.verifier.store.TargetFacts;
import io.metamigrate.verifier.store.ZkPath;
import java.util.List;
import java.util.Optional;

/**
 * All that a plan is made from.
 *
 * @param pulsarVersion what the operator says will run; empty is not known, never fine
 * @param ownMove whether etcd holds the state of this very move
 * @param registeredBrokers names below {@code /loadbalance/brokers} on ZooKeeper
 * @param leasedOnTarget the first leased key on etcd where only a living broker has one
 */
public record Facts(
    String cluster,
    String connect,
    Optional<String> zookeeperVersion,
    Optional<PulsarVersion> pulsarVersion,
    Inventory inventory,
    TargetFacts target,
    boolean ownMove,
    List<String> registeredBrokers,
    Optional<ZkPath> leasedOnTarget,
    Configuration configuration) {
  public Facts {
    registeredBrokers = List.copyOf(registeredBrokers);
  }
}
