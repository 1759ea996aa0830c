package io.metamigrate.migrator.deployment;

import static io.metamigrate.migrator.deployment.EnvironmentScripts.OPTIONS;
import static io.metamigrate.migrator.deployment.EnvironmentScripts.UNKNOWN;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the assignments of one script for a shell. A line that only assigns words with quotes and
 * {@code $A}, {@code ${A:-b}} and the like is read; every variable that another line may set is
 * {@linkplain EnvironmentScripts#UNKNOWN not known}. It is not a shell, and the text may be
 * hostile: length, depth and what values grow to have limits. For one thread.
 */
final class ScriptReader {
  /** A script as Pulsar has it is below 10,000 characters long. */
  private static final int LONGEST = 65_536;

  /** What all values together may grow by. */
  private static final int GROWTH = 262_144;

  private static final int DEEPEST = 8;

  private static final String BLANKS = " \t";
  private static final String ENDS = " \t\n;&|<>()";

  private static final Pattern NAME = Pattern.compile("(?<![A-Za-z0-9_])[A-Za-z_][A-Za-z0-9_]*");
  private static final Pattern EXPORT = Pattern.compile("export(?=[ \\t])");

  private static final Pattern SET =
      Pattern.compile("(?<![A-Za-z0-9_])([A-Za-z_][A-Za-z0-9_]*)(?:\\[[^]\\n]{0,40}])?(:=|\\+=|=)");

  /** Commands that set the variables that they name. */
  private static final Pattern NAMING =
      Pattern.compile("\\b(?:unset|read|for|select|getopts|printf|mapfile|readarray)\\b");

  private static final String AT_COMMAND =
      "(?:^|[;&|({!\\n]|\\b(?:then|do|else|if|elif|while|until)\\b)[ \\t]*";

  /** Commands that may set any variable. */
  private static final Pattern SETS_ANY =
      Pattern.compile(
          AT_COMMAND
              + "(?:(?:\\.|source|eval|return|trap|alias|command|builtin)(?=[\\s;]|$)"
              + "|(?:export|declare|typeset|readonly)\\s+[-\"'`$])");

  /** After it, no line is known to be executed once and in its place. */
  private static final Pattern ENDS_ORDER =
      Pattern.compile("(?<!<)<<(?!<)|\\(\\s*\\)|\\bfunction\\b|\\breturn\\b");

  private static final Pattern OPENS =
      Pattern.compile("(?<![^\\s;&|({!])(?:if|for|while|until|case|select|\\{)(?=\\s|$)");

  private static final Pattern CLOSES =
      Pattern.compile("(?:^|[;&|)}\\n])[ \\t]*(?:fi|done|esac|})(?=[\\s;&|)<>]|$)");

  private static final Pattern CONTINUES = Pattern.compile("(?:&&|\\|)\\s*$");

  private final String text;
  private final Map<String, String> variables;
  private int at;
  private int growth = GROWTH;
  private boolean isCertain = true;
  private boolean mayHaveSetAny;

  ScriptReader(String text, Map<String, String> variables) {
    this.text = text.replace("\r", "");
    this.variables = variables;
  }

  /** Changes the variables as the script does. */
  void read() {
    if (text.length() > LONGEST) {
      forgetAll("");
      return;
    }
    int depth = 0;
    boolean isInOrder = true;
    boolean continues = false;
    while (at < text.length() && growth >= 0) {
      int from = at;
      if (isInOrder && depth == 0 && !continues && isAssignments()) {
        continue;
      }
      at = from;
      ScriptLine line = line();
      mayBeSet(line);
      depth = Math.max(0, depth + count(OPENS, line.bare()) - count(CLOSES, line.bare()));
      continues = CONTINUES.matcher(line.bare()).find();
      isInOrder =
          isInOrder
              && !ENDS_ORDER.matcher(line.bare()).find()
              && (depth > 0 || count('(', line.bare()) == count(')', line.bare()));
    }
    if (growth < 0) {
      forgetAll("");
    }
  }

  /** Whether the line only assigns values that are known; if so, they are set. */
  private boolean isAssignments() {
    Map<String, String> assigned = new TreeMap<>();
    boolean exports = false;
    // a shell expands all words of an export before it sets the first
    boolean isSecond = false;
    isCertain = true;
    while (isCertain && growth >= 0) {
      skipBlanks();
      if (at >= text.length() || text.charAt(at) == '\n') {
        at++;
        variables.putAll(assigned);
        return true;
      }
      Matcher name = NAME.matcher(text).region(at, text.length());
      if (text.charAt(at) == '#') {
        skipComment();
      } else if (text.charAt(at) == ';') {
        at++;
        exports = false;
        isSecond = false;
      } else if (EXPORT.matcher(text).region(at, text.length()).lookingAt()) {
        at += "export".length();
        exports = true;
      } else if (!name.lookingAt()) {
        return false;
      } else {
        at = name.end();
        boolean appends = text.startsWith("+=", at);
        if (appends || text.startsWith("=", at)) {
          at += appends ? 2 : 1;
          String before = appends ? value(name.group(), assigned) : "";
          int from = at;
          String value = word(false, false, 0, assigned);
          isCertain &= !(isSecond && text.substring(from, at).contains("$"));
          isSecond = exports;
          assigned.put(name.group(), before == null ? value : grown(before) + value);
        } else if (!exports || (at < text.length() && ENDS.indexOf(text.charAt(at)) < 0)) {
          return false;
        }
      }
    }
    return false;
  }

  private void skipBlanks() {
    while (at < text.length()
        && (BLANKS.indexOf(text.charAt(at)) >= 0 || text.startsWith("\\\n", at))) {
      at += text.charAt(at) == '\\' ? 2 : 1;
    }
  }

  private void skipComment() {
    int end = text.indexOf('\n', at);
    at = end < 0 ? text.length() : end;
  }

  /**
   * A word without its quotes.
   *
   * @param isDefault whether it ends at a closing brace
   * @param isQuoted whether it is in double quotes
   */
  private String word(
      boolean isDefault, boolean isQuoted, int depth, Map<String, String> assigned) {
    StringBuilder word = new StringBuilder();
    char quote = 0;
    int from = at;
    for (; isCertain && growth >= 0 && at < text.length(); ) {
      char next = text.charAt(at);
      if (quote == 0 && (isDefault ? next == '}' : ENDS.indexOf(next) >= 0)) {
        return word.toString();
      }
      if (next == '$' && quote != '\'') {
        word.append(reference(isQuoted || quote == '"', depth, assigned));
        continue;
      }
      if (quote != '\'' && (next == '`' || (next == '~' && quote == 0 && at == from))) {
        isCertain = false;
      }
      at++;
      if (next == '\\' && quote != '\'' && at < text.length()) {
        char escaped = text.charAt(at++);
        boolean isKept = (isQuoted || quote == '"') && "$`\"\\\n".indexOf(escaped) < 0;
        word.append(isKept ? "\\" : "").append(escaped == '\n' ? "" : escaped);
      } else if (quote == next) {
        quote = 0;
      } else if (quote == 0 && (next == '"' || (next == '\'' && !isQuoted))) {
        quote = next;
      } else {
        word.append(next);
      }
    }
    isCertain &= quote == 0 && !isDefault;
    return word.toString();
  }

  private String reference(boolean isQuoted, int depth, Map<String, String> assigned) {
    int from = at;
    boolean hasBraces = text.startsWith("${", at);
    at += hasBraces ? 2 : 1;
    Matcher found = NAME.matcher(text).region(at, text.length());
    if (depth > DEEPEST || !found.lookingAt()) {
      isCertain = false;
      return "";
    }
    String name = found.group();
    String value = value(name, assigned);
    at = found.end();
    if (hasBraces && !text.startsWith("}", at)) {
      boolean isSet = value != null;
      if (text.startsWith(":", at)) {
        isSet = isSet && !"".equals(value);
        at++;
      }
      char operator = at < text.length() ? text.charAt(at++) : '}';
      String other = word(true, isQuoted, depth + 1, assigned);
      isCertain &= "-=+".indexOf(operator) >= 0;
      if (value == null || !value.contains(UNKNOWN)) {
        value = isSet == (operator == '+') ? other : isSet ? value : "";
        if (operator == '=') {
          assigned.put(name, value);
        }
      }
    }
    at = Math.min(text.length(), at + (hasBraces ? 1 : 0));
    return grown(value == null ? text.substring(from, at) : value);
  }

  private @Nullable String value(String name, Map<String, String> assigned) {
    String value = assigned.getOrDefault(name, variables.get(name));
    return value == null && mayHaveSetAny ? UNKNOWN : value;
  }

  private String grown(String value) {
    growth -= value.length();
    return growth < 0 ? "" : value;
  }

  /** To the end of a line; a line break in quotes or in {@code ${}} does not end it. */
  private ScriptLine line() {
    StringBuilder kept = new StringBuilder();
    StringBuilder bare = new StringBuilder();
    char quote = 0;
    int braces = 0;
    for (; at < text.length() && (quote != 0 || braces > 0 || text.charAt(at) != '\n'); at++) {
      char next = text.charAt(at);
      if (quote != '\'' && text.startsWith("${", at)) {
        braces++;
      }
      if (quote == 0 && next == '#' && (at == 0 || ENDS.indexOf(text.charAt(at - 1)) >= 0)) {
        skipComment();
        break;
      }
      if (quote == 0 && braces == 0) {
        bare.append(next);
      }
      if (quote != '\'' && next == '}') {
        braces = Math.max(0, braces - 1);
      }
      if (next == '\\' && quote != '\'' && at + 1 < text.length()) {
        char escaped = text.charAt(++at);
        kept.append(escaped == '\n' ? " " : "\\" + escaped);
        continue;
      }
      kept.append(next);
      if (quote == next) {
        quote = 0;
      } else if (quote == 0 && (next == '"' || next == '\'' || next == '`')) {
        quote = next;
      }
    }
    if (quote != 0 || braces > 0) {
      forgetAll(kept.toString());
    }
    at++;
    return new ScriptLine(kept.toString(), bare.toString());
  }

  /** What it names is not known from here on, unless it adds to what it had. */
  private void mayBeSet(ScriptLine line) {
    Matcher set = SET.matcher(line.kept());
    while (set.find() && growth >= 0) {
      String name = set.group(1);
      boolean adds = set.group(2).equals("+=") || startsWithItself(name, line.kept(), set.end());
      mayBeSet(name, adds ? "$" : UNKNOWN, line.kept());
    }
    if (NAMING.matcher(line.bare()).find()) {
      NAME.matcher(line.kept())
          .results()
          .forEach(found -> mayBeSet(found.group(), UNKNOWN, line.kept()));
    }
    if (SETS_ANY.matcher(line.bare()).find()) {
      forgetAll(line.kept());
    }
  }

  private static boolean startsWithItself(String name, String line, int at) {
    int from = line.startsWith("\"", at) ? at + 1 : at;
    return line.startsWith("${" + name + "}", from)
        || line.startsWith("${" + name + ":+$" + name, from)
        || isReference(name, line, from);
  }

  private static boolean isReference(String name, String line, int at) {
    if (!line.startsWith("$", at)) {
      return false;
    }
    Matcher found = NAME.matcher(line).region(at + 1, line.length());
    return found.lookingAt() && found.group().equals(name);
  }

  private void mayBeSet(String name, String mark, String line) {
    if (growth >= 0) {
      growth -= line.length();
      variables.merge(name, mark + " " + line, (before, more) -> before + " " + more);
    }
  }

  private void forgetAll(String line) {
    mayHaveSetAny = true;
    Set<String> names = new TreeSet<>(ConfigurationFile.VARIABLES);
    names.add(OPTIONS);
    names.addAll(variables.keySet());
    for (String name : names) {
      variables.merge(
          name, UNKNOWN + " " + line, (before, more) -> before.contains(UNKNOWN) ? before : more);
    }
  }

  private static int count(Pattern pattern, String line) {
    return (int) pattern.matcher(line).results().count();
  }

  private static int count(char one, String line) {
    return (int) line.chars().filter(next -> next == one).count();
  }

  /**
   * A line that is not read.
   *
   * @param kept without its comment
   * @param bare the same without what is in quotes or in braces after a dollar sign
   */
  private record ScriptLine(String kept, String bare) {}
}
