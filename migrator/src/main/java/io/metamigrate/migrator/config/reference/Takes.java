package io.metamigrate.migrator.config.reference;

import java.util.List;

/**
 * What a key takes.
 *
 * @param text for people, with the unit and the limits
 */
record Takes(Kind kind, String text) {
  /** Any value of the kind. */
  static Takes any(Kind kind) {
    return new Takes(kind, kind.title());
  }

  static Takes oneOf(String... words) {
    return new Takes(Kind.CHOICE, "one of `" + String.join("`, `", List.of(words)) + "`");
  }

  /** Text with a meaning, such as {@code the name of a StatefulSet}. */
  static Takes text(String meaning) {
    return new Takes(Kind.TEXT, meaning);
  }

  /** A list of such texts. */
  static Takes list(String items) {
    return new Takes(Kind.LIST, "list of " + items + ", or one text separated by commas");
  }
}
