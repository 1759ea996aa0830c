package io.metamigrate.migrator.plan.rule;

import static io.metamigrate.migrator.plan.Finding.blocker;
import static io.metamigrate.migrator.plan.Finding.notKnown;

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
    if (facts.configuration().target().componentUrl().isEmpty()
        || facts
            .configuration()
            .target()
            .componentUrl()
            .equals(facts.configuration().target().etcd())) {
      return List.of();
    }
    String url = facts.configuration().target().componentUrl().get().toString();
    if (facts.server().componentClusterId().isEmpty() || facts.target().clusterId() == 0) {
      return List.of(
          notKnown(
              id(),
              "target.componentUrl",
              "whether %s is the same etcd, it does not answer from here".formatted(url),
              "ask from a broker's machine: `etcdctl --endpoints %s endpoint status -w json` must show cluster_id %s"
                  .formatted(url, Long.toUnsignedString(facts.target().clusterId()))));
    }
    long other = facts.server().componentClusterId().orElseThrow();
    return other == facts.target().clusterId()
        ? List.of()
        : List.of(
            blocker(
                id(),
                "target.componentUrl",
                "%s is another etcd: its cluster id is %s, that of target.etcd is %s"
                    .formatted(
                        url,
                        Long.toUnsignedString(other),
                        Long.toUnsignedString(facts.target().clusterId())),
                "correct one of the two addresses"));
  }
}
