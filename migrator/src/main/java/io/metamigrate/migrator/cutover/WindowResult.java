package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.run.AdvisedCommands;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How a cutover or a rollback ended; also the JSON document of these commands.
 *
 * @param outcome done, stopped, went-back
 * @param phase the move's phase
 * @param step where it stopped
 * @param reason why it stopped
 * @param exitCode with which the command ends
 * @param safe what holds as long as nothing is done
 * @param advice the operator's next step, as a sentence
 * @param fence what the last check of the fence showed, for a cutover that is done
 * @param next the commands that the advice names, each as it can be run now
 * @param faults what the final check found to be wrong
 * @param remarks what else it found, and what it could not check
 */
public record WindowResult(
    String outcome,
    int exitCode,
    String cluster,
    String phase,
    Optional<String> step,
    Optional<String> reason,
    Optional<String> safe,
    Optional<String> advice,
    List<String> next,
    Optional<String> fence,
    Optional<Instant> pointOfNoReturn,
    List<String> faults,
    List<String> remarks,
    List<Line> steps) {

  private static final List<String> PAUSE =
      List.of(
          StepKind.STOP_BROKERS.label(),
          StepKind.FENCE.label(),
          StepKind.DRAIN.label(),
          StepKind.VERIFY.label(),
          StepKind.SWITCH_BOOKIES.label(),
          StepKind.PASS_NO_RETURN.label(),
          StepKind.START_FIRST_BROKER.label());

  /** One step with the time it took. */
  record Line(String step, String state, int attempts, double seconds, String proof) {
    boolean done() {
      return state.equals("done");
    }

    static Line of(StepRecord record) {
      double seconds =
          record.openedAt().isPresent() && record.endedAt().isPresent()
              ? Duration.between(record.openedAt().get(), record.endedAt().get()).toMillis() / 1e3
              : 0;
      return new Line(
          record.id(),
          record.state().name().toLowerCase(Locale.ROOT),
          record.attempts(),
          seconds,
          record.detail());
    }
  }

  public WindowResult {
    faults = List.copyOf(faults);
    remarks = List.copyOf(remarks);
    steps = List.copyOf(steps);
    next = List.copyOf(next);
  }

  /** Whether every step is done and the final check found no fault. */
  public boolean done() {
    return outcome.equals("done");
  }

  /** After a final check without faults. */
  static WindowResult complete(Journal journal, List<String> remarks) {
    CutoverState state = journal.state();
    return new WindowResult(
        "done",
        0,
        state.header().cluster(),
        journal.checkpoint().phase().title(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        AdvisedCommands.in(OperatorGuidance.afterDone(state)),
        Optional.empty(),
        state.committedAt(),
        List.of(),
        remarks,
        lines(state));
  }

  /** Every step is done, but the final check found faults. */
  static WindowResult withFaults(Journal journal, CheckReport seen) {
    CutoverState state = journal.state();
    String advice = OperatorGuidance.nextAfterFinalCheck(state, journal.mayServeOnEtcd());
    return new WindowResult(
        "stopped",
        StopCause.STEP_FAILED,
        state.header().cluster(),
        journal.checkpoint().phase().title(),
        Optional.of(FinalCheck.STEP),
        Optional.of(String.join("; ", seen.faults())),
        Optional.of(OperatorGuidance.safeAfterFinalCheck(state)),
        Optional.of(advice),
        AdvisedCommands.in(advice),
        Optional.empty(),
        state.committedAt(),
        seen.faults(),
        seen.remarks(),
        lines(state));
  }

  static WindowResult stopped(Journal journal, String outcome, StepRunner.RunEnd.Stopped stopped) {
    CutoverState state = journal.state();
    String advice = OperatorGuidance.next(state, journal.mayServeOnEtcd(), stopped.cause());
    return new WindowResult(
        outcome,
        stopped.cause().exitCode(),
        state.header().cluster(),
        journal.checkpoint().phase().title(),
        Optional.of(stopped.step().id()),
        Optional.of(stopped.cause().reason()),
        Optional.of(OperatorGuidance.safe(state, journal.mayServeOnEtcd())),
        Optional.of(advice),
        AdvisedCommands.in(advice),
        Optional.empty(),
        state.committedAt(),
        List.of(),
        List.of(),
        lines(state));
  }

  WindowResult withFinalCheck(String finalCheck) {
    return new WindowResult(
        outcome,
        exitCode,
        cluster,
        phase,
        step,
        reason,
        safe,
        advice,
        next,
        Optional.of(finalCheck),
        pointOfNoReturn,
        faults,
        remarks,
        steps);
  }

  private static List<Line> lines(CutoverState state) {
    List<StepRecord> records = new java.util.ArrayList<>(state.forward());
    records.addAll(state.back());
    return records.stream().map(Line::of).toList();
  }

  /** From the stop of the brokers to the first one on etcd, part by part; empty until then. */
  Optional<String> pause() {
    List<Line> parts =
        steps.stream().filter(line -> PAUSE.contains(line.step()) && line.done()).toList();
    if (parts.stream().noneMatch(line -> line.step().equals(StepKind.START_FIRST_BROKER.label()))) {
      return Optional.empty();
    }
    double all = parts.stream().mapToDouble(Line::seconds).sum();
    return Optional.of(
        parts.stream()
            .map(line -> String.format(Locale.ROOT, "%s %.1f s", line.step(), line.seconds()))
            .collect(
                Collectors.joining(
                    ", ", String.format(Locale.ROOT, "pause of the brokers: %.1f s: ", all), "")));
  }

  /** For people. */
  public String text() {
    StringBuilder text = new StringBuilder();
    for (Line line : steps) {
      if (!line.state().equals("pending")) {
        text.append(
            String.format(
                Locale.ROOT,
                "%-7s %-32s %6.1f s  %s%n",
                line.state(),
                line.step(),
                line.seconds(),
                line.proof()));
      }
    }
    text.append(
        String.format(Locale.ROOT, "%n%s: cluster %s, phase %s%n", outcome, cluster, phase));
    pause().ifPresent(parts -> text.append(parts).append('\n'));
    fence.ifPresent(state -> text.append(state).append('\n'));
    if (faults.isEmpty()) {
      reason.ifPresent(
          why ->
              text.append("stopped at ")
                  .append(step.orElse(""))
                  .append(": ")
                  .append(why)
                  .append('\n'));
    } else {
      text.append("the final check found\n");
      faults.forEach(fault -> text.append("  ").append(fault).append('\n'));
    }
    remarks.forEach(remark -> text.append("note: ").append(remark).append('\n'));
    safe.ifPresent(what -> text.append("now: ").append(what).append('\n'));
    advice.ifPresent(what -> text.append("next: ").append(what).append('\n'));
    return text.toString();
  }
}
