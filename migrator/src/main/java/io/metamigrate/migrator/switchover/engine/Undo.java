package io.metamigrate.migrator.switchover.engine;

import java.util.List;
import java.util.function.Consumer;

/**
 * Restores what a step found before it acted.
 *
 * @param title for people
 * @param requires asked right before
 * @param action follows the recorded intents, not their success; safe to repeat
 * @param proof shows that it is restored
 * @param always whether it is asked for even if the step was never begun
 */
public record Undo(
    String title,
    List<Condition> requires,
    Consumer<ActionContext> action,
    Condition proof,
    boolean always) {
  private static final Undo NONE =
      restore(
          "nothing to undo", action -> {}, Condition.of("nothing to show", () -> Answer.yes("")));

  public Undo {
    requires = List.copyOf(requires);
  }

  public static Undo none() {
    return NONE;
  }

  public static Undo restore(String title, Consumer<ActionContext> action, Condition proof) {
    return new Undo(title, List.of(), action, proof, false);
  }

  /** The same with preconditions. */
  public Undo requiring(List<Condition> conditions) {
    return new Undo(title, conditions, action, proof, always);
  }

  /** The same for a move that was killed before it began the step, too. */
  public Undo evenIfNotBegun() {
    return new Undo(title, requires, action, proof, true);
  }
}
