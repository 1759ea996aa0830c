package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.fence.Registrations;
import io.metamigrate.migrator.plan.rule.RegistrationWithoutSession;
import io.metamigrate.verifier.catalog.Catalogue;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What ends the registration of a broker in ZooKeeper. Its stop does, if a session owns it. */
final class BrokerRemoval {
  private BrokerRemoval() {}

  /** Broker after broker, each with what to do if its stop is not enough. */
  static String describe(List<String> brokers, Registrations registrations) {
    Set<String> ownerless = registrations.brokersWithoutSession();
    return brokers.stream()
        .map(broker -> ownerless.contains(broker) ? broker + " (" + remedy(broker) + ")" : broker)
        .collect(Collectors.joining(", "));
  }

  /**
   * For a registration that no session owns.
   *
   * @param broker its id
   */
  static String remedy(String broker) {
    return "no session owns it, so stopping its broker does not remove it: "
        + RegistrationWithoutSession.remedy(Catalogue.BROKERS.child(broker));
  }
}
