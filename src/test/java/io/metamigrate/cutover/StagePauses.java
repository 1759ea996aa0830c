package io.metamigrate.cutover;

import io.metamigrate.migrator.cutover.StepRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * What clients went through in each stage of a run: its steps of one kind in a row.
 *
 * @param stages in the order of the run
 */
record StagePauses(List<PauseStage> stages) {
  /**
   * One kind of step.
   *
   * @param pause the longest that a producer waited, of the waits that began in this stage
   */
  record PauseStage(String name, Instant from, Instant to, Duration pause) {
    @Override
    public String toString() {
      return "%-28s %6d ms, longest pause %6d ms"
          .formatted(name, Duration.between(from, to).toMillis(), pause.toMillis());
    }
  }

  StagePauses {
    stages = List.copyOf(stages);
  }

  /**
   * From the persisted record.
   *
   * @param pause the longest pause that began between two moments
   */
  static StagePauses of(List<StepRecord> steps, BiFunction<Instant, Instant, Duration> pause) {
    List<PauseStage> stages = new ArrayList<>();
    for (StepRecord step : steps) {
      if (step.openedAt().isEmpty() || step.endedAt().isEmpty()) {
        continue;
      }
      String name = step.id().split(" ", 2)[0];
      Instant from = step.openedAt().get();
      int last = stages.size() - 1;
      if (last >= 0 && stages.get(last).name().equals(name)) {
        from = stages.remove(last).from();
      }
      Instant to = step.endedAt().get();
      stages.add(new PauseStage(name, from, to, pause.apply(from, to)));
    }
    return new StagePauses(stages);
  }

  PauseStage of(String name) {
    return find(name).orElseThrow();
  }

  private Optional<PauseStage> find(String name) {
    return stages.stream().filter(stage -> stage.name().equals(name)).findFirst();
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    stages.forEach(stage -> text.append("  ").append(stage).append('\n'));
    return text.toString();
  }
}
