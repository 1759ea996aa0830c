package io.metamigrate.migrator.plan.rule;

import static io.metamigrate.migrator.plan.Finding.blocker;
import static io.metamigrate.migrator.plan.Finding.notKnown;

import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.Rule;
import java.util.List;
import java.util.Optional;

/** A ZooKeeper that ignores ACLs cannot be fenced. */
final class ZooKeeperAclSkipped implements Rule {
  @Override
  public String id() {
    return "ZOOKEEPER_ACL_SKIPPED";
  }

  @Override
  public List<Finding> examine(Facts facts) {
    Optional<Boolean> enforced = facts.source().acls().enforced();
    if (enforced.isEmpty()) {
      return List.of(
          notKnown(
              id(),
              facts.connect(),
              "whether ZooKeeper enforces ACLs: none of those read restricts reading, and the plan writes nothing",
              "check that no server runs with -Dzookeeper.skipACL=yes; the cutover proves its fence before it relies on it"));
    }
    return enforced.get()
        ? List.of()
        : List.of(
            blocker(
                id(),
                facts.connect(),
                "ZooKeeper does not enforce ACLs: a session without credentials could read what its ACL forbids",
                "remove skipACL=yes from the servers, or fence ZooKeeper by the network and accept this by name"));
  }
}
