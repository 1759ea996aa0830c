package io.metamigrate.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.config.CutoverConfig.Strategy;
import io.metamigrate.migrator.cutover.CutoverPlan;
import io.metamigrate.migrator.cutover.Step;
import io.metamigrate.migrator.cutover.StepListener;
import io.metamigrate.migrator.cutover.WindowResult;
import io.metamigrate.migrator.restart.StepOutcome;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Kill it anywhere, start it again: it resumes, and ends in the same place. */
@Timeout(900)
final class KillTest extends OnTwoStores {
  private final Killer killer = new Killer();

  KillTest() {
    super("60s");
  }

  @Test
  void resumesAtTheOpenStep() {
    resumesAtTheOpenStep(Strategy.ROLLING);
  }

  @Test
  @Tag("campaign")
  void resumesAtTheOpenStepElsewhere() {
    resumesAtTheOpenStep(Strategy.STOP_ALL);
  }

  private void resumesAtTheOpenStep(Strategy strategy) {
    arm();

    WindowResult result = resumeUntilDone(() -> bed.cutover(strategy));

    assertThat(result.text()).contains("done: cluster c1, phase Observing");
    for (Step step : new CutoverPlan(bed.configuration.cutover()).forward(strategy)) {
      assertThat(killer.places()).contains("opened " + step.id(), "acted " + step.id());
    }
    bed.assertServingOnEtcd();
    assertThat(bed.state().lateWrites()).isEmpty();
  }

  @Test
  @Tag("campaign")
  void resumesRollbackBeforePointOfNoReturn() throws Exception {
    resumesRollbackBeforePointOfNoReturn(Strategy.ROLLING);
  }

  @Test
  @Tag("campaign")
  void resumesRollbackBeforePointOfNoReturnElsewhere() throws Exception {
    resumesRollbackBeforePointOfNoReturn(Strategy.STOP_ALL);
  }

  private void resumesRollbackBeforePointOfNoReturn(Strategy strategy) throws Exception {
    bed.confirmation = announcement -> StepOutcome.failed("no");
    bed.cutover(strategy);
    arm();

    WindowResult result = resumeUntilDone(bed::rollback);

    assertThat(result.text()).contains("phase RolledBack");
    bed.assertServingOnZooKeeper();
  }

  @Test
  void resumesRollbackAfterPointOfNoReturn() throws Exception {
    resumesRollbackAfterPointOfNoReturn(Strategy.STOP_ALL);
  }

  @Test
  @Tag("campaign")
  void resumesRollbackAfterPointOfNoReturnElsewhere() throws Exception {
    resumesRollbackAfterPointOfNoReturn(Strategy.ROLLING);
  }

  private void resumesRollbackAfterPointOfNoReturn(Strategy strategy) throws Exception {
    bed.cutover(strategy);
    arm();

    WindowResult result = resumeUntilDone(bed::rollback);

    assertThat(result.text()).contains("phase RolledBack");
    bed.assertServingOnZooKeeper();
    assertThat(bed.nextLedgerIdOnZooKeeper()).isGreaterThan(4294967297L);
  }

  private void arm() {
    bed.listener = killer;
    bed.driver.before(action -> killer.around("before " + action));
    bed.driver.after(action -> killer.around("after " + action));
  }

  private WindowResult resumeUntilDone(Supplier<WindowResult> command) {
    while (true) {
      try {
        return command.get();
      } catch (Killed e) {
        assertThat(killer.places()).contains(e.getMessage());
      } finally {
        assertThat(bed.listener).isNotSameAs(StepListener.SILENT);
      }
    }
  }
}
