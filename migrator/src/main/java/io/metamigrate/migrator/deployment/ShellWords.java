package io.metamigrate.migrator.deployment;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One command of a script as its words, without quotes. Not a shell: enough of one to keep the
 * options of one command apart from those of the next.
 */
record ShellWords(List<String> words) {
  /** A ConfigMap has at most 1 MiB (Kubernetes documentation). */
  private static final int LONGEST = 4 * 1024 * 1024;

  private static final Pattern CONTINUED = Pattern.compile("\\\\\\r?\\n");
  private static final Pattern ENDS = Pattern.compile("[;&|\\r\\n(){}`]+");
  private static final Pattern VARIABLE =
      Pattern.compile("\\$\\$?[({]?([A-Za-z_][A-Za-z0-9_]*)(?::?-[^})]*)?[)}]?");

  private static final Pattern ASSIGNED = Pattern.compile("([A-Za-z_][A-Za-z0-9_]*)=(.*)");
  private static final Pattern ASSIGNMENT =
      Pattern.compile("(?<![^\\s;&(])([A-Za-z_][A-Za-z0-9_]*)=[\"']?([^\\s;&|\"'$]+)");

  /** Words before a command that run it. */
  private static final Set<String> PREFIXES =
      Set.of(
          "sh", "bash", "ash", "dash", "if", "then", "else", "elif", "do", "while", "until", "!",
          "exec", "eval", "sudo", "nohup", "time", "env", "xargs", "tini", "set");

  ShellWords {
    words = List.copyOf(words);
  }

  static List<ShellWords> of(String text, Map<String, String> environment) {
    String joined = CONTINUED.matcher(text).replaceAll(" ");
    Map<String, String> values = new HashMap<>(environment);
    ASSIGNMENT.matcher(joined).results().forEach(one -> values.put(one.group(1), one.group(2)));
    String replaced = replaced(joined, values);
    List<ShellWords> commands = new ArrayList<>();
    for (String command : ENDS.splitAsStream(replaced).toList()) {
      List<String> words =
          withoutPrefix(
              Stream.of(command.strip().split("\\s+"))
                  .map(ShellWords::withoutQuotes)
                  .filter(word -> !word.isEmpty())
                  .toList());
      if (!words.isEmpty() && !isSilent(words.get(0))) {
        commands.add(new ShellWords(words));
      }
    }
    return commands;
  }

  /** With the values of variables; later ones stay as written if the text grows too long. */
  private static String replaced(String text, Map<String, String> values) {
    StringBuilder replaced = new StringBuilder();
    Matcher variable = VARIABLE.matcher(text);
    while (replaced.length() < LONGEST && variable.find()) {
      variable.appendReplacement(
          replaced,
          Matcher.quoteReplacement(values.getOrDefault(variable.group(1), variable.group())));
    }
    return variable.appendTail(replaced).toString();
  }

  private static String withoutQuotes(String word) {
    int from = 0;
    int to = word.length();
    while (from < to && isQuote(word.charAt(from))) {
      from++;
    }
    while (from < to && isQuote(word.charAt(to - 1))) {
      to--;
    }
    return word.substring(from, to);
  }

  private static boolean isQuote(char one) {
    return one == '"' || one == '\'';
  }

  /** From the command itself on: without the shell that runs it and the words of its syntax. */
  private static List<String> withoutPrefix(List<String> words) {
    int first = 0;
    while (first < words.size()
        && (isPrefix(words.get(first)) || (first > 0 && words.get(first).startsWith("-")))) {
      first++;
    }
    return words.subList(first, words.size());
  }

  private static boolean isPrefix(String word) {
    return PREFIXES.contains(word.substring(word.lastIndexOf('/') + 1))
        || ASSIGNED.matcher(word).matches();
  }

  /** A comment, or a command that only prints. */
  private static boolean isSilent(String first) {
    return first.startsWith("#") || first.equals("echo") || first.equals("printf");
  }

  /** The command's name without its folder. */
  String program() {
    return words.get(0).substring(words.get(0).lastIndexOf('/') + 1);
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
