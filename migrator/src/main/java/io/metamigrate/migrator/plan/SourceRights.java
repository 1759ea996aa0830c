package io.metamigrate.migrator.plan;

import static io.metamigrate.migrator.plan.Finding.blocker;

import io.metamigrate.verifier.store.Unreadable;
import java.util.List;
import java.util.Locale;

/** What this tool may not read in ZooKeeper. */
public final class SourceRights {
  public static final String ID = "SOURCE_UNREADABLE";

  private SourceRights() {}

  /** None if everything could be read. */
  public static List<Finding> findings(Unreadable unreadable) {
    return unreadable.count() == 0
        ? List.of()
        : List.of(
            blocker(
                ID,
                unreadable.first().get(0),
                String.format(
                    Locale.ROOT,
                    "%,d znode(s) cannot be read with these credentials; what is below them is not"
                        + " counted: %s",
                    unreadable.count(),
                    String.join(", ", unreadable.first())),
                "give the tool credentials with READ on every znode (source.sasl.user or"
                    + " source.sasl.jaasFile), or add READ for it to their ACLs. ZooKeeper does not"
                    + " deliver the events of such a node either"));
  }
}
