package io.metamigrate.migrator.plan.rule;

import io.metamigrate.migrator.plan.ClusterNames;
import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.Rule;
import java.util.List;
import java.util.TreeSet;

/** The name that confirms the cutover must be that of the cluster whose stores these are. */
final class ClusterNotThere implements Rule {
  @Override
  public String id() {
    return ClusterNames.ID;
  }

  @Override
  public List<Finding> examine(Facts facts) {
    TreeSet<String> listed = new TreeSet<>(facts.source().clusters());
    listed.addAll(facts.source().configurationClusters().orElse(List.of()));
    return ClusterNames.fault(
            facts.configuration().cluster().name(), facts.components().ownNames(), listed)
        .stream()
        .toList();
  }
}
