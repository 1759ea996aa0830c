package io.metamigrate.migrator.plan.rule;

import static io.metamigrate.migrator.plan.Finding.blocker;
import static io.metamigrate.migrator.plan.Finding.warning;

import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.Rule;
import java.util.List;

/** A bookie given metadata-store:zk:host:port/ledgers keeps everything in /ledgers/ledgers. */
final class NestedLedgersRoot implements Rule {
  @Override
  public String id() {
    return "NESTED_LEDGERS_ROOT";
  }

  @Override
  public List<Finding> examine(Facts facts) {
    if (!facts.inventory().bookKeeper().nestedRoot()) {
      return List.of();
    }
    String message =
        "there is a second root at /ledgers/ledgers: bookies were given a URI that ends in /ledgers, which is a chroot there and not the root";
    String remedy =
        "find out which bookies use it (metadataServiceUri); on etcd only /ledgers is checked, so their ledgers and cookies must be under /ledgers first";
    return List.of(
        facts.inventory().bookKeeper().nestedRootInUse()
            ? blocker(id(), "/ledgers/ledgers", message, remedy)
            : warning(id(), "/ledgers/ledgers", message + "; it looks unused", remedy));
  }
}
