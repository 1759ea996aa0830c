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
                "set cluster.admin.url (with a superuser's token) and httpServerEnabled=true on bookies, or check by hand what is listed as not known"));
  }
}
