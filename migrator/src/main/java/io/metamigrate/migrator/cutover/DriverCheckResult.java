package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.restart.Node;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What {@code migrate driver check} did; also its JSON document.
 *
 * @param outcome done or stopped
 * @param exitCode 0, or 7 if an action failed
 * @param reason which action failed and why
 * @param left how the node is now
 */
public record DriverCheckResult(
    String outcome,
    int exitCode,
    String node,
    List<CheckedAction> actions,
    Optional<String> reason,
    String left) {
  /** One action with the seconds that it took. */
  record CheckedAction(String name, double seconds, String detail, boolean done) {}

  public DriverCheckResult {
    actions = List.copyOf(actions);
  }

  static DriverCheckResult done(Node node, List<CheckedAction> actions) {
    return new DriverCheckResult(
        "done", 0, node.toString(), actions, Optional.empty(), "it serves as before");
  }

  static DriverCheckResult failed(
      Node node, List<CheckedAction> actions, String reason, String left) {
    return new DriverCheckResult(
        "stopped", StopCause.STEP_FAILED, node.toString(), actions, Optional.of(reason), left);
  }

  /** For people. */
  public String text() {
    StringBuilder text = new StringBuilder();
    for (CheckedAction action : actions) {
      text.append(
          String.format(
              Locale.ROOT,
              "%-7s %-10s %6.1f s  %s%n",
              action.done() ? "done" : "failed",
              action.name(),
              action.seconds(),
              action.detail()));
    }
    text.append(String.format(Locale.ROOT, "%n%s: %s%n", outcome, node));
    reason.ifPresent(why -> text.append("stopped at ").append(why).append('\n'));
    return text.append("now: ").append(left).append('\n').toString();
  }
}
