package io.metamigrate.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.lab.CommandLineRun;
import io.metamigrate.migrator.restart.Component;
import io.metamigrate.migrator.restart.Node;
import java.nio.file.Files;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * That a bookie collects no garbage while it must not is shown by the running bookie's own
 * settings, not by the driver's word.
 */
@Timeout(600)
final class SuspendedCollectionTest extends OnCommands {
  @BeforeEach
  void everyBookieAnswers() {
    bed.bookies.forEach(bookie -> bookie.reportsSettings = true);
  }

  @Test
  void checksSuspensionOnTheBookieInBothDirections() {
    StandIn.StandInBookie bookie = bed.bookies.get(1);
    bed.driver.forgetSuspension(bookie.id);

    CommandLineRun refused = run("cutover");

    assertStopped(refused, "move-bookie " + bookie.id, bookie.id + " runs with gcWaitTime=");
    assertThat(bed.brokers).allMatch(StandIn::running);
    bed.driver.forgetSuspension("");
    cutOver();
    bed.assertServingOnEtcd();
    bed.driver.forgetSuspension(bookie.id);

    CommandLineRun back = run("rollback");

    assertStopped(
        back, "suspend-garbage-collection " + bookie.id, bookie.id + " runs with gcWaitTime=");
    assertThat(bed.brokers).allMatch(StandIn::running);
    bed.driver.forgetSuspension("");
    rollBack();
  }

  /** A supervisor may have restarted it with other settings since it was moved. */
  @Test
  void collectingBookieKeepsBrokersServing() throws Exception {
    config =
        withHooks(
            "beforeStep: \"test $METAMIGRATE_STEP != stop-brokers || test -e %s\""
                .formatted(record()));
    assertThat(run("cutover").out()).contains("stopped at stop-brokers");
    Files.createFile(record());
    StandIn.StandInBookie bookie = bed.bookies.get(0);
    bed.driver.forgetSuspension(bookie.id);
    bed.driver.configure(node(bookie), bookie.settings());
    bookie.stop();
    bookie.start();

    CommandLineRun refused = run("cutover");

    assertThat(refused.code()).as(refused.toString()).isEqualTo(7);
    assertThat(refused.out()).contains(bookie.id + " runs with gcWaitTime=");
    assertThat(bed.brokers).allMatch(StandIn::running);
    bed.driver.forgetSuspension("");
    rollBack();
  }

  private static Node node(StandIn.StandInBookie bookie) {
    return new Node(Component.BOOKIE, bookie.id);
  }

  private static void assertStopped(CommandLineRun run, String step, String reason) {
    assertThat(run.code()).as(run.toString()).isEqualTo(7);
    assertThat(run.out()).contains("stopped at " + step, reason).doesNotContain("done:");
  }
}
