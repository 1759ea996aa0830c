package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.restart.Component;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.migrator.restart.NodeState;
import io.metamigrate.migrator.restart.Obstacle;
import io.metamigrate.migrator.restart.RestartDriver;
import io.metamigrate.migrator.restart.StepOutcome;
import io.metamigrate.migrator.run.BlockedException;
import io.metamigrate.migrator.run.Stores;
import io.metamigrate.verifier.store.ZkPath;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether a node may be stopped for a check: the cluster must not depend on it. */
record DriverCheckConditions(
    List<Node> all, NodeService service, Stores stores, RestartDriver driver) {

  void require(Node node) {
    for (Obstacle obstacle : driver.check(all)) {
      boolean accepted =
          obstacle.acceptAs().filter(service.config().accept()::contains).isPresent();
      if (obstacle.blocks() && !accepted) {
        throw new BlockedException("DRIVER_NOT_READY", obstacle.toString(), "rehearse the cutover");
      }
    }
    if (node.component() == Component.BROKER
        && all.stream().filter(one -> one.component() == Component.BROKER).count() == 1) {
      throw new BlockedException(
          "ONLY_BROKER",
          node + " is the only broker, so topics would have none",
          "check another node, or time the restart in a window");
    }
    for (Node one : all) {
      StepOutcome serves =
          NodeService.isSeen(one)
              ? service.serves(one, service.place(one))
              : driver.probe(one, NodeState.RUNNING);
      if (!serves.isDone() && (NodeService.isSeen(one) || driver.canProbe(one))) {
        throw new BlockedException(
            "ANOTHER_DOWN",
            "%s does not serve: %s".formatted(one, NodeService.words(serves)),
            "start it first; no node is stopped while one is down");
      }
    }
    underReplicated()
        .ifPresent(
            ledger -> {
              throw new BlockedException(
                  "UNDERREPLICATED_LEDGERS",
                  "the auditor names ledgers that lack a copy, first " + ledger,
                  "wait until AutoRecovery has repaired them");
            });
  }

  /** The first mark of the auditor's on either store. */
  private Optional<String> underReplicated() {
    Optional<String> onEtcd = UnderReplicatedLedgers.onEtcd(stores.keys()).map(ZkPath::value);
    List<ZkPath> level = List.of(UnderReplicatedLedgers.ROOT);
    while (onEtcd.isEmpty() && !level.isEmpty()) {
      List<ZkPath> next = new ArrayList<>();
      List<List<String>> names = stores.znodes().children(level);
      for (int i = 0; i < level.size(); i++) {
        for (String name : names.get(i)) {
          if (name.startsWith(UnderReplicatedLedgers.MARK)) {
            return Optional.of(level.get(i).child(name).value());
          }
          next.add(level.get(i).child(name));
        }
      }
      level = next;
    }
    return onEtcd;
  }
}
