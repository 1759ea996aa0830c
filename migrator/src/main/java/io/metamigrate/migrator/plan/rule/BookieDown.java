package io.metamigrate.migrator.plan.rule;

import static io.metamigrate.migrator.plan.Finding.info;
import static io.metamigrate.migrator.plan.Finding.warning;

import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.Rule;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** A bookie that is part of the cluster and not registered. */
final class BookieDown implements Rule {
  @Override
  public String id() {
    return "BOOKIE_DOWN";
  }

  @Override
  public List<Finding> examine(Facts facts) {
    Set<String> registered = facts.inventory().bookKeeper().registered();
    Set<String> down = new TreeSet<>(facts.inventory().bookKeeper().cookies());
    down.removeAll(registered);
    if (down.isEmpty()) {
      return List.of();
    }
    String names = String.join(", ", down);
    return List.of(
        registered.isEmpty()
            ? info(
                id(),
                "/ledgers/available",
                "no bookie is registered, of these with a cookie: " + names,
                "this is expected only if the whole cluster is stopped")
            : warning(
                id(),
                "/ledgers/available",
                "%d of %d bookies are down: %s"
                    .formatted(down.size(), facts.inventory().bookKeeper().cookies().size(), names),
                "start or decommission them before the window; during it nothing is repaired"));
  }
}
