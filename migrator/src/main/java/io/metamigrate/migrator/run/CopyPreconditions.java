package io.metamigrate.migrator.run;

import io.metamigrate.migrator.phase.Checkpoint;
import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.plan.Finding;
import java.util.ArrayList;
import java.util.List;

/** What must hold before anything is written. */
final class CopyPreconditions {
  private CopyPreconditions() {}

  static void check(Survey survey, RunOptions options) {
    List<Finding> blockers = new ArrayList<>(survey.plan().blockersWithout(options.accepted()));
    options
        .contract()
        .ifPresent(contract -> blockers.addAll(contract.violations(survey.facts(), survey.plan())));
    state(survey, blockers);
    if (!options.rehearsal() && !options.dryRun()) {
      survey.plan().findings().stream()
          .filter(finding -> finding.id().equals("SOURCE_SERVING"))
          .forEach(
              finding ->
                  blockers.add(
                      Finding.blocker(
                          finding.id(),
                          finding.path(),
                          finding.message(),
                          "stop the brokers first, or add --rehearsal for a copy that no broker may"
                              + " be started on")));
    }
    if (!blockers.isEmpty()) {
      throw new BlockedException(blockers);
    }
  }

  private static void state(Survey survey, List<Finding> blockers) {
    if (!survey.mayCopy()) {
      blockers.add(
          Finding.blocker(
              "DIRECTION",
              "metamigrate/direction",
              "the direction on etcd is %s: the point of no return has been passed"
                  .formatted(survey.state().direction().orElseThrow()),
              "ZooKeeper is not applied to etcd any more; `migrate status` shows the next step"));
    }
    survey
        .state()
        .checkpoint()
        .filter(checkpoint -> survey.mayCopy() && !checkpoint.mayBecome(Phase.COPYING))
        .ifPresent(checkpoint -> blockers.add(underWay(checkpoint)));
  }

  private static Finding underWay(Checkpoint checkpoint) {
    Phase phase = checkpoint.stopped().map(Checkpoint.Stop::in).orElse(checkpoint.phase());
    String cluster = checkpoint.cluster();
    return Finding.blocker(
        "CUTOVER_UNDER_WAY",
        "metamigrate/checkpoint",
        "%s is under way, in phase %s"
            .formatted(phase == Phase.ROLLING_BACK ? "a rollback" : "a cutover", phase.title()),
        phase == Phase.ROLLING_BACK
            ? "finish it with `migrate rollback --confirm %s`".formatted(cluster)
            : "finish it with `migrate cutover --confirm %s`, or roll back with `migrate rollback --confirm %s`"
                .formatted(cluster, cluster));
  }
}
