package io.metamigrate.migrator.deployment;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Applies {@code conf/bkenv.sh} and {@code conf/pulsar_env.sh} to a server's variables. {@code
 * bin/pulsar} of Pulsar 2.10 to 4 reads both in this order, {@code bin/bookkeeper} only the first.
 * Understands assignments at the beginning of a line, with quotes and the forms {@code $A} and
 * {@code ${A:-b}}; it is not a shell. Pure.
 */
public final class EnvironmentScripts {
  /** The names of the scripts in the configuration folder. */
  public static final List<String> NAMES = List.of("bkenv.sh", "pulsar_env.sh");

  private static final Map<String, String> HOMES =
      Map.of("BK_HOME", Container.HOME, "PULSAR_HOME", Container.HOME);

  private static final Pattern ASSIGNMENT =
      Pattern.compile("^[ \\t]*(?:export[ \\t]+)?([A-Z][A-Z0-9_]*)(\\+?)=", Pattern.MULTILINE);

  private EnvironmentScripts() {}

  /** The text of the scripts among a container's files, in the order in which they run. */
  public static String among(Map<String, String> files) {
    return NAMES.stream()
        .flatMap(name -> Stream.ofNullable(files.get(Container.HOME + "/conf/" + name)))
        .collect(Collectors.joining("\n"));
  }

  /** The variables after the scripts; a reference to an unknown variable stays as written. */
  public static Map<String, String> apply(String scripts, Map<String, String> environment) {
    Map<String, String> variables = new TreeMap<>(HOMES);
    variables.putAll(environment);
    Matcher assignment = ASSIGNMENT.matcher(scripts);
    for (int at = 0; assignment.find(at); ) {
      ValueReader reader = new ValueReader(scripts, assignment.end(), variables);
      String value = reader.word(false);
      String name = assignment.group(1);
      boolean appends = !assignment.group(2).isEmpty();
      variables.merge(name, value, (before, given) -> appends ? before + given : given);
      at = reader.at;
    }
    return variables;
  }

  /** Reads the value of one assignment. For one thread. */
  private static final class ValueReader {
    private static final String ENDS = " \t\r\n;&|<>()";

    private final String text;
    private final Map<String, String> variables;
    private int at;

    ValueReader(String text, int at, Map<String, String> variables) {
      this.text = text;
      this.at = at;
      this.variables = variables;
    }

    /**
     * A word without its quotes.
     *
     * @param isDefault whether it ends at a closing brace
     */
    String word(boolean isDefault) {
      StringBuilder word = new StringBuilder();
      char quote = 0;
      while (at < text.length()) {
        char next = text.charAt(at);
        if (quote == 0 && (isDefault ? next == '}' : ENDS.indexOf(next) >= 0)) {
          break;
        }
        if (next == '$' && quote != '\'') {
          word.append(reference());
          continue;
        }
        at++;
        if (next == '\\' && quote != '\'' && at < text.length()) {
          char escaped = text.charAt(at++);
          word.append(escaped == '\n' ? "" : escaped);
        } else if (quote == next) {
          quote = 0;
        } else if (quote == 0 && (next == '"' || next == '\'')) {
          quote = next;
        } else {
          word.append(next);
        }
      }
      return word.toString();
    }

    private String reference() {
      int from = at++;
      boolean hasBraces = text.startsWith("{", at);
      int name = hasBraces ? ++at : at;
      while (at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || isUnderscore())) {
        at++;
      }
      String value = Objects.requireNonNullElse(variables.get(text.substring(name, at)), "");
      boolean isKnown = !value.isEmpty();
      if (hasBraces) {
        if (text.startsWith(":", at)) {
          at++;
        }
        if (text.startsWith("-", at) || text.startsWith("=", at)) {
          at++;
          String other = word(true);
          value = isKnown ? value : other;
          isKnown = true;
        } else {
          word(true);
        }
        at = Math.min(text.length(), at + 1);
      }
      return isKnown ? value : text.substring(from, at);
    }

    private boolean isUnderscore() {
      return text.charAt(at) == '_';
    }
  }
}
