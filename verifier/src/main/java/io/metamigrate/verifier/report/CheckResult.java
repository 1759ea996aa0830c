package io.metamigrate.verifier.report;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Locale;

/**
 * The outcome of one check of facts that bytes alone do not show.
 *
 * @param id stable name, as in reports and runbooks
 * @param reason why it was not run; empty if it was
 * @param detail what was found, with numbers, and what to do if it is not as it must be
 * @param reads the paths that it reads, each with all below it
 */
public record CheckResult(
    String id, CheckState state, String reason, String detail, List<String> reads) {

  /** A check that was not run never counts as passed. */
  public enum CheckState {
    OK,
    FAILED,
    NOT_RUN;

    @JsonValue
    public String title() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  public CheckResult {
    reads = List.copyOf(reads);
    if ((state == CheckState.NOT_RUN) == reason.isEmpty()) {
      throw new IllegalArgumentException(id + " is " + state.title() + ", reason '" + reason + "'");
    }
  }

  /** A check that was run. */
  public static CheckResult of(String id, boolean ok, String detail, List<String> reads) {
    return new CheckResult(id, ok ? CheckState.OK : CheckState.FAILED, "", detail, reads);
  }

  /** A check whose input is outside of the question. */
  public static CheckResult notRun(String id, String reason, List<String> reads) {
    return new CheckResult(id, CheckState.NOT_RUN, reason, "not run: " + reason, reads);
  }

  /** Whether it was run and found nothing wrong. */
  @JsonProperty("ok")
  public boolean ok() {
    return state == CheckState.OK;
  }
}
