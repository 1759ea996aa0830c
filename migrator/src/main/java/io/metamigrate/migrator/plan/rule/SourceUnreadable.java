package io.metamigrate.migrator.plan.rule;

import static io.metamigrate.migrator.plan.Finding.blocker;

import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.Rule;
import io.metamigrate.verifier.store.Unreadable;
import java.util.List;
import java.util.Locale;

/** A node that the daemon may not read is neither copied nor followed nor verified. */
final class SourceUnreadable implements Rule {
  @Override
  public String id() {
    return "SOURCE_UNREADABLE";
  }

  @Override
  public List<Finding> examine(Facts facts) {
    Unreadable unreadable = facts.inventory().unreadable();
    return unreadable.count() == 0
        ? List.of()
        : List.of(
            blocker(
                id(),
                unreadable.first().get(0),
                String.format(
                    Locale.ROOT,
                    "%,d znode(s) may not be read with these credentials, what is below them not"
                        + " counted: %s",
                    unreadable.count(),
                    String.join(", ", unreadable.first())),
                "give the daemon credentials with READ on every znode (source.sasl.user or"
                    + " source.sasl.jaasFile), or add READ for it to their ACLs. ZooKeeper does not deliver the events of such a node either"));
  }
}
