package io.metamigrate.migrator.run;

/** Told now and then how far a long step is. Called from one thread. */
@FunctionalInterface
public interface Progress {
  /**
   * How far it is.
   *
   * @param what the step, one word
   * @param total how many there will be; negative is not known
   */
  void at(String what, long done, long total);
}
