package io.metamigrate.migrator.plan.rule;

import static io.metamigrate.migrator.plan.Finding.notKnown;

import io.metamigrate.migrator.plan.ClusterFacts;
import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.Rule;
import java.util.ArrayList;
import java.util.List;

/** Components that did not report their version and settings. */
final class ComponentsNotAsked implements Rule {
  @Override
  public String id() {
    return "COMPONENTS_NOT_ASKED";
  }

  @Override
  public List<Finding> examine(Facts facts) {
    List<String> silent = new ArrayList<>();
    for (ClusterFacts.Broker broker : facts.components().brokers()) {
      broker.silence().ifPresent(why -> silent.add("broker " + broker.id() + ": " + why));
    }
    for (ClusterFacts.Bookie bookie : facts.components().bookies()) {
      bookie.silence().ifPresent(why -> silent.add("bookie " + bookie.id() + ": " + why));
    }
    if (facts.components().brokers().isEmpty()) {
      silent.add("brokers: none is registered or configured");
    }
    if (facts.components().bookies().isEmpty()) {
      silent.add("bookies: none is registered or configured");
    }
    return silent.isEmpty()
        ? List.of()
        : List.of(
            notKnown(
                id(),
                "cluster",
                "versions and settings of " + String.join("; ", silent),
                remedy(facts.components())));
  }

  private static String remedy(ClusterFacts components) {
    List<String> remedies = new ArrayList<>();
    List<ClusterFacts.Broker> silent =
        components.brokers().stream().filter(broker -> broker.silence().isPresent()).toList();
    if (silent.stream().anyMatch(broker -> broker.version().isPresent())) {
      remedies.add("write a superuser's token into cluster.admin.tokenFile");
    } else if (!components.brokersAnswered()) {
      remedies.add("set cluster.admin.url (with a superuser's token) to an address that answers");
    } else if (!silent.isEmpty()) {
      remedies.add("name addresses of these brokers that answer here in cutover.brokers");
    }
    if (!components.bookiesAnswered()
        || components.bookies().stream().anyMatch(bookie -> bookie.silence().isPresent())) {
      remedies.add("set httpServerEnabled=true on bookies");
    }
    return String.join(" and ", remedies) + ", or check by hand what is listed as not known";
  }
}
