package io.metamigrate.cutover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.metamigrate.lab.CommandLineRun;
import io.metamigrate.migrator.cutover.StepRecord;
import io.metamigrate.migrator.phase.Direction;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What must hold at the point of no return is asked again after the operator's answer. */
@Timeout(600)
final class PointOfNoReturnTest extends OnCommands {
  @Test
  void changeDuringTheQuestionStopsCutover() throws Exception {
    StandIn.StandInBookie bookie = bed.bookies.get(1);

    CommandLineRun dead = answeredAfter(bookie::stop);

    assertStopped(dead, "not every bookie is up on etcd");
    bookie.start();
    String broker = bed.brokers.get(0).id;

    CommandLineRun running = answeredAfter(() -> bed.driver.reportAsRunning(broker));

    assertStopped(running, "broker " + broker + " still runs, according to the driver's probe");
    bed.driver.reportAsRunning("");

    CommandLineRun changed = answeredAfter(() -> bed.delete(LEDGER));

    assertStopped(changed, LEDGER);
    assertThat(bed.state().committedAt()).isEmpty();
    CommandLineRun done = run("cutover", "--accept-foreign", LEDGER);
    assertThat(done.code()).as(done.toString()).isZero();
    assertThat(bed.key(LEDGER)).isPresent();
    bed.assertServingOnEtcd();
  }

  /** Passed and killed: no broker was started yet, so the next process asks all of it again. */
  @Test
  void resumedProcessRepeatsChecksBeforeTheFirstStart() throws Exception {
    Path stop = Files.createFile(folder.resolve("stop-" + bed.bookies.get(0).id.hashCode()));
    config =
        withHooks(
            "beforeStep: \"test $METAMIGRATE_STEP != start-first-broker || test ! -e %s\""
                .formatted(stop));
    assertThat(run("cutover").out()).contains("stopped at start-first-broker");
    assertThat(bed.state().committedAt()).isPresent();
    Files.delete(stop);
    byte[] ledger = bed.key(LEDGER).orElseThrow().getValue().getBytes();
    bed.delete(LEDGER);

    // However often: none of these issued the start.
    for (int attempt = 0; attempt < 3; attempt++) {
      CommandLineRun refused = run("cutover");

      assertThat(refused.code()).as(refused.toString()).isEqualTo(6);
      assertThat(refused.out()).contains("stopped at start-first-broker", LEDGER);
      assertThat(bed.brokers).noneMatch(StandIn::running);
    }
    bed.put(LEDGER, ledger);
    cutOver();
    bed.assertServingOnEtcd();
  }

  private boolean isAsking() {
    return bed.move().direction().equals(Optional.of(Direction.NONE))
        && bed.state().record("no-return").state() == StepRecord.StepState.OPEN;
  }

  private void assertStopped(CommandLineRun run, String reason) {
    assertThat(run.code()).as(run.toString()).isEqualTo(7);
    assertThat(run.out()).contains("stopped at no-return", reason).doesNotContain("done:");
    assertThat(bed.state().committedAt()).isEmpty();
    assertThat(bed.brokers).noneMatch(StandIn::running);
  }

  /** Lets something happen while the question is open, then confirms. */
  private CommandLineRun answeredAfter(Runnable happens) throws Exception {
    InputStream terminal = System.in;
    try (PipedOutputStream keyboard = new PipedOutputStream();
        PipedInputStream input = new PipedInputStream(keyboard)) {
      System.setIn(input);
      CompletableFuture<CommandLineRun> asked =
          CompletableFuture.supplyAsync(
              () ->
                  CommandLineRun.migrate(
                      "cutover",
                      "--config",
                      config.toString(),
                      "--confirm",
                      "c1",
                      "--state-folder",
                      folder.resolve("state").toString()));
      await().atMost(Duration.ofMinutes(2)).failFast(asked::isDone).until(this::isAsking);
      happens.run();
      keyboard.write("c1\n".getBytes(StandardCharsets.UTF_8));
      keyboard.flush();
      return asked.get();
    } finally {
      System.setIn(terminal);
    }
  }
}
