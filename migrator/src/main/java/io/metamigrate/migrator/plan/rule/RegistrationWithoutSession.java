package io.metamigrate.migrator.plan.rule;

import static io.metamigrate.migrator.plan.Finding.warning;

import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.Rule;
import io.metamigrate.verifier.store.ZkPath;
import java.util.List;

/** A registration that does not end with its component looks like a living one permanently. */
public final class RegistrationWithoutSession implements Rule {
  @Override
  public String id() {
    return "REGISTRATION_WITHOUT_SESSION";
  }

  @Override
  public List<Finding> examine(Facts facts) {
    return facts.inventory().ownerlessRegistrations().stream()
        .map(
            path ->
                warning(
                    id(),
                    path.value(),
                    "no session owns the registration "
                        + path
                        + ": it remains when its component stops",
                    remedy(path)))
        .toList();
  }

  /** What to do if stopping the component does not help. */
  public static String remedy(ZkPath path) {
    return "make sure that this component does not run, then delete it: bin/pulsar zookeeper-shell"
        + " delete "
        + path;
  }
}
