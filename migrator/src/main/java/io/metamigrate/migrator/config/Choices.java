package io.metamigrate.migrator.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Enum constants as an operator writes them: {@code stop-all} for {@code STOP_ALL}. */
public final class Choices {
  private Choices() {}

  /**
   * Reads a choice.
   *
   * @throws IllegalArgumentException naming the text and all choices
   */
  public static <E extends Enum<E>> E parse(Class<E> type, String text) {
    for (E choice : type.getEnumConstants()) {
      if (name(choice).equals(text.strip().toLowerCase(Locale.ROOT))) {
        return choice;
      }
    }
    String choices =
        Arrays.stream(type.getEnumConstants()).map(Choices::name).collect(Collectors.joining(", "));
    throw new IllegalArgumentException("'" + text + "' is none of: " + choices);
  }

  public static String name(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
