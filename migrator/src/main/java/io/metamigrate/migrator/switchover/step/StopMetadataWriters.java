package io.metamigrate.migrator.switchover.step;

import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.switchover.engine.ActionContext;
import io.metamigrate.migrator.switchover.engine.Answer;
import io.metamigrate.migrator.switchover.engine.Condition;
import io.metamigrate.migrator.switchover.engine.Step;
import io.metamigrate.migrator.switchover.engine.StepHooks.HookPoint;
import io.metamigrate.migrator.switchover.engine.StepRecord;
import io.metamigrate.migrator.switchover.engine.Undo;
import io.metamigrate.migrator.switchover.node.NodeDriver.NodeState;
import io.metamigrate.migrator.switchover.node.NodeKind;
import io.metamigrate.migrator.switchover.side.MetadataSide;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Stops what else writes metadata; records who ran and whose disable flag it was. */
public record StopMetadataWriters(SwitchoverContext context) implements Step {
  static final String ID = "stop-side-writers";

  @Override
  public String id() {
    return ID;
  }

  @Override
  public String phase() {
    return context.isForward() ? Phase.SIDE_WRITERS_STOPPED.title() : Phase.ROLLING_BACK.title();
  }

  @Override
  public String title() {
    return "Stop what else writes metadata";
  }

  @Override
  public void act(ActionContext action) {
    for (MetadataSide side : sides()) {
      action.keep(flagKey(side), String.valueOf(side.isReplicationDisabled()));
      if (!side.isReplicationDisabled()) {
        side.disableReplication(action.permit("disable replication on " + side.kind().title()));
      }
    }
    Nodes nodes = new Nodes(context);
    context.nodes(NodeKind.AUTORECOVERY).forEach(node -> nodes.stop(action, node));
    action.hook(HookPoint.STOP_SIDE_WRITERS);
  }

  /** Nobody can see what the operator's command did. */
  @Override
  public boolean isShownByProof() {
    return !context.controls().hooks().has(HookPoint.STOP_SIDE_WRITERS);
  }

  @Override
  public Condition proof() {
    return Condition.of(
        "AutoRecovery is stopped and disabled on both stores",
        () -> {
          List<String> faults = new ArrayList<>();
          sides().stream()
              .filter(side -> !side.isReplicationDisabled())
              .forEach(side -> faults.add("not disabled on " + side.kind().title()));
          context.nodes(NodeKind.AUTORECOVERY).stream()
              .filter(node -> context.driver().probe(node) != NodeState.STOPPED)
              .forEach(node -> faults.add(node + " runs"));
          return Answer.noneOf("stopped and disabled", faults);
        });
  }

  @Override
  public Undo undo() {
    return Undo.restore("restore the disable flag and start what ran", this::restore, restored());
  }

  private void restore(ActionContext action) {
    for (MetadataSide side : sides()) {
      if (action.kept(flagKey(side)).filter("false"::equals).isPresent()) {
        side.enableReplication(action.permit("enable replication on " + side.kind().title()));
      }
    }
    Nodes nodes = new Nodes(context);
    context.nodes(NodeKind.AUTORECOVERY).forEach(node -> nodes.restore(action, node, List.of()));
    if (action.intended(HookPoint.STOP_SIDE_WRITERS.intent())) {
      action.hook(HookPoint.START_SIDE_WRITERS);
    }
  }

  private Condition restored() {
    return Condition.of(
        "the disable flags are as found",
        () ->
            Answer.noneOf(
                "as found",
                sides().stream()
                    .filter(
                        side ->
                            found(flagKey(side))
                                .filter(
                                    found ->
                                        Boolean.parseBoolean(found) != side.isReplicationDisabled())
                                .isPresent())
                    .map(side -> "the flag differs on " + side.kind().title())
                    .toList()));
  }

  private Optional<String> found(String key) {
    return context.journal().record(ID).map(StepRecord::found).map(found -> found.get(key));
  }

  static String flagKey(MetadataSide side) {
    return "replication disabled on " + side.kind().title();
  }

  private List<MetadataSide> sides() {
    return List.of(context.zookeeper(), context.etcd());
  }
}
