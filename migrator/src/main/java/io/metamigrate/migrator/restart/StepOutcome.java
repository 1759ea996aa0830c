package io.metamigrate.migrator.restart;

import static java.util.Objects.requireNonNull;

/** The result of an action or a probe. */
public sealed interface StepOutcome {
  /** The node is in that state now. */
  record Done(String detail) implements StepOutcome {
    public Done {
      requireNonNull(detail, "detail");
    }
  }

  /** It is on its way or waits for something; asking again is safe and is how to wait. */
  record NotYet(String reason) implements StepOutcome {
    public NotYet {
      requireNonNull(reason, "reason");
    }
  }

  /** It did not happen, and asking again is not expected to help. A time-out is this. */
  record Failed(String cause) implements StepOutcome {
    public Failed {
      requireNonNull(cause, "cause");
    }
  }

  static StepOutcome done(String detail) {
    return new Done(detail);
  }

  static StepOutcome notYet(String reason) {
    return new NotYet(reason);
  }

  static StepOutcome failed(String cause) {
    return new Failed(cause);
  }

  /** Whether it is so now. */
  default boolean isDone() {
    return this instanceof Done;
  }

  /** Its sentence, whatever it is. */
  default String text() {
    if (this instanceof Done done) {
      return done.detail();
    }
    return this instanceof NotYet notYet ? notYet.reason() : ((Failed) this).cause();
  }
}
