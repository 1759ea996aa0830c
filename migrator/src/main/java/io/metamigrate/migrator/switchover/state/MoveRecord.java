package io.metamigrate.migrator.switchover.state;

import io.metamigrate.migrator.switchover.engine.Progress;
import io.metamigrate.migrator.switchover.engine.StepRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One move.
 *
 * @param number 1 for the first move of the cluster
 * @param steps those that were begun, in the order in which they were first begun
 */
public record MoveRecord(
    int number,
    MoveDirection heading,
    Strategy strategy,
    Progress progress,
    List<StepRecord> steps,
    Evidence evidence) {
  public MoveRecord {
    steps = List.copyOf(steps);
  }

  static MoveRecord begin(int number, MoveDirection heading, Strategy strategy) {
    return new MoveRecord(
        number, heading, strategy, Progress.running(), List.of(), Evidence.none());
  }

  public Optional<StepRecord> step(String key) {
    return steps.stream().filter(step -> step.key().equals(key)).findFirst();
  }

  MoveRecord with(StepRecord changed) {
    List<StepRecord> next = new ArrayList<>(steps);
    next.replaceAll(step -> step.key().equals(changed.key()) ? changed : step);
    if (step(changed.key()).isEmpty()) {
      next.add(changed);
    }
    return new MoveRecord(number, heading, strategy, progress, next, evidence);
  }

  MoveRecord with(Progress next) {
    return new MoveRecord(number, heading, strategy, next, steps, evidence);
  }

  MoveRecord with(Evidence next) {
    return new MoveRecord(number, heading, strategy, progress, steps, next);
  }
}
