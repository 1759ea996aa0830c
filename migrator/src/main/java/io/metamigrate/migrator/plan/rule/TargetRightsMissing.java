package io.metamigrate.migrator.plan.rule;

import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.Rule;
import io.metamigrate.migrator.plan.TargetRights;
import java.util.List;

/** The user of etcd may not do what a move does. */
final class TargetRightsMissing implements Rule {
  @Override
  public String id() {
    return TargetRights.ID;
  }

  @Override
  public List<Finding> examine(Facts facts) {
    return TargetRights.findings(facts.missingRights());
  }
}
