package io.metamigrate.migrator.switchover.engine;

import java.util.ArrayList;
import java.util.List;

/**
 * Asks every condition of a move that can be asked before its first step without writing, and names
 * the others with the reason. Changes nothing.
 *
 * @param findings in the order of the steps
 */
public record Rehearsal(List<Finding> findings) {
  public Rehearsal {
    findings = List.copyOf(findings);
  }

  /** The result of a condition. */
  public enum Result {
    HOLDS,
    FAILS,
    NOT_ASKED
  }

  /**
   * One condition of one step.
   *
   * @param step the step's key
   * @param detail what was seen, or why it was not asked
   * @param remedies flags with which the command can continue
   */
  public record Finding(
      String step, String sentence, Result result, String detail, List<String> remedies) {
    public Finding {
      remedies = List.copyOf(remedies);
    }
  }

  public static Rehearsal of(List<Step> steps) {
    List<Finding> findings = new ArrayList<>();
    for (Step step : steps) {
      step.requires().forEach(condition -> findings.add(ask(step, condition)));
      step.checks().forEach(condition -> findings.add(ask(step, condition)));
    }
    return new Rehearsal(findings);
  }

  private static Finding ask(Step step, Condition condition) {
    if (condition.writes() || !condition.checkableInRehearsal()) {
      String why = condition.writes() ? "asking it writes" : "an earlier step makes it so";
      return new Finding(step.key(), condition.sentence(), Result.NOT_ASKED, why, List.of());
    }
    Answer answer = condition.ask();
    return new Finding(
        step.key(),
        condition.sentence(),
        answer.holds() ? Result.HOLDS : Result.FAILS,
        answer.detail(),
        answer.remedies());
  }

  /** Those that do not hold. */
  public List<Finding> faults() {
    return findings.stream().filter(finding -> finding.result() == Result.FAILS).toList();
  }
}
