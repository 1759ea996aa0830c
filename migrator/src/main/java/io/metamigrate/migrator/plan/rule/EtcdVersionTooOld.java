package io.metamigrate.migrator.plan.rule;

import static io.metamigrate.migrator.plan.Finding.blocker;
import static io.metamigrate.migrator.plan.Finding.notKnown;
import static io.metamigrate.migrator.plan.Finding.warning;

import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.Rule;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Servers that must not keep the only copy of metadata. */
final class EtcdVersionTooOld implements Rule {
  private static final Pattern VERSION = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})\\.(\\d{1,6})");

  @Override
  public String id() {
    return "ETCD_VERSION_TOO_OLD";
  }

  @Override
  public List<Finding> examine(Facts facts) {
    if (facts.target().version().isEmpty()) {
      return List.of(
          notKnown(
              id(), "etcd", "etcd's version", "check that it is 3.4 or later: `etcdctl version`"));
    }
    String version = facts.target().version().get();
    Matcher parts = VERSION.matcher(version);
    if (!parts.lookingAt()) {
      return List.of(notKnown(id(), "etcd", "etcd's version; it reports " + version, "check it"));
    }
    int minor = Integer.parseInt(parts.group(2));
    int patch = Integer.parseInt(parts.group(3));
    if (Integer.parseInt(parts.group(1)) < 3 || minor < 4) {
      return List.of(
          blocker(
              id(),
              "etcd",
              "etcd is %s; Pulsar's client was never tested with anything before 3.4"
                  .formatted(version),
              "upgrade etcd to 3.5.6 or later"));
    }
    return minor == 5 && patch < 3
        ? List.of(
            warning(
                id(),
                "etcd",
                "etcd is %s; members of 3.5.0 to 3.5.2 can come to hold different data after a crash"
                    .formatted(version),
                "upgrade etcd to 3.5.6 or later"))
        : List.of();
  }
}
