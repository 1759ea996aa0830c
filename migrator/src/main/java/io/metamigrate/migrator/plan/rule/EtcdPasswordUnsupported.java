package io.metamigrate.migrator.plan.rule;

import static io.metamigrate.migrator.plan.Finding.blocker;
import static io.metamigrate.migrator.plan.Finding.notKnown;

import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.Rule;
import java.util.List;

/** No Pulsar version can give etcd a user and a password (EtcdConfig, 4.2.4). */
final class EtcdPasswordUnsupported implements Rule {
  @Override
  public String id() {
    return "ETCD_PASSWORD_UNSUPPORTED";
  }

  @Override
  public List<Finding> examine(Facts facts) {
    // Only root may ask whether authentication is on; but a user who logged in shows that it is.
    boolean loggedIn = facts.configuration().target().login().user().isPresent();
    if (facts.server().authentication().isEmpty() && !loggedIn) {
      return List.of(
          notKnown(
              id(),
              "etcd",
              "whether etcd asks brokers and bookies for a user and a password",
              "check `etcdctl auth status`: Pulsar supports neither users nor passwords"));
    }
    return facts.server().authentication().orElse(loggedIn)
        ? List.of(
            blocker(
                id(),
                "etcd",
                "etcd asks for a user and a password, which no version of Pulsar supports",
                "turn etcd's authentication off and keep others out by the network, or let"
                    + " certificates name the user (--client-cert-auth, the common name) where"
                    + " every component can use TLS"))
        : List.of();
  }
}
