package io.metamigrate.migrator.plan.rule;

import static io.metamigrate.migrator.plan.Finding.warning;

import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.OtherComponentTrees;
import io.metamigrate.migrator.plan.Rule;
import java.util.List;

/** The extensible load manager can keep the owners of bundles in persistent nodes. */
final class ServiceUnitStateInStore implements Rule {
  @Override
  public String id() {
    return "SERVICE_UNIT_STATE_IN_STORE";
  }

  @Override
  public List<Finding> examine(Facts facts) {
    OtherComponentTrees.TreeUse tree = facts.inventory().otherComponentTrees().serviceUnits();
    boolean configured =
        facts
            .components()
            .ofBrokers("loadManagerServiceUnitStateTableViewClassName")
            .values()
            .stream()
            .anyMatch(name -> name.contains("MetadataStore"));
    return tree.nodes() == 0 && !configured
        ? List.of()
        : List.of(
            warning(
                id(),
                "/service_unit_state",
                "%,d bundle states are kept in the metadata store: they name the owners of bundles and are correct only once every broker is stopped"
                    .formatted(tree.nodes()),
                "stop all brokers before the last copy, as the cutover does; a copy made beside"
                    + " running brokers must not be started on"));
  }
}
