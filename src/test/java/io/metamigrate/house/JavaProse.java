package io.metamigrate.house;

import java.util.ArrayList;
import java.util.List;

/**
 * The prose of a Java source: comments, Javadoc and string literals. String literals that an
 * expression joins are one piece, in which each expression between them counts as one word.
 */
final class JavaProse {
  /** Replaces an expression between two literals. */
  private static final String EXPRESSION = "X";

  private final String source;
  private final List<Piece> pieces = new ArrayList<>();
  private final StringBuilder between = new StringBuilder();
  private int line = 1;

  /**
   * One comment or message.
   *
   * @param line where it begins
   * @param literal whether it is a string literal
   */
  record Piece(int line, boolean literal, String text) {}

  private JavaProse(String source) {
    this.source = source;
  }

  static List<Piece> of(String source) {
    JavaProse prose = new JavaProse(source);
    int at = 0;
    while (at < source.length()) {
      at = prose.next(at);
    }
    return prose.pieces;
  }

  /** Takes one token; returns where the next one begins. */
  private int next(int at) {
    if (source.startsWith("/*", at)) {
      int end = source.indexOf("*/", at + 2) + 2;
      comment(source.substring(at + 2, end - 2).replaceAll("\n\\s*\\*", "\n"));
      return passed(at, end);
    }
    if (source.startsWith("//", at)) {
      int end = source.indexOf('\n', at);
      comment(source.substring(at + 2, end));
      return end;
    }
    if (source.startsWith("\"\"\"", at)) {
      int end = source.indexOf("\"\"\"", at + 3);
      literal(source.substring(at + 3, end));
      return passed(at, end + 3);
    }
    char c = source.charAt(at);
    if (c == '"' || c == '\'') {
      int end = at + 1;
      while (source.charAt(end) != c) {
        end += source.charAt(end) == '\\' ? 2 : 1;
      }
      if (c == '"') {
        literal(source.substring(at + 1, end).replace("\\n", ". ").replace("\\\"", "\""));
      }
      return end + 1;
    }
    if (!Character.isWhitespace(c)) {
      between.append(c);
    }
    return passed(at, at + 1);
  }

  private int passed(int from, int to) {
    line += (int) source.substring(from, to).chars().filter(c -> c == '\n').count();
    return to;
  }

  private void comment(String text) {
    pieces.add(new Piece(line, false, text));
  }

  private void literal(String text) {
    String code = between.toString();
    between.setLength(0);
    int last = pieces.size() - 1;
    if (last >= 0 && pieces.get(last).literal() && joins(code)) {
      Piece piece = pieces.get(last);
      String joined = piece.text() + (code.equals("+") ? "" : EXPRESSION) + text;
      pieces.set(last, new Piece(piece.line(), true, joined));
    } else {
      pieces.add(new Piece(line, true, text));
    }
  }

  /** Whether the code between two literals adds them to one text. */
  private static boolean joins(String code) {
    if (!code.startsWith("+") || !code.endsWith("+")) {
      return false;
    }
    int depth = 0;
    for (int i = 0; i < code.length(); i++) {
      char c = code.charAt(i);
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      if (depth < 0 || c == ';' || c == '{' || (c == ',' && depth == 0)) {
        return false;
      }
    }
    return true;
  }
}
