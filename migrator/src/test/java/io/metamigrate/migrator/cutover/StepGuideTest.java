package io.metamigrate.migrator.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.cli.Migrate;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class StepGuideTest {
  private static final Path RUNBOOK = Path.of("..", "runbooks", "window.md");
  private static final String FROM = "<!-- steps: generated from the list of steps -->\n";
  private static final String TO = "<!-- end of steps -->\n";

  @Test
  void runbookShowsTheStepsAsTheyAre() throws IOException {
    String page = Files.readString(RUNBOOK);

    assertThat(page).contains(FROM, TO);
    assertThat(page.substring(page.indexOf(FROM) + FROM.length(), page.indexOf(TO)))
        .as("the tables in %s; put what is expected here there", RUNBOOK)
        .isEqualTo(StepGuide.markdown());
  }

  @Test
  void helpShowsEveryStepOfBothStrategiesWithItsCost() {
    StringWriter out = new StringWriter();
    int code =
        Migrate.run(new PrintWriter(out), new PrintWriter(new StringWriter()), "help", "steps");

    assertThat(code).isZero();
    assertThat(out.toString()).isEqualTo(StepGuide.text());
    Arrays.stream(StepKind.values())
        .filter(kind -> kind.phase() != io.metamigrate.migrator.phase.Phase.ROLLING_BACK)
        .forEach(kind -> assertThat(out.toString()).contains("\n" + kind.label() + " ("));
  }

  @Test
  void nothingRestartsBeforeABookieMovedAndClientsWaitOnceBrokersAreStopped() {
    String text = StepGuide.text();

    assertThat(costOf(text, "start-bridge")).isEqualTo("no restart");
    assertThat(costOf(text, "move-bookie")).doesNotContain("clients wait").contains("restarts");
    assertThat(costOf(text, "stop-brokers")).contains("clients wait");
    assertThat(costOf(text, "no-return")).doesNotContain("reverse");
    assertThat(costOf(text, "start-first-broker")).contains("reverse migration");
  }

  private static String costOf(String text, String step) {
    String from = text.substring(text.indexOf("\n" + step + " ("));
    String cost = from.substring(from.indexOf("    cost    ") + "    cost    ".length());
    return cost.substring(0, cost.indexOf('\n'));
  }
}
