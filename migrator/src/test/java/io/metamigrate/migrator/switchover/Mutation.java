package io.metamigrate.migrator.switchover;

import java.util.function.Supplier;

/** A change of the program. It is created again for each process, since it may remember. */
interface Mutation {
  /** The program as it is. */
  Mutation NONE = row -> Variant.none();

  /**
   * What changes inside.
   *
   * @param row names the step that runs, see {@link Rows}
   */
  Variant variant(Supplier<String> row);

  /** What changes outside. */
  default Environment environment(Environment environment) {
    return environment;
  }
}
