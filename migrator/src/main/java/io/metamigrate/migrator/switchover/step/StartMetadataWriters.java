package io.metamigrate.migrator.switchover.step;

import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.switchover.engine.ActionContext;
import io.metamigrate.migrator.switchover.engine.Answer;
import io.metamigrate.migrator.switchover.engine.Condition;
import io.metamigrate.migrator.switchover.engine.Step;
import io.metamigrate.migrator.switchover.engine.StepHooks.HookPoint;
import io.metamigrate.migrator.switchover.node.Node;
import io.metamigrate.migrator.switchover.node.NodeKind;
import io.metamigrate.migrator.switchover.side.MetadataSide;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts what else writes metadata, on the target, and restores the disable flag that was found.
 */
public record StartMetadataWriters(SwitchoverContext context) implements Step {
  static final String ID = "side-writers-to-etcd";

  @Override
  public String id() {
    return ID;
  }

  @Override
  public String phase() {
    return context.isForward() ? Phase.UNPARKING_BOOKIES.title() : Phase.ROLLING_BACK.title();
  }

  @Override
  public String title() {
    return "Start what else writes metadata on " + context.target().kind().title();
  }

  @Override
  public void act(ActionContext action) {
    for (MetadataSide side : List.of(context.zookeeper(), context.etcd())) {
      if (!wasDisabled() && side.isReplicationDisabled()) {
        side.enableReplication(action.permit("enable replication on " + side.kind().title()));
      }
    }
    Nodes nodes = new Nodes(context);
    for (Node node : context.nodes(NodeKind.AUTORECOVERY)) {
      nodes.stop(action, node);
      nodes.configure(action, node, context.settingsOnTarget(node));
      nodes.start(action, node);
    }
    action.hook(HookPoint.START_SIDE_WRITERS);
  }

  /** By the flag on ZooKeeper before the forward move. */
  private boolean wasDisabled() {
    return context
        .foundByForward(StopMetadataWriters.ID, StopMetadataWriters.flagKey(context.zookeeper()))
        .filter("true"::equals)
        .isPresent();
  }

  /** Nobody can see what the operator's command did. */
  @Override
  public boolean isShownByProof() {
    return !context.controls().hooks().has(HookPoint.START_SIDE_WRITERS);
  }

  @Override
  public Condition proof() {
    return Condition.of(
        "the disable flag is as it was found and AutoRecovery runs",
        () -> {
          List<String> faults = new ArrayList<>();
          if (context.target().isReplicationDisabled() != wasDisabled()) {
            faults.add("the flag differs");
          }
          Answer runs = new ClusterConditions(context).autoRecoveryRuns().ask();
          if (!runs.holds()) {
            faults.add(runs.detail());
          }
          return Answer.noneOf("as found", faults);
        });
  }
}
