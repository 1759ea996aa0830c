package io.metamigrate.verifier.report;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Columns of text for people; numbers and sizes are aligned to the right. For one thread. */
public final class Table {
  private static final Pattern NUMBER = Pattern.compile("[0-9][0-9,.]*( ([KM]i)?B)?");

  private final List<List<String>> rows = new ArrayList<>();

  public Table row(Object... cells) {
    rows.add(java.util.Arrays.stream(cells).map(String::valueOf).toList());
    return this;
  }

  public boolean isEmpty() {
    return rows.isEmpty();
  }

  /** The rows, two spaces in from the left. */
  @Override
  public String toString() {
    int columns = rows.stream().mapToInt(List::size).max().orElse(0);
    int[] width = new int[columns];
    rows.forEach(
        row -> {
          for (int i = 0; i < row.size(); i++) {
            width[i] = Math.max(width[i], row.get(i).length());
          }
        });
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder(" ");
      for (int i = 0; i < row.size(); i++) {
        String pad = " ".repeat(width[i] - row.get(i).length());
        boolean right = NUMBER.matcher(row.get(i)).matches();
        line.append(' ').append(right ? pad + row.get(i) : row.get(i) + pad);
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
