package io.metamigrate.migrator.run;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The commands that a text for operators advises: whatever is in it between backticks and begins
 * with {@code migrate}. So a machine reads the same advice as a person. Pure.
 */
public final class AdvisedCommands {
  private static final Pattern COMMAND = Pattern.compile("`(migrate [^`]*)`");

  /** What an operator gives up by name. A reason may quote a program that names any option. */
  private static final String OPTION = "--(?:accept-late-write|lost-bookie) (?:(?! --)[^`])+";

  private static final Pattern ONE = Pattern.compile("(" + OPTION + ")");
  private static final Pattern OPTIONS =
      Pattern.compile("`(%s(?: %s)*)`".formatted(OPTION, OPTION));

  private AdvisedCommands() {}

  /** Each command once, in the order of the text. */
  public static List<String> in(String text) {
    return found(COMMAND, text);
  }

  /** The options in backticks with which the reason of a stop asks to repeat the command. */
  public static List<String> options(String reason) {
    return found(ONE, String.join("`", found(OPTIONS, reason)));
  }

  private static List<String> found(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .map(found -> found.group(1))
        .distinct()
        .collect(Collectors.toUnmodifiableList());
  }
}
