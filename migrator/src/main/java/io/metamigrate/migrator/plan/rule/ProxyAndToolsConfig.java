package io.metamigrate.migrator.plan.rule;

import static io.metamigrate.migrator.plan.Finding.info;

import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.Rule;
import java.util.List;

/** What else holds a metadata address and is easily forgotten. */
final class ProxyAndToolsConfig implements Rule {
  @Override
  public String id() {
    return "PROXY_AND_TOOLS_CONFIG";
  }

  @Override
  public List<Finding> examine(Facts facts) {
    return facts.configuration().cutover().metadataWriters().confirmed()
        ? List.of()
        : List.of(
            info(
                id(),
                "cutover.metadataWriters",
                "proxies, WebSocket services, function workers, AutoRecovery nodes, bookkeeper"
                    + " shell and admin tools, metrics exporters and set-up jobs"
                    + " (initialize-cluster-metadata) have a metadata address of their own. None of"
                    + " them is checked here",
                "list them, change each in the window, never let a set-up job run against the new"
                    + " store; then set cutover.metadataWriters.confirmed"));
  }
}
