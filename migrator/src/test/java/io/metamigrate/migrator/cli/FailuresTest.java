package io.metamigrate.migrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.cutover.StepFailedException;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

/** The exit code and the line of a failure. */
final class FailuresTest {
  /** A command may be interrupted before its first step or after its last one. */
  @Test
  void stepThatFailsOutsideARunIsNoInternalError() {
    StringWriter printed = new StringWriter();
    Console console = new Console(new PrintWriter(printed), new PrintWriter(printed), false);

    int code =
        Failures.report(
            console, new StepFailedException("interrupted while waiting for the lock"), false);

    assertThat(code).isEqualTo(ExitCode.STEP_FAILED.code());
    assertThat(printed.toString())
        .contains("interrupted while waiting for the lock")
        .doesNotContain("internal error");
  }
}
