package io.metamigrate.migrator.cutover;

import static java.util.Objects.requireNonNull;

import io.metamigrate.migrator.config.HooksConfig;
import io.metamigrate.migrator.restart.ShellCommand;
import io.metamigrate.migrator.restart.StepOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The operator's own commands: at the boundaries of steps, and where only the operator can act. A
 * hook that ends with anything but 0, or not in time, stops the cutover; only {@code onFailure},
 * which runs when it has stopped already, changes nothing any more. Safe for use by several
 * threads.
 *
 * <table>
 * <caption>Environment of a hook</caption>
 * <tr><td>METAMIGRATE_HOOK</td><td>before-step, after-step, on-failure, stop-metadata-writers, …</td></tr>
 * <tr><td>METAMIGRATE_CLUSTER</td><td>name of the cluster</td></tr>
 * <tr><td>METAMIGRATE_PHASE</td><td>the phase of the run</td></tr>
 * <tr><td>METAMIGRATE_STEP</td><td>name of the step</td></tr>
 * <tr><td>METAMIGRATE_STEP_NUMBER, METAMIGRATE_STEP_COUNT</td><td>which of how many</td></tr>
 * <tr><td>METAMIGRATE_NODE</td><td>the node it is about, empty if it is about none</td></tr>
 * <tr><td>METAMIGRATE_RETURN</td>
 * <td>restart while a rollback is a restart, reverse-migration once it is one</td></tr>
 * <tr><td>METAMIGRATE_FAILURE</td><td>on-failure only: what stopped it</td></tr>
 * </table>
 */
public final class Hooks {
  private final Map<HookPoint, String> commands;
  private final ShellCommand shell;
  private final Runnable confirmLock;

  /** When a hook runs. */
  public enum HookPoint {
    BEFORE_STEP("before-step"),
    AFTER_STEP("after-step"),
    ON_FAILURE("on-failure"),
    STOP_METADATA_WRITERS("stop-metadata-writers"),
    START_METADATA_WRITERS("start-metadata-writers"),
    FENCE("fence"),
    UNFENCE("unfence");

    private final String label;

    HookPoint(String label) {
      this.label = label;
    }
  }

  /**
   * Where the cutover is.
   *
   * @param node the node that the step is about, if it is about one
   * @param isCommitted whether a rollback would be a reverse migration
   */
  record Boundary(
      String cluster,
      String phase,
      String step,
      int number,
      int count,
      Optional<String> node,
      boolean isCommitted) {
    Boundary {
      requireNonNull(cluster, "cluster");
      requireNonNull(phase, "phase");
      requireNonNull(step, "step");
      requireNonNull(node, "node");
    }
  }

  /**
   * The hooks that there are.
   *
   * @param budget how long one hook may take
   */
  public Hooks(Map<HookPoint, String> commands, Duration budget) {
    this(commands, new ShellCommand(budget), () -> {});
  }

  private Hooks(Map<HookPoint, String> commands, ShellCommand shell, Runnable confirmLock) {
    this.commands = Collections.unmodifiableMap(new TreeMap<>(commands));
    this.shell = shell;
    this.confirmLock = confirmLock;
  }

  /**
   * The same hooks for the holder of the lock: each but {@code onFailure}, which is a notification,
   * runs right after the lock was confirmed.
   */
  Hooks confirming(Runnable confirm) {
    return new Hooks(commands, shell, confirm);
  }

  /** As configured. */
  public static Hooks of(HooksConfig config) {
    Map<HookPoint, String> commands = new EnumMap<>(HookPoint.class);
    config.steps().before().ifPresent(command -> commands.put(HookPoint.BEFORE_STEP, command));
    config.steps().after().ifPresent(command -> commands.put(HookPoint.AFTER_STEP, command));
    config.steps().onFailure().ifPresent(command -> commands.put(HookPoint.ON_FAILURE, command));
    config
        .metadataWriters()
        .stop()
        .ifPresent(text -> commands.put(HookPoint.STOP_METADATA_WRITERS, text));
    config
        .metadataWriters()
        .start()
        .ifPresent(text -> commands.put(HookPoint.START_METADATA_WRITERS, text));
    config.zooKeeper().fence().ifPresent(command -> commands.put(HookPoint.FENCE, command));
    config.zooKeeper().unfence().ifPresent(command -> commands.put(HookPoint.UNFENCE, command));
    return new Hooks(commands, config.timeout());
  }

  /** No hooks at all. */
  public static Hooks none() {
    return new Hooks(Map.of(), Duration.ofMinutes(1));
  }

  /** Whether there is a hook for this moment. */
  boolean has(HookPoint moment) {
    return commands.containsKey(moment);
  }

  /** What would stop a hook from being run, a line for each; runs none. */
  List<String> obstacles() {
    List<String> found = new ArrayList<>();
    try {
      for (Map.Entry<HookPoint, String> hook : commands.entrySet()) {
        shell
            .fault(hook.getValue())
            .ifPresent(fault -> found.add(hook.getKey().label + " hook: " + fault));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      found.add("the check of the hooks was interrupted");
    }
    return found;
  }

  /** Runs the hook of that moment; what was to come next must not begin unless this is done. */
  StepOutcome run(HookPoint moment, Boundary boundary) {
    return run(moment, boundary, "");
  }

  /** Runs when the cutover has stopped. */
  StepOutcome onFailure(Boundary boundary, String failure) {
    return run(HookPoint.ON_FAILURE, boundary, failure);
  }

  private StepOutcome run(HookPoint moment, Boundary boundary, String failure) {
    String command = commands.get(moment);
    if (command == null) {
      return new StepOutcome.Done("no " + moment.label + " hook");
    }
    if (moment != HookPoint.ON_FAILURE) {
      confirmLock.run();
    }
    try {
      ShellCommand.ShellResult result = shell.run(command, environment(moment, boundary, failure));
      if (result.succeeded()) {
        return new StepOutcome.Done(moment.label + " hook ended with 0 at " + boundary.step());
      }
      return new StepOutcome.Failed(
          moment.label
              + " hook at "
              + boundary.step()
              + (result.timedOut() ? " did not end in time" : " ended with " + result.exitCode())
              + (result.tail().isEmpty() ? "" : ": " + result.tail()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new StepOutcome.Failed(
          moment.label + " hook at " + boundary.step() + " was interrupted");
    }
  }

  private static Map<String, String> environment(HookPoint moment, Boundary at, String failure) {
    Map<String, String> variables = new TreeMap<>();
    variables.put("METAMIGRATE_HOOK", moment.label);
    variables.put("METAMIGRATE_CLUSTER", at.cluster());
    variables.put("METAMIGRATE_PHASE", at.phase());
    variables.put("METAMIGRATE_STEP", at.step());
    variables.put("METAMIGRATE_STEP_NUMBER", Integer.toString(at.number()));
    variables.put("METAMIGRATE_STEP_COUNT", Integer.toString(at.count()));
    variables.put("METAMIGRATE_NODE", at.node().orElse(""));
    variables.put("METAMIGRATE_RETURN", at.isCommitted() ? "reverse-migration" : "restart");
    if (moment == HookPoint.ON_FAILURE) {
      variables.put("METAMIGRATE_FAILURE", failure);
    }
    return variables;
  }
}
