package io.metamigrate.migrator.plan.rule;

import static io.metamigrate.migrator.plan.Finding.blocker;

import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.Rule;
import java.util.List;

/** A raised alarm refuses writes. */
final class EtcdAlarm implements Rule {
  @Override
  public String id() {
    return "ETCD_ALARM";
  }

  @Override
  public List<Finding> examine(Facts facts) {
    return facts.target().alarms().stream()
        .distinct()
        .map(
            alarm ->
                blocker(
                    id(),
                    "etcd",
                    "etcd has raised the alarm " + alarm,
                    alarm.equals("CORRUPT")
                        ? "a member's data differ: replace that member before anything else"
                        : "compact, defragment, then `etcdctl alarm disarm`"))
        .toList();
  }
}
