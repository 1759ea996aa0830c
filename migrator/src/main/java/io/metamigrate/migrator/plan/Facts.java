package io.metamigrate.migrator.plan;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.verifier.catalog.PulsarVersion;
import io.metamigrate.verifier.store.EtcdServerFacts;
import io.metamigrate.verifier.store.TargetFacts;
import io.metamigrate.verifier.store.ZkPath;
import java.util.List;
import java.util.Optional;

/**
 * All that a plan is made from. A value; the rules ask it through the accessors below.
 *
 * @param rates what the stores were measured to do
 * @param names what the stores are known by
 */
public record Facts(
    Pulsar pulsar,
    ZooKeeperFacts onZooKeeper,
    EtcdFacts onEtcd,
    Inventory inventory,
    StoreRates rates,
    Configuration configuration,
    StoreNames names) {

  /**
   * The cluster, its brokers and bookies.
   *
   * @param version the one that will run, from the operator; empty is not known, never fine
   * @param registeredBrokers names below {@code /loadbalance/brokers} on ZooKeeper
   */
  public record Pulsar(
      String cluster,
      Optional<PulsarVersion> version,
      ClusterFacts components,
      List<String> registeredBrokers) {
    public Pulsar {
      registeredBrokers = List.copyOf(registeredBrokers);
    }
  }

  /**
   * The source.
   *
   * @param connect the connect string, with its chroot
   * @param version of the server that answered; empty if it does not report one
   */
  public record ZooKeeperFacts(String connect, Optional<String> version, SourceFacts facts) {}

  /**
   * The target.
   *
   * @param components whether brokers and bookies will be sent to this etcd
   * @param ownMove whether it holds the state of this very move
   * @param contradictions a blocker for each way in which the move that it holds is another one
   * @param leased the first leased key where only a living broker has one
   * @param missingRights what the user of etcd may not do and a move does, a line for each
   */
  public record EtcdFacts(
      TargetFacts facts,
      EtcdServerFacts server,
      ComponentEtcd components,
      boolean ownMove,
      List<Finding> contradictions,
      Optional<ZkPath> leased,
      List<String> missingRights) {
    public EtcdFacts {
      contradictions = List.copyOf(contradictions);
      missingRights = List.copyOf(missingRights);
    }
  }

  public String cluster() {
    return pulsar.cluster();
  }

  public String connect() {
    return onZooKeeper.connect();
  }

  Optional<String> zookeeperVersion() {
    return onZooKeeper.version();
  }

  public Optional<PulsarVersion> pulsarVersion() {
    return pulsar.version();
  }

  public SourceFacts source() {
    return onZooKeeper.facts();
  }

  public TargetFacts target() {
    return onEtcd.facts();
  }

  public EtcdServerFacts server() {
    return onEtcd.server();
  }

  public ComponentEtcd componentEtcd() {
    return onEtcd.components();
  }

  public ClusterFacts components() {
    return pulsar.components();
  }

  public boolean ownMove() {
    return onEtcd.ownMove();
  }

  public List<Finding> contradictions() {
    return onEtcd.contradictions();
  }

  public List<String> registeredBrokers() {
    return pulsar.registeredBrokers();
  }

  public Optional<ZkPath> leasedOnTarget() {
    return onEtcd.leased();
  }

  public List<String> missingRights() {
    return onEtcd.missingRights();
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
