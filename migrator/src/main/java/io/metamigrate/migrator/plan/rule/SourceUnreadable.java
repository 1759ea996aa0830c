package io.metamigrate.migrator.plan.rule;

import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.Rule;
import io.metamigrate.migrator.plan.SourceRights;
import java.util.List;

/** A node that the daemon may not read is neither copied nor followed nor verified. */
final class SourceUnreadable implements Rule {
  @Override
  public String id() {
    return SourceRights.ID;
  }

  @Override
  public List<Finding> examine(Facts facts) {
    return SourceRights.findings(facts.inventory().unreadable());
  }
}
