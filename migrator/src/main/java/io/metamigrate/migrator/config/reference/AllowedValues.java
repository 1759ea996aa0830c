package io.metamigrate.migrator.config.reference;

import java.util.List;

/**
 * The values that a key allows.
 *
 * @param text for people, with the unit and the limits
 */
record AllowedValues(Kind kind, String text) {
  /** Any value of the kind. */
  static AllowedValues any(Kind kind) {
    return new AllowedValues(kind, kind.title());
  }

  static AllowedValues oneOf(String... words) {
    return new AllowedValues(Kind.CHOICE, "one of `" + String.join("`, `", List.of(words)) + "`");
  }

  /** Text with a meaning, such as {@code the name of a StatefulSet}. */
  static AllowedValues text(String meaning) {
    return new AllowedValues(Kind.TEXT, meaning);
  }

  /** A list of such texts. */
  static AllowedValues list(String items) {
    return new AllowedValues(Kind.LIST, "list of " + items + ", or one text separated by commas");
  }
}
