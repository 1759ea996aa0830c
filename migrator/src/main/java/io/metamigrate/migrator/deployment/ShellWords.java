package io.metamigrate.migrator.deployment;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One command of a script as its words, without quotes. Not a shell: enough of one to keep the
 * options of one command apart from those of the next.
 */
record ShellWords(List<String> words) {
  private static final Pattern CONTINUED = Pattern.compile("\\\\\\r?\\n");
  private static final Pattern ENDS = Pattern.compile("[;&|\\r\\n(){}`]+");
  private static final Pattern VARIABLE =
      Pattern.compile("\\$\\$?[({]?([A-Za-z_][A-Za-z0-9_]*)(?::?-[^})]*)?[)}]?");

  ShellWords {
    words = List.copyOf(words);
  }

  static List<ShellWords> of(String text, Map<String, String> environment) {
    String joined = CONTINUED.matcher(text).replaceAll(" ");
    Matcher variables = VARIABLE.matcher(joined);
    String replaced =
        variables.replaceAll(
            found ->
                Matcher.quoteReplacement(environment.getOrDefault(found.group(1), found.group())));
    List<ShellWords> commands = new ArrayList<>();
    for (String command : ENDS.splitAsStream(replaced).toList()) {
      List<String> words =
          Stream.of(command.strip().split("\\s+"))
              .map(word -> word.replaceAll("^[\"']+|[\"']+$", ""))
              .filter(word -> !word.isEmpty())
              .toList();
      if (!words.isEmpty() && !isSilent(words.get(0))) {
        commands.add(new ShellWords(words));
      }
    }
    return commands;
  }

  /** A comment, or a command that only prints. */
  private static boolean isSilent(String first) {
    return first.startsWith("#") || first.equals("echo") || first.equals("printf");
  }

  boolean has(String word) {
    return words.contains(word);
  }

  /** Whether it has one of these options, with one or two dashes, in any case. */
  boolean hasOption(String... names) {
    return words.stream()
        .filter(word -> word.startsWith("-"))
        .map(word -> word.replaceFirst("^-+", ""))
        .anyMatch(word -> Stream.of(names).anyMatch(word::equalsIgnoreCase));
  }

  @Override
  public String toString() {
    return String.join(" ", words);
  }
}
