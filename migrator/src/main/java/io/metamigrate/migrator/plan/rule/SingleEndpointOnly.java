package io.metamigrate.migrator.plan.rule;

import static io.metamigrate.migrator.plan.Finding.blocker;

import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.Rule;
import java.util.List;

/** 2.10 takes a list of endpoints for one address and hangs (seen on 2.10.0). */
final class SingleEndpointOnly implements Rule {
  @Override
  public String id() {
    return "SINGLE_ENDPOINT_ONLY";
  }

  @Override
  public List<Finding> examine(Facts facts) {
    List<String> endpoints = facts.componentEndpoints();
    return facts.pulsarVersion().stream()
        .filter(version -> version.supportsEtcd() && !version.acceptsEtcdEndpointList())
        .filter(version -> endpoints.size() > 1)
        .map(
            version ->
                blocker(
                    id(),
                    "target.componentUrl",
                    "Pulsar %s takes one etcd endpoint and hangs on a list, but brokers and bookies would be given %d: %s"
                        .formatted(version, endpoints.size(), String.join(",", endpoints)),
                    "give target.componentUrl one address that leads to every member: a name with"
                        + " several records, a virtual address or a load balancer"))
        .toList();
  }
}
