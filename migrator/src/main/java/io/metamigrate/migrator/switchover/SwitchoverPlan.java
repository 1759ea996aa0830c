package io.metamigrate.migrator.switchover;

import io.metamigrate.migrator.switchover.engine.Step;
import io.metamigrate.migrator.switchover.node.Node;
import io.metamigrate.migrator.switchover.node.NodeKind;
import io.metamigrate.migrator.switchover.step.CatchUp;
import io.metamigrate.migrator.switchover.step.CheckCluster;
import io.metamigrate.migrator.switchover.step.ClaimWrites;
import io.metamigrate.migrator.switchover.step.Commit;
import io.metamigrate.migrator.switchover.step.EnableCollection;
import io.metamigrate.migrator.switchover.step.FenceSource;
import io.metamigrate.migrator.switchover.step.MoveBookie;
import io.metamigrate.migrator.switchover.step.OpenTarget;
import io.metamigrate.migrator.switchover.step.ReleaseWrites;
import io.metamigrate.migrator.switchover.step.StartBridge;
import io.metamigrate.migrator.switchover.step.StartBrokers;
import io.metamigrate.migrator.switchover.step.StartMetadataWriters;
import io.metamigrate.migrator.switchover.step.StopBridge;
import io.metamigrate.migrator.switchover.step.StopBrokers;
import io.metamigrate.migrator.switchover.step.StopMetadataWriters;
import io.metamigrate.migrator.switchover.step.SwitchBookies;
import io.metamigrate.migrator.switchover.step.SwitchoverContext;
import io.metamigrate.migrator.switchover.step.Verify;
import io.metamigrate.migrator.switchover.step.WatchWrites;
import java.util.ArrayList;
import java.util.List;

/** The one list of steps, for both directions and strategies. Nothing else orders steps. */
final class SwitchoverPlan {
  private SwitchoverPlan() {}

  /** The steps of the move of this context, for the nodes of its document. */
  static List<Step> steps(SwitchoverContext context) {
    List<Node> bookies = context.nodes(NodeKind.BOOKIE);
    List<Step> steps = new ArrayList<>();
    steps.add(new CheckCluster(context));
    steps.add(new ClaimWrites(context));
    steps.add(new StopMetadataWriters(context));
    if (context.isRolling()) {
      steps.add(new StartBridge(context));
      bookies.forEach(bookie -> steps.add(new MoveBookie(context, bookie)));
    }
    steps.add(new StopBrokers(context));
    if (context.isForward()) {
      steps.add(new FenceSource(context));
    } else {
      steps.add(new StopBridge(context));
    }
    steps.add(new WatchWrites(context));
    steps.add(new CatchUp(context));
    steps.add(new Verify(context));
    if (!context.isRolling()) {
      steps.add(new SwitchBookies(context));
    }
    steps.add(new Commit(context));
    steps.add(new OpenTarget(context));
    steps.add(new StartBrokers(context));
    if (context.isRolling()) {
      steps.add(new StopBridge(context));
    }
    bookies.forEach(bookie -> steps.add(new EnableCollection(context, bookie)));
    steps.add(new StartMetadataWriters(context));
    if (!context.isForward()) {
      steps.add(new ReleaseWrites(context));
    }
    return List.copyOf(steps);
  }
}
