package io.metamigrate.migrator.plan.rule;

import static io.metamigrate.migrator.plan.Finding.notKnown;
import static io.metamigrate.migrator.plan.Finding.warning;

import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.Rule;
import io.metamigrate.verifier.store.SourceSurvey;
import java.util.List;

/** The source has ACLs; etcd has none per key. */
final class AclLost implements Rule {
  private static final String REMEDY =
      "protect etcd by the network or by client certificates instead; znodes hold policies with"
          + " credentials (offloaders, replication)";

  @Override
  public String id() {
    return "ACL_LOST";
  }

  @Override
  public List<Finding> examine(Facts facts) {
    SourceSurvey.Acls acls = facts.source().acls();
    if (acls.read() == 0) {
      return List.of(
          notKnown(
              id(), facts.connect(), "whether ACLs protect znodes, none could be read", REMEDY));
    }
    return acls.restrictedCount() == 0
        ? List.of()
        : List.of(
            warning(
                id(),
                String.join(" ", acls.restricted()),
                "%,d of %,d checked znodes have ACLs, which etcd cannot keep: every client of etcd can read and write everything, for example %s"
                    .formatted(acls.restrictedCount(), acls.read(), acls.restricted().get(0)),
                REMEDY));
  }
}
