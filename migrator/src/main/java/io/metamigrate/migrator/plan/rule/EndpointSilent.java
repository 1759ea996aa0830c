package io.metamigrate.migrator.plan.rule;

import static io.metamigrate.migrator.plan.Finding.warning;

import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.Rule;
import java.util.List;

/** One member less is tolerated, and should be known before the window. */
final class EndpointSilent implements Rule {
  @Override
  public String id() {
    return "ENDPOINT_SILENT";
  }

  @Override
  public List<Finding> examine(Facts facts) {
    return facts.server().silent().stream()
        .map(
            endpoint ->
                warning(
                    id(),
                    endpoint,
                    "this endpoint of target.etcd does not answer",
                    "start that member or correct the list before the window"))
        .toList();
  }
}
