package io.metamigrate.migrator.plan.rule;

import static io.metamigrate.migrator.plan.Finding.notKnown;
import static io.metamigrate.migrator.plan.Finding.warning;

import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.Rule;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Keys on etcd have no prefix (EtcdMetadataStore): clusters that share a ZooKeeper by chroot need
 * an etcd each.
 */
final class ChrootShared implements Rule {
  @Override
  public String id() {
    return "CHROOT_SHARED";
  }

  @Override
  public List<Finding> examine(Facts facts) {
    Set<String> others = new TreeSet<>(facts.inventory().otherComponentTrees().otherClusters());
    if (facts.source().outsideChroot().isEmpty()) {
      return List.of(
          notKnown(
              id(),
              facts.connect(),
              "whether other Pulsar clusters use this ZooKeeper, since the tree above the chroot"
                  + " cannot be read",
              "if there are others, give each an etcd of its own"));
    }
    others.addAll(facts.source().outsideChroot().get());
    return others.isEmpty()
        ? List.of()
        : List.of(
            warning(
                id(),
                String.join(" ", others),
                "other Pulsar clusters share this ZooKeeper: %s"
                    .formatted(String.join(", ", others)),
                "each needs an etcd of its own, since keys have no chroot there; one that lies"
                    + " within this cluster's tree must be named in scope.exclude"));
  }
}
