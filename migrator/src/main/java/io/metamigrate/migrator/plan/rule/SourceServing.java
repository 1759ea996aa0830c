package io.metamigrate.migrator.plan.rule;

import static io.metamigrate.migrator.plan.Finding.info;

import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.Rule;
import io.metamigrate.verifier.catalog.Catalogue;
import java.util.List;
import java.util.stream.Collectors;

/** Brokers are running on ZooKeeper. */
final class SourceServing implements Rule {
  @Override
  public String id() {
    return "SOURCE_SERVING";
  }

  @Override
  public List<Finding> examine(Facts facts) {
    return facts.registeredBrokers().isEmpty()
        ? List.of()
        : List.of(
            info(
                id(),
                "/loadbalance/brokers",
                "%d broker(s) are registered on ZooKeeper: %s%s"
                    .formatted(
                        facts.registeredBrokers().size(),
                        String.join(", ", facts.registeredBrokers()),
                        ownerless(facts)),
                "the daemon follows a serving cluster; `run --once` requires the brokers to be"
                    + " stopped, or --rehearsal"));
  }

  /** Those that no stop of a broker removes. */
  private static String ownerless(Facts facts) {
    return facts.inventory().ownerlessRegistrations().stream()
        .filter(path -> path.isAtOrBelow(Catalogue.BROKERS))
        .map(
            path ->
                "; no session owns "
                    + path
                    + ", so stopping a broker does not remove it: "
                    + RegistrationWithoutSession.remedy(path))
        .collect(Collectors.joining());
  }
}
