package io.metamigrate.migrator.run;

import io.metamigrate.migrator.phase.Checkpoint;
import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.phase.StoreCheck;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.replay.StateStore;
import io.metamigrate.verifier.store.Ensemble;
import io.metamigrate.verifier.store.SourceSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What must hold before anything is written. */
final class CopyPreconditions {
  private CopyPreconditions() {}

  static void check(Stores stores, Survey survey, RunOptions options) {
    List<Finding> blockers = new ArrayList<>(survey.plan().blockersWithout(options.accepted()));
    options
        .contract()
        .ifPresent(contract -> blockers.addAll(contract.violations(survey.facts(), survey.plan())));
    state(survey, blockers);
    boolean accepted =
        Stream.of(StoreCheck.TARGET_WENT_BACK, StoreCheck.TARGET_IS_ANOTHER)
            .anyMatch(options.accepted()::contains);
    if (blockers.isEmpty() && !accepted) {
      moveInZooKeeper(stores, survey).ifPresent(blockers::add);
    }
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

  /** A move that is under way, by ZooKeeper's copy of it, and of which etcd knows nothing. */
  private static Optional<Finding> moveInZooKeeper(Stores stores, Survey survey) {
    boolean lost =
        stores.tree(Ensemble.LOCAL).read(SourceSnapshot.MOVE).isPresent()
            && new StateStore(stores.etcd()).get(StateStore.CUTOVER).isEmpty();
    return lost
        ? Optional.of(
            Finding.blocker(
                StoreCheck.TARGET_WENT_BACK,
                SourceSnapshot.MOVE.value(),
                "a move is under way by its copy in ZooKeeper, and etcd holds no cutover: etcd was"
                    + " emptied, was restored from a backup, or is another one",
                "make the right etcd available at this address, or run `migrate rollback --confirm %s --without-etcd`"
                    .formatted(survey.facts().cluster())))
        : Optional.empty();
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
