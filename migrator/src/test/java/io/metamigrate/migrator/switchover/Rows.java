package io.metamigrate.migrator.switchover;

import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.switchover.engine.CompletionCheck;
import io.metamigrate.migrator.switchover.engine.Condition;
import io.metamigrate.migrator.switchover.engine.Step;
import io.metamigrate.migrator.switchover.engine.Undo;
import java.util.List;
import java.util.function.Consumer;

/**
 * The rows of the tables that the search prints: each step of each direction, each undo, what is
 * asked before the first step, and the final check.
 */
final class Rows {
  static final String START = "start";
  static final String LOOK = "final check";

  private Rows() {}

  static String of(Step step) {
    return (step.phase().equals(Phase.ROLLING_BACK.title()) ? "back " : "there ") + step.id();
  }

  static String undoOf(Step step) {
    return "undo " + of(step);
  }

  /** Reports where the program is. */
  static Variant traced(Variant variant, Consumer<String> row) {
    return new Variant(
        step -> new Traced(variant.step().apply(step), row),
        check -> traced(variant.completionCheck().apply(check), row),
        variant.journal());
  }

  private static CompletionCheck traced(CompletionCheck check, Consumer<String> row) {
    return new CompletionCheck(
        check.name(),
        check.conditions().stream()
            .map(
                condition ->
                    condition.asking(
                        () -> {
                          row.accept(LOOK);
                          return condition.question().get();
                        }))
            .toList());
  }

  private static final class Traced extends DelegatingStep {
    private final Consumer<String> row;

    Traced(Step step, Consumer<String> row) {
      super(step);
      this.row = row;
    }

    @Override
    public List<Condition> requires() {
      row.accept(of(step));
      return step.requires();
    }

    @Override
    public Condition proof() {
      row.accept(of(step));
      return step.proof();
    }

    @Override
    public Undo undo() {
      row.accept(undoOf(step));
      return step.undo();
    }
  }
}
