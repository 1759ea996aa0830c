package io.metamigrate.migrator.run;

/** Receives the progress of a long step now and then. Called from one thread. */
@FunctionalInterface
public interface ProgressListener {
  /**
   * Reports the progress.
   *
   * @param what the step, one word
   * @param total how many there will be; negative is not known
   */
  void at(String what, long done, long total);
}
