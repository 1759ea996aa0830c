package io.metamigrate.migrator.plan.rule;

import static io.metamigrate.migrator.plan.Finding.blocker;

import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.Rule;
import io.metamigrate.verifier.catalog.PulsarVersion;
import java.util.List;

/** Some releases were published with an etcd client that cannot be loaded (apache/pulsar#23513). */
final class BrokenEtcdClientRelease implements Rule {
  @Override
  public String id() {
    return "BROKEN_ETCD_CLIENT_RELEASE";
  }

  @Override
  public List<Finding> examine(Facts facts) {
    return facts.pulsarVersion().stream()
        .filter(PulsarVersion::hasBrokenEtcdClient)
        .map(
            version ->
                blocker(
                    id(),
                    "cluster.pulsarVersion",
                    "the etcd client published with Pulsar %s was relocated twice: brokers and bookies on etcd exit with NoClassDefFoundError (apache/pulsar#23513)"
                        .formatted(version),
                    "upgrade on ZooKeeper first, to 3.0.8, 3.3.3, 4.0.1 or later; accept this only"
                        + " if the jetcd-core-shaded jar in lib was replaced and one server was"
                        + " started against an etcd"))
        .toList();
  }
}
