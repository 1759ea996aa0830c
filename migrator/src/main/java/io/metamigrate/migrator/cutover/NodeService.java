package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.config.BrokerConfig;
import io.metamigrate.migrator.config.CutoverConfig;
import io.metamigrate.migrator.cutover.fence.Registrations;
import io.metamigrate.migrator.pulsar.BrokerHealth;
import io.metamigrate.migrator.restart.Component;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.migrator.restart.StepOutcome;
import io.metamigrate.verifier.store.EtcdEntry;
import io.metamigrate.verifier.store.Znode;
import java.util.Optional;

/** Whether a node serves, by its registration and its own answer; reads only. */
record NodeService(CutoverConfig config, Registrations registrations, BrokerHealth health) {
  /** Where a node is registered. */
  enum Place {
    ZOOKEEPER,
    ETCD,
    /** It registers nowhere that can be seen, as AutoRecovery does. */
    NOWHERE
  }

  Place place(Node node) {
    if (node.component() == Component.BOOKIE) {
      return onEtcd(node)
          ? Place.ETCD
          : writable(node).isPresent() ? Place.ZOOKEEPER : Place.NOWHERE;
    }
    if (node.component() == Component.BROKER) {
      return registrations.brokersOnZooKeeper().contains(node.id())
          ? Place.ZOOKEEPER
          : brokerOnEtcd(node) ? Place.ETCD : Place.NOWHERE;
    }
    return Place.NOWHERE;
  }

  /** Registered where it was, writable or healthy. */
  StepOutcome serves(Node node, Place where) {
    Place now = place(node);
    if (isSeen(node) && (now == Place.NOWHERE || now != where)) {
      return StepOutcome.notYet(
          node + (now == Place.NOWHERE ? " is not registered" : " is registered on " + now));
    }
    return switch (node.component()) {
      case BOOKIE ->
          now == Place.ETCD
              ? StepOutcome.done(node + " is registered on etcd and writable")
              : writable(node)
                  .map(znode -> Bookies.port(node, znode.data()))
                  .orElseGet(() -> StepOutcome.notYet(node + " is not registered"));
      case BROKER -> health.healthy(broker(node));
      default -> StepOutcome.done(node + " registers nowhere; its probe decides");
    };
  }

  /** Registered nowhere any more. */
  StepOutcome gone(Node node) {
    Place now = place(node);
    return now == Place.NOWHERE
        ? StepOutcome.done(isSeen(node) ? "its registration is gone" : "it registers nowhere")
        : StepOutcome.notYet("it is still registered on " + now);
  }

  /** Whether a registration shows this kind of node. */
  static boolean isSeen(Node node) {
    return node.component() == Component.BOOKIE || node.component() == Component.BROKER;
  }

  static String words(StepOutcome outcome) {
    return outcome instanceof StepOutcome.Done done
        ? done.detail()
        : outcome instanceof StepOutcome.NotYet waiting
            ? waiting.reason()
            : ((StepOutcome.Failed) outcome).cause();
  }

  private boolean onEtcd(Node bookie) {
    return registrations
        .key(Registrations.writable(bookie.id()))
        .filter(EtcdEntry::isLeased)
        .isPresent();
  }

  private Optional<Znode> writable(Node bookie) {
    return registrations.znode(Registrations.writable(bookie.id()));
  }

  private boolean brokerOnEtcd(Node broker) {
    return registrations.brokersOnEtcd().stream()
        .anyMatch(key -> key.path().name().equals(broker.id()));
  }

  private BrokerConfig broker(Node node) {
    return config.brokers().stream()
        .filter(broker -> broker.id().equals(node.id()))
        .findFirst()
        .orElseThrow();
  }
}
