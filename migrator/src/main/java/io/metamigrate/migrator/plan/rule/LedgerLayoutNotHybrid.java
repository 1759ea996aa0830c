package io.metamigrate.migrator.plan.rule;

import static io.metamigrate.migrator.plan.Finding.blocker;
import static io.metamigrate.migrator.plan.Finding.warning;

import io.metamigrate.migrator.plan.BookKeeperNodes;
import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.Rule;
import java.util.List;

/** Brokers on etcd look for a ledger in one place only, by its id (PulsarLedgerManager). */
final class LedgerLayoutNotHybrid implements Rule {
  private static final List<String> FOREIGN = List.of("LongHierarchical", "Flat", "MSLedger");
  private static final String REMEDY =
      "this copy keeps paths as they are: move to the hierarchical layout on ZooKeeper first";

  @Override
  public String id() {
    return "LEDGER_LAYOUT_NOT_HYBRID";
  }

  @Override
  public List<Finding> examine(Facts facts) {
    BookKeeperNodes nodes = facts.inventory().bookKeeper();
    if (nodes.misplacedLedgers() > 0) {
      return List.of(
          blocker(
              id(),
              nodes.misplaced().orElseThrow().value(),
              "%,d ledgers lie where brokers on etcd do not look, the first is %s%s"
                  .formatted(
                      nodes.misplacedLedgers(),
                      nodes.misplaced().orElseThrow(),
                      nodes.layout().map(text -> "; the layout is " + factory(text)).orElse("")),
              REMEDY));
    }
    return nodes.layout().stream()
        .map(LedgerLayoutNotHybrid::factory)
        .filter(factory -> FOREIGN.stream().anyMatch(factory::contains))
        .map(
            factory ->
                warning(
                    id(),
                    "/ledgers/LAYOUT",
                    "/ledgers/LAYOUT is %s, which puts ledgers where brokers on etcd do not look; none was found there"
                        .formatted(factory),
                    REMEDY))
        .toList();
  }

  private static String factory(String layout) {
    return layout.lines().skip(1).findFirst().orElse(layout).replaceAll(":\\d+$", "").strip();
  }
}
