package io.metamigrate.migrator.cutover;

import java.util.function.IntSupplier;

/** Receives progress events. */
public interface StepListener {
  /** Nobody listens. */
  StepListener SILENT =
      new StepListener() {
        @Override
        public void opened(Step step, int number, int count) {
          // Nobody listens.
        }

        @Override
        public void acted(Step step) {
          // Nobody listens.
        }

        @Override
        public void done(Step step, String proof) {
          // Nobody listens.
        }

        @Override
        public void announce(String line) {
          // Nobody listens.
        }
      };

  /** The step is recorded as open; its action comes next. */
  void opened(Step step, int number, int count);

  /** Its action is done and proven; that is recorded next. */
  void acted(Step step);

  /** It is recorded as done. */
  void done(Step step, String proof);

  /** A line for the operator. */
  void announce(String line);

  /**
   * ZooKeeper is watched for late writes from now on.
   *
   * @param found how many there are at the moment; may be asked by any thread
   */
  default void watchesLateWrites(IntSupplier found) {}
}
