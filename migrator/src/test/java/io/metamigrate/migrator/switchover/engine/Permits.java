package io.metamigrate.migrator.switchover.engine;

/** Permits for tests of what takes one; in the program only a step can have one. */
public final class Permits {
  private Permits() {}

  public static Permit toTest() {
    return new Permit("to test");
  }
}
