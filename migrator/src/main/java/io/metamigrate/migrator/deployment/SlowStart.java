package io.metamigrate.migrator.deployment;

import io.metamigrate.migrator.deployment.DeploymentFinding.Severity;
import java.util.List;

/** What makes the start of a set long. */
final class SlowStart implements DeploymentRule {
  static final String ID = "SLOW_START";

  @Override
  public List<DeploymentFinding> findings(Workload workload) {
    Workload.Scaling scaling = workload.scaling();
    boolean oneByOne = scaling.ordered() && scaling.replicas() > 1;
    if (!workload.role().isDriven() || (!oneByOne && scaling.readySeconds() == 0)) {
      return List.of();
    }
    long before = workload.containers().stream().filter(Container::init).count();
    int pods = oneByOne ? scaling.replicas() : 1;
    return List.of(
        DeploymentFinding.of(
            ID,
            Severity.WARNING,
            workload,
            (oneByOne
                    ? "starts its %d pods one after the other (OrderedReady); ".formatted(pods)
                    : "")
                + "by its probes a pod is ready after %d s at the earliest, all of them after %d s, beside %d init containers and the server's own start"
                    .formatted(scaling.readySeconds(), pods * scaling.readySeconds(), before),
            "set cutover.maxOutage and cutover.budget above that, or shorten the probe's delay"));
  }
}
