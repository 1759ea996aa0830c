package io.metamigrate.migrator.switchover.step;

import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.switchover.engine.ActionContext;
import io.metamigrate.migrator.switchover.engine.Condition;
import io.metamigrate.migrator.switchover.engine.Exit;
import io.metamigrate.migrator.switchover.engine.ResumeRule;
import io.metamigrate.migrator.switchover.engine.Step;
import io.metamigrate.migrator.switchover.engine.StepException;
import java.util.List;

/** Compares both stores in full, by the verifier, roles swapped in a rollback. */
public record Verify(SwitchoverContext context) implements Step {
  static final String ID = "verify";

  @Override
  public String id() {
    return ID;
  }

  @Override
  public String phase() {
    return context.isForward() ? Phase.VERIFYING.title() : Phase.ROLLING_BACK.title();
  }

  @Override
  public String title() {
    return "Compare both stores in full";
  }

  @Override
  public List<Condition> requires() {
    return List.of(cluster().noBrokerRuns());
  }

  @Override
  public void act(ActionContext action) {
    List<String> differences = context.copier().differences(context.heading().source());
    if (!differences.isEmpty()) {
      throw new StepException(
          Exit.STORES_DIFFER, "the stores differ: " + String.join("; ", differences));
    }
  }

  @Override
  public Condition proof() {
    return stores().countersSafe();
  }

  @Override
  public ResumeRule resumeRule() {
    return ResumeRule.REPEAT;
  }

  private ClusterConditions cluster() {
    return new ClusterConditions(context);
  }

  private StoreConditions stores() {
    return new StoreConditions(context);
  }
}
