package io.metamigrate.migrator.switchover.engine;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.function.Supplier;

/**
 * A precondition or a proof: a sentence that the plan prints and a question that decides it.
 *
 * @param sentence what holds, for people
 * @param kind whether it concerns safety or health
 * @param question asks the cluster; what cannot be asked is false
 * @param writes whether asking writes; a rehearsal asks only what does not
 * @param checkableInRehearsal whether it holds before the first step already, so that a rehearsal
 *     can ask it
 * @param holdsFor how long an answer may be relied on; zero: at that moment only
 */
public record Condition(
    String sentence,
    Kind kind,
    Supplier<Answer> question,
    boolean writes,
    boolean checkableInRehearsal,
    Duration holdsFor) {
  /** What a condition protects. */
  enum Kind {
    /** Always binding. */
    SAFETY,
    /** Blocks only a forward move that has not begun. */
    HEALTH
  }

  public Condition {
    requireNonNull(sentence, "sentence");
    requireNonNull(kind, "kind");
    requireNonNull(question, "question");
    requireNonNull(holdsFor, "holdsFor");
  }

  /** A condition of safety whose question only reads. */
  public static Condition of(String sentence, Supplier<Answer> question) {
    return new Condition(sentence, Kind.SAFETY, question, false, false, Duration.ZERO);
  }

  /** A condition of health whose question only reads. */
  static Condition health(String sentence, Supplier<Answer> question) {
    return new Condition(sentence, Kind.HEALTH, question, false, false, Duration.ZERO);
  }

  /** The same, with a question that writes. */
  public Condition writing() {
    return new Condition(sentence, kind, question, true, checkableInRehearsal, holdsFor);
  }

  /** The same, for a rehearsal as well: no step has to make it so. */
  public Condition fromTheStart() {
    return new Condition(sentence, kind, question, writes, true, holdsFor);
  }

  /** The same, with another question. */
  public Condition asking(Supplier<Answer> other) {
    return new Condition(sentence, kind, other, writes, checkableInRehearsal, holdsFor);
  }

  /** Holds if both do; the other one is asked only if this one holds. */
  public Condition and(Condition other) {
    return new Condition(
        sentence + ", and " + other.sentence,
        kind,
        () -> {
          Answer answer = ask();
          return answer.holds() ? other.ask() : answer;
        },
        writes || other.writes,
        checkableInRehearsal && other.checkableInRehearsal,
        holdsFor.compareTo(other.holdsFor) <= 0 ? holdsFor : other.holdsFor);
  }

  /** Asks now. */
  public Answer ask() {
    try {
      return question.get();
    } catch (LostAuthorityException e) {
      throw e;
    } catch (StepException e) {
      return Answer.no(e.getMessage());
    } catch (RuntimeException e) {
      return Answer.no("cannot be asked: " + e);
    }
  }
}
