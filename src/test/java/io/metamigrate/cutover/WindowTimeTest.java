package io.metamigrate.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.lab.CommandLineRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The time limits of a cutover hold whatever it waits for, and nothing undoes a rollback. */
@Timeout(300)
final class WindowTimeTest extends OnHookedCommands {
  /** Far above what a passing test takes, far below what hangs. */
  private static final Duration HANGS = Duration.ofMinutes(10);

  WindowTimeTest() {
    super("600s");
  }

  @Test
  void outageLimitEndsHangingDriverCommand() throws Exception {
    Path config = config("hangs", "");
    String stop = Files.readString(config).split("stop: \"", 2)[1].split("\"", 2)[0];
    Path hanging =
        edited(
            config,
            "stop: \"" + stop,
            "stop: \"%s; test $METAMIGRATE_COMPONENT != broker || test -e %s/$METAMIGRATE_ID || { touch %s/$METAMIGRATE_ID; sleep %d; }"
                .formatted(stop, home, home, HANGS.toSeconds()));

    assertRollsBack(run(hanging, "cutover --yes --max-outage 3s"), "more than the 3 s");
  }

  @Test
  void outageLimitEndsHangingHook() throws Exception {
    Path config =
        config(
            "hook",
            "hooks: {beforeStep: \"test $METAMIGRATE_STEP != no-return || sleep %d\", timeout: 20m}\n"
                .formatted(HANGS.toSeconds()));

    assertRollsBack(run(config, "cutover --yes --max-outage 3s"), "more than the 3 s");
  }

  @Test
  void undoesMoveAfterTheDeadlineWhileBrokersServe() throws Exception {
    Path config =
        config(
            "late",
            "hooks: {beforeStep: \"test $METAMIGRATE_STEP != stop-brokers || sleep %d\", timeout: 20m}\n"
                .formatted(HANGS.toSeconds()));

    CommandLineRun run = run(config, "cutover --yes --no-return-after 25s");

    assertRollsBack(run, "--no-return-after");
    assertThat(run.err()).contains("the point of no return is passed by 20");
    assertThat(bed.driver.actions()).doesNotContain("stop " + bed.brokers.get(0).id);
  }

  @Test
  void resumeKeepsTheDeadline() throws Exception {
    Path config =
        config("fixed", "hooks: {beforeStep: \"test $METAMIGRATE_STEP != stop-brokers\"}\n");
    CommandLineRun first = run(config, "cutover --yes --no-return-after 45m");
    assertThat(first.code()).as(first.toString()).isEqualTo(7);
    int actions = bed.driver.actions().size();

    CommandLineRun refused = run(config, "cutover --yes --no-return-after 2h");

    assertThat(refused.code()).as(refused.toString()).isEqualTo(3);
    assertThat(refused.err()).contains("was set to 20", "the command gives 20");
    assertThat(bed.driver.actions()).hasSize(actions);
    CommandLineRun resumed = run(config("resumed", ""), "cutover --yes");
    assertThat(resumed.code()).as(resumed.toString()).isZero();
    assertThat(resumed.err()).contains("the point of no return is passed by 20");
  }

  @Test
  void refusesDeadlineInThePast() throws Exception {
    CommandLineRun refused =
        run(
            config("past", ""),
            "cutover --yes --no-return-after " + Instant.now().minusSeconds(60));

    assertThat(refused.code()).as(refused.toString()).isEqualTo(2);
    assertThat(bed.driver.actions()).isEmpty();
  }

  private void assertRollsBack(CommandLineRun run, String why) throws Exception {
    assertThat(run.code()).as(run.toString()).isEqualTo(7);
    assertThat(run.json().path("outcome").asText()).as(run.toString()).isEqualTo("went-back");
    assertThat(run.json().path("reason").asText()).contains(why);
    bed.assertServingOnZooKeeper();
  }
}
