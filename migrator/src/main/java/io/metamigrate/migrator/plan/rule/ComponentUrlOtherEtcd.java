package io.metamigrate.migrator.plan.rule;

import static io.metamigrate.migrator.plan.Finding.blocker;
import static io.metamigrate.migrator.plan.Finding.notKnown;

import io.metamigrate.migrator.plan.ComponentEtcd;
import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.Rule;
import java.util.List;

/** Brokers and bookies would be sent to another etcd than the one that is filled. */
final class ComponentUrlOtherEtcd implements Rule {
  @Override
  public String id() {
    return "COMPONENT_URL_OTHER_ETCD";
  }

  @Override
  public List<Finding> examine(Facts facts) {
    ComponentEtcd components = facts.componentEtcd();
    if (components.obstacle().isPresent()) {
      return List.of(
          blocker(
              id(),
              "target.componentUrl",
              components.obstacle().get(),
              "correct one of the two addresses"));
    }
    return components.silent().stream()
        .map(
            url ->
                notKnown(
                    id(),
                    "target.componentUrl",
                    "whether %s is the same etcd; it does not answer from here".formatted(url),
                    "ask from a broker's machine once `migrate run` has begun: `etcdctl --endpoints %s get metamigrate/identity` must print the same as for target.etcd"
                        .formatted(url)))
        .toList();
  }
}
