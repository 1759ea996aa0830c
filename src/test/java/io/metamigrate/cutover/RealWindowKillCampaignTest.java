package io.metamigrate.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.lab.LiveTraffic;
import io.metamigrate.lab.LossWorkload;
import io.metamigrate.lab.MigrateCommand;
import io.metamigrate.lab.PulsarNode;
import io.metamigrate.lab.WorkloadFindings;
import io.metamigrate.migrator.config.CutoverConfig.Strategy;
import io.metamigrate.migrator.cutover.Step;
import io.metamigrate.migrator.cutover.StepKind;
import io.metamigrate.migrator.cutover.StepRecord;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * On a real cluster under live traffic: {@code kill -9} of the command in every kind of step that
 * the plan has, and the same command again each time.
 *
 * <p>A step that handles nodes is hit while a node is down by its doing, or up again; any other as
 * soon as it reports that it is open, which takes this test a millisecond or two. Some steps are
 * over by then; what was open is read from the record that the killed process left, and printed.
 */
@Timeout(1500)
@Tag("campaign")
final class RealWindowKillCampaignTest {
  private static final String VERSION = "2.10.0";

  @TempDir Path folder;

  @Test
  void cutoverResumesAfterAKillInEveryStep() throws Exception {
    try (PulsarBed bed = PulsarBed.start(folder, VERSION, 3, 2)) {
      LossWorkload workload = bed.worked();
      bed.follow();
      try (LiveTraffic traffic = LiveTraffic.start(bed.cluster())) {
        workload.noteLedgerIds();

        killInEach(bed, bed.plan().forward(Strategy.ROLLING), "cutover", "--yes");
        bed.migrate("cutover", "--yes");

        traffic.awaitProgress();
        bed.assertServingOn(bed.onEtcd(), bed.onZooKeeper());
        assertUnharmed(workload, traffic);
      }
    }
  }

  @Test
  void rollbackResumesAfterAKillInEveryStep() throws Exception {
    try (PulsarBed bed = PulsarBed.start(folder, VERSION, 3, 2)) {
      LossWorkload workload = bed.worked();
      bed.follow();
      try (LiveTraffic traffic = LiveTraffic.start(bed.cluster())) {
        bed.migrate("cutover", "--yes");
        workload.round();
        workload.noteLedgerIds();

        killInEach(bed, bed.plan().backAfterNoReturn(bed.state()), "rollback");
        bed.migrate("rollback");

        traffic.awaitProgress();
        bed.assertServingOn(bed.onZooKeeper(), bed.onEtcd());
        assertUnharmed(workload, traffic);
      }
    }
  }

  /** Once with a roll of bookies behind it, and once with all of them moved together. */
  @Test
  void rollbackBeforePointOfNoReturnResumesAfterAKillInEveryStep() throws Exception {
    try (PulsarBed bed = PulsarBed.start(folder, VERSION, 3, 2)) {
      LossWorkload workload = bed.worked();
      bed.follow();
      try (LiveTraffic traffic = LiveTraffic.start(bed.cluster())) {
        workload.noteLedgerIds();
        refusedAtThePointOfNoReturn(bed, "rolling");

        killInEach(bed, bed.plan().backBeforeNoReturn(bed.state()), "rollback");
        bed.migrate("rollback");

        traffic.awaitProgress();
        bed.assertServingOn(bed.onZooKeeper(), bed.onEtcd());
        bed.follow();
        Step together = only(StepKind.SWITCH_BOOKIES, bed.plan().forward(Strategy.STOP_ALL));
        killInEach(bed, List.of(together), "cutover", "--strategy", "stop-all");
        refusedAtThePointOfNoReturn(bed, "stop-all");
        Step back = only(StepKind.SWITCH_BOOKIES_BACK, bed.plan().backBeforeNoReturn(bed.state()));
        killInEach(bed, List.of(back), "rollback");
        bed.migrate("rollback");

        traffic.awaitProgress();
        bed.assertServingOn(bed.onZooKeeper(), bed.onEtcd());
        assertUnharmed(workload, traffic);
      }
    }
  }

  private static Step only(StepKind kind, List<Step> steps) {
    return steps.stream().filter(step -> step.kind() == kind).findFirst().orElseThrow();
  }

  /** Nobody answers the question. */
  private static void refusedAtThePointOfNoReturn(PulsarBed bed, String strategy) {
    try (MigrateCommand run = bed.begin("cutover", "--strategy", strategy)) {
      assertThat(run.awaitEnd()).as(run.log()).isEqualTo(7);
      assertThat(run.log()).contains("the operator did not confirm");
    }
  }

  /** One process after the other; where a kind of step comes for each bookie, in the first. */
  private static void killInEach(
      PulsarBed bed, List<Step> steps, String command, String... arguments) {
    Set<StepKind> killed = EnumSet.noneOf(StepKind.class);
    for (Step step : steps) {
      if (killed.add(step.kind())) {
        try (MigrateCommand run = bed.begin(command, arguments)) {
          run.killOnce(": " + step.title(), () -> underWay(bed, step));
        }
        List<String> open =
            bed.state().current().stream()
                .filter(record -> record.state() == StepRecord.StepState.OPEN)
                .map(StepRecord::id)
                .toList();
        System.out.println(
            "killed in " + step.id() + (open.contains(step.id()) ? "" : ", over by then: " + open));
        if (handlesNodes(step)) {
          assertThat(open).contains(step.id());
        }
      }
    }
  }

  private static boolean handlesNodes(Step step) {
    return step.node().isPresent()
        || switch (step.kind()) {
          case STOP_BROKERS,
              SWITCH_BOOKIES,
              START_FIRST_BROKER,
              START_BROKERS,
              STOP_BROKERS_ON_ETCD,
              SWITCH_BOOKIES_BACK,
              START_BROKERS_ON_ZOOKEEPER ->
              true;
          default -> false;
        };
  }

  /** Whether the step's effect on its nodes has begun; true at once where it handles none. */
  private static boolean underWay(PulsarBed bed, Step step) {
    Predicate<PulsarNode> up = node -> node.process().alive();
    List<? extends PulsarNode> brokers = bed.cluster().brokers();
    if (step.node().isPresent()) {
      return !up.test(bed.bookie(step.node().get().id()));
    }
    return switch (step.kind()) {
      case SWITCH_BOOKIES, SWITCH_BOOKIES_BACK -> !bed.cluster().bookies().stream().allMatch(up);
      case STOP_BROKERS, STOP_BROKERS_ON_ETCD -> !brokers.stream().allMatch(up);
      case START_FIRST_BROKER, START_BROKERS_ON_ZOOKEEPER -> brokers.stream().anyMatch(up);
      case START_BROKERS -> brokers.stream().allMatch(up);
      default -> true;
    };
  }

  private static void assertUnharmed(LossWorkload workload, LiveTraffic traffic) throws Exception {
    WorkloadFindings findings = workload.check();
    assertThat(findings.clean()).as(findings.toString()).isTrue();
    PulsarBed.assertUnharmed(traffic.stop());
  }
}
