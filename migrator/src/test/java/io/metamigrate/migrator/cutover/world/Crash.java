package io.metamigrate.migrator.cutover.world;

/** The process ends here. No exception handler of the program sees it. */
public final class Crash extends Error {
  private static final long serialVersionUID = 1L;

  Crash() {
    super("crash", null, false, false);
  }
}
