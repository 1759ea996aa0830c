package io.metamigrate.migrator.plan.rule;

import static io.metamigrate.migrator.plan.Finding.blocker;
import static io.metamigrate.migrator.plan.Finding.warning;

import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.Rule;
import io.metamigrate.migrator.plan.UnsafeNames;
import java.util.List;

/**
 * Most versions take a path for a regular expression when they list it on etcd
 * (apache/pulsar#18172).
 */
final class NameUnsafeInListing implements Rule {
  @Override
  public String id() {
    return "NAME_UNSAFE_IN_LISTING";
  }

  @Override
  public List<Finding> examine(Facts facts) {
    UnsafeNames names = facts.inventory().listings().unsafeNames();
    if (names.count() == 0 || facts.pulsarVersion().filter(v -> !v.listsByPattern()).isPresent()) {
      return List.of();
    }
    String message =
        "%,d directories have names that Pulsar on etcd cannot list (2.10.3 and later take the path for a regular expression), topics with such names do not open: %s"
            .formatted(names.count(), String.join(", ", names.first()));
    String remedy =
        "rename or delete these topics before the move (they usually contain a space, written as +,"
            + " or a *)";
    return List.of(
        facts.pulsarVersion().isPresent()
            ? blocker(id(), names.first().get(0), message, remedy)
            : warning(id(), names.first().get(0), message, remedy));
  }
}
