package io.metamigrate.cutover;

/** Simulates {@code kill -9}: no handler of the product's takes it for a failure. */
final class Killed extends Error {
  private static final long serialVersionUID = 1L;

  Killed(String where) {
    super(where);
  }
}
