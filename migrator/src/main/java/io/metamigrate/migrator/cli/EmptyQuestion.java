package io.metamigrate.migrator.cli;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.config.ConfigurationException;
import io.metamigrate.migrator.config.Fault;
import io.metamigrate.migrator.run.Stores;
import io.metamigrate.verifier.store.ZkPath;
import java.util.List;
import java.util.stream.Collectors;

/** A question about nothing has no answer: mostly a mistyped chroot, prefix or scope. */
final class EmptyQuestion {
  private static final int SHOWN = 12;

  private final Configuration configuration;
  private final Stores stores;

  EmptyQuestion(Configuration configuration, Stores stores) {
    this.configuration = configuration;
    this.stores = stores;
  }

  ConfigurationException failure(String asked) {
    return fault(
        "nothing to compare: in %s, neither ZooKeeper at %s nor etcd has a node that is migrated; %s"
            .formatted(asked, configuration.requireZooKeeper(), existingPaths()));
  }

  ConfigurationException noChroot() {
    return fault(
        "ZooKeeper has no such chroot: %s; check the path after the last port"
            .formatted(configuration.requireZooKeeper()));
  }

  ConfigurationException outside(String prefix) {
    return fault(
        "nothing to compare: %s is outside the configured scope (include %s, exclude %s)"
            .formatted(prefix, configuration.scope().include(), configuration.scope().exclude()));
  }

  private String existingPaths() {
    List<String> roots =
        stores.znodes().children(List.of(ZkPath.ROOT)).get(0).stream().sorted().toList();
    String shown =
        roots.stream().limit(SHOWN).map(name -> "/" + name).collect(Collectors.joining(", "));
    return "ZooKeeper has "
        + (roots.isEmpty() ? "no node there" : shown)
        + (roots.size() > SHOWN ? " and %d more".formatted(roots.size() - SHOWN) : "");
  }

  private static ConfigurationException fault(String message) {
    return new ConfigurationException(new Fault("verify", "", message));
  }
}
