package io.metamigrate.migrator.plan;

import java.util.ArrayList;
import java.util.List;

/**
 * A saved plan and the product that is asked to keep to it.
 *
 * @param product the version that runs now
 */
public record PlanContract(SavedPlan saved, String product) {
  public static final String ID = "PLAN_CHANGED";

  /** A blocker for each thing that is no longer as planned. */
  public List<Finding> violations(Facts facts, Plan now) {
    List<Finding> violations = new ArrayList<>();
    SavedPlan today = SavedPlan.of(facts, now, product, saved.accepted(), saved.at());
    for (String change : saved.changes(today)) {
      violations.add(
          Finding.blocker(
              ID,
              "--plan",
              "the plan of %s no longer applies: %s".formatted(saved.at(), change),
              "review it, then save a new plan (`migrate plan --save FILE`), or run without"
                  + " --plan"));
    }
    return violations;
  }
}
