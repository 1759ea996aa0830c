package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.fence.Registrations;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.migrator.restart.NodeState;
import io.metamigrate.migrator.restart.StepOutcome;
import io.metamigrate.verifier.store.EtcdEntry;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Znode;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Asks where every node is, on the side on which all of them should be: by its own registration
 * there, by none on the other side, by its port or health check, and by the driver's probe; and
 * where it would start next. Asks both stores again at each call.
 */
final class NodePlacementCheck {
  private final CutoverContext context;
  private final Store side;

  NodePlacementCheck(CutoverContext context, Store side) {
    this.context = context;
    this.side = side;
  }

  CheckReport check(KnownNodes known) {
    CheckReport.CheckCollector seen = new CheckReport.CheckCollector();
    for (String bookie : known.bookies()) {
      bookie(bookie, known, seen);
    }
    brokers(seen);
    return seen.report();
  }

  private void bookie(String id, KnownNodes known, CheckReport.CheckCollector seen) {
    Registrations registrations = context.registrations();
    List<EtcdEntry> keys = registrations.onEtcd(id);
    List<Znode> znodes = registrations.onZooKeeper(id);
    if (known.isLost(id)) {
      lost(id, keys, znodes, seen);
      return;
    }
    if (side == Store.ETCD) {
      znodes.forEach(
          znode ->
              seen.fault(
                  "bookie %s still has %s in ZooKeeper%s"
                      .formatted(
                          id, znode.path(), znode.isEphemeral() ? "" : mirror(znode.path()))));
    } else {
      keys.forEach(key -> seen.fault("bookie %s still has %s on etcd".formatted(id, key.path())));
    }
    Optional<Node> node = known.bookieNode(id);
    Node asked = node.orElseGet(() -> KnownNodes.unconfigured(id));
    StepOutcome present = context.bookies().present(asked, side);
    if (present instanceof StepOutcome.Done done) {
      if (isReadOnly(id)) {
        seen.note("bookie %s is read-only on %s".formatted(id, side.title()));
      }
      if (done.detail().contains("cannot be reached")) {
        seen.notChecked(done.detail());
      }
    } else {
      seen.fault("%s; start it on %s".formatted(NodeService.words(present), side.title()));
    }
    if (node.isPresent()) {
      probe(node.get(), seen);
    } else {
      seen.notChecked(
          "bookie %s by the driver: it is not in cutover.bookies; add {id: \"%s\"}"
              .formatted(id, id));
    }
  }

  /** One that outlived a cutover which declared ZooKeeper gone. */
  private static String mirror(ZkPath path) {
    return ", a mirror; delete it: bin/pulsar zookeeper-shell delete " + path;
  }

  private static void lost(
      String id, List<EtcdEntry> keys, List<Znode> znodes, CheckReport.CheckCollector seen) {
    Set<ZkPath> there = new TreeSet<>();
    keys.forEach(key -> there.add(key.path()));
    znodes.forEach(znode -> there.add(znode.path()));
    if (there.isEmpty()) {
      seen.note("bookie %s is recorded as lost".formatted(id));
    } else {
      seen.fault(
          "ALARM: bookie %s is recorded as lost, but registered again at %s; stop it"
              .formatted(id, there));
    }
  }

  private boolean isReadOnly(String id) {
    ZkPath path = Registrations.readOnly(id);
    return side == Store.ETCD
        ? context.registrations().key(path).isPresent()
        : context.registrations().znode(path).isPresent();
  }

  private void brokers(CheckReport.CheckCollector seen) {
    Registrations registrations = context.registrations();
    Set<String> here = new TreeSet<>();
    if (side == Store.ETCD) {
      Set<String> ownerless = registrations.brokersWithoutSession();
      registrations
          .brokersOnZooKeeper()
          .forEach(
              broker ->
                  seen.fault(
                      "broker %s is registered in ZooKeeper%s"
                          .formatted(
                              broker,
                              ownerless.contains(broker)
                                  ? "; " + BrokerRemoval.remedy(broker)
                                  : "")));
      registrations.brokersOnEtcd().forEach(key -> here.add(key.path().name()));
    } else {
      registrations
          .brokersOnEtcd()
          .forEach(
              key -> seen.fault("broker %s is registered on etcd".formatted(key.path().name())));
      here.addAll(registrations.brokersOnZooKeeper());
    }
    for (Node broker : context.brokers().nodes()) {
      here.remove(broker.id());
      StepOutcome healthy = context.brokers().healthy(broker, side);
      if (!healthy.isDone()) {
        seen.fault(
            "%s; start or repair it on %s".formatted(NodeService.words(healthy), side.title()));
      }
      probe(broker, seen);
    }
    here.forEach(
        broker ->
            seen.notChecked(
                "broker %s, registered on %s but not in cutover.brokers; add {id: \"%s\"}"
                    .formatted(broker, side.title(), broker)));
  }

  /** A driver that cannot probe reports neither that a node runs nor that it is stopped. */
  private void probe(Node node, CheckReport.CheckCollector seen) {
    NextStart.leaves(node, context.lockedDriver().driver().configuration(node), side)
        .ifPresent(seen::fault);
    StepOutcome runs = context.lockedDriver().driver().probe(node, NodeState.RUNNING);
    if (runs.isDone()) {
      return;
    }
    if (context.lockedDriver().driver().probe(node, NodeState.STOPPED).isDone()) {
      seen.fault(
          "%s does not run, according to the driver's probe: %s"
              .formatted(node, NodeService.words(runs)));
    } else {
      seen.notChecked("the driver's probe of %s: %s".formatted(node, NodeService.words(runs)));
    }
  }
}
