package io.metamigrate.migrator.switchover.step;

import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.switchover.engine.ActionContext;
import io.metamigrate.migrator.switchover.engine.Condition;
import io.metamigrate.migrator.switchover.engine.ResumeRule;
import io.metamigrate.migrator.switchover.engine.Step;
import io.metamigrate.migrator.switchover.engine.Undo;
import io.metamigrate.migrator.switchover.side.Direction;
import java.util.List;

/** Carries over what the target lacks, and raises its counters if they are behind. */
public record CatchUp(SwitchoverContext context) implements Step {
  static final String ID = "drain";

  /** Where the mark is recorded behind which nothing on ZooKeeper is the tool's own. */
  static final String COPIED_DIGEST = "ZooKeeper after the copy";

  @Override
  public String id() {
    return ID;
  }

  @Override
  public String phase() {
    return context.isForward() ? Phase.DRAINING.title() : Phase.ROLLING_BACK.title();
  }

  @Override
  public String title() {
    return "Apply the last changes to " + context.target().kind().title();
  }

  @Override
  public List<Condition> requires() {
    return context.isForward()
        ? List.of(
            cluster().noBrokerRuns(),
            stores().fenceIntact(context.source()),
            stores().nothingForeignOnTarget())
        : List.of(
            cluster().noBrokerRuns(),
            stores().referencesIntact(context.source()),
            stores().nothingForeignOnTarget());
  }

  @Override
  public void act(ActionContext action) {
    ChangeDirection.to(
        context, action, context.isForward() ? Direction.ZK_TO_ETCD : Direction.ETCD_TO_ZK);
    if (!context.isForward()) {
      context
          .target()
          .fence()
          .openCounters(
              action.permit("open the counters"), FenceSource.saved(context).orElseThrow());
    }
    context.copier().apply(action.permit("apply the difference"), context.heading().source());
    long next = context.source().nextLedgerId();
    if (context.target().nextLedgerId() < next) {
      context.target().raiseNextLedgerId(action.permit("raise the next ledger id"), next);
    }
    if (!context.isForward()) {
      markCarried(action);
    }
  }

  /** What is on ZooKeeper by now is what was carried there; what comes later is foreign. */
  private void markCarried(ActionContext action) {
    String mark = context.target().watch().begin(action.permit("mark what was carried"));
    context.journal().mark(context.target().kind().title(), mark);
    context.journal().mark(COPIED_DIGEST, mark);
  }

  @Override
  public Condition proof() {
    return stores().countersSafe();
  }

  @Override
  public ResumeRule resumeRule() {
    return ResumeRule.REPEAT;
  }

  @Override
  public Undo undo() {
    Direction before = context.isForward() ? Direction.ZK_TO_ETCD : Direction.NONE;
    return Undo.restore(
        "set the direction to " + before,
        action -> {
          ChangeDirection.to(context, action, before);
          if (!context.isForward()) {
            ClaimWrites.claim(context, action);
            new SourceFence(context).raise(action);
            markCarried(action);
          }
        },
        undone(before));
  }

  private Condition undone(Direction before) {
    Condition direction = ChangeDirection.is(context, before);
    return context.isForward() ? direction : direction.and(stores().fenceIntact(context.target()));
  }

  private ClusterConditions cluster() {
    return new ClusterConditions(context);
  }

  private StoreConditions stores() {
    return new StoreConditions(context);
  }
}
