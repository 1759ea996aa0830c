package io.metamigrate.migrator.switchover.engine;

import java.util.ArrayList;
import java.util.List;

/**
 * What a command checks on both stores and all nodes, in its own process, before it reports "done".
 */
public record CompletionCheck(String name, List<Condition> conditions) {
  public CompletionCheck {
    conditions = List.copyOf(conditions);
  }

  /**
   * Asks every condition.
   *
   * @return what was seen
   * @throws StepException naming every condition that does not hold
   */
  List<String> ask() {
    List<String> seen = new ArrayList<>();
    List<String> faults = new ArrayList<>();
    List<String> remedies = new ArrayList<>();
    for (Condition condition : conditions) {
      Answer answer = condition.ask();
      (answer.holds() ? seen : faults).add(condition.sentence() + ": " + answer.detail());
      remedies.addAll(answer.remedies());
    }
    if (!faults.isEmpty()) {
      throw StepException.unmet(faults, remedies);
    }
    return seen;
  }
}
