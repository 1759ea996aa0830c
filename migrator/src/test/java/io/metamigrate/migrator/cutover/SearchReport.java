package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.world.Disturbance;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The figures of a search. */
final class SearchReport {
  private SearchReport() {}

  static String summary(Search search) {
    StringBuilder text =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "%,d runs, %,d states, %,d transitions, %d violations%n",
                search.runs(),
                search.states(),
                search.transitions(),
                search.violations().size()));
    search
        .violations()
        .forEach(
            (violation, path) ->
                text.append(violation).append("\n    by ").append(path).append('\n'));
    return text.toString();
  }

  static String of(Search search) {
    StringBuilder text = new StringBuilder(summary(search));
    text.append("how often each disturbance changed something, by step\n");
    for (String row : rows(search)) {
      text.append(String.format(Locale.ROOT, "%-28s", row));
      for (Disturbance disturbance : Disturbance.values()) {
        text.append(String.format(Locale.ROOT, " %4d", hits(search, disturbance, row)));
      }
      text.append('\n');
    }
    text.append("columns: ").append(java.util.Arrays.toString(Disturbance.values()));
    return text.toString();
  }

  /** Each disturbance with the rows in which it never changed anything. */
  static SortedMap<Disturbance, SortedSet<String>> neverHit(Search search) {
    SortedMap<Disturbance, SortedSet<String>> never = new TreeMap<>();
    for (Disturbance disturbance : Disturbance.values()) {
      SortedSet<String> rows = new TreeSet<>(rows(search));
      rows.removeIf(row -> hits(search, disturbance, row) > 0);
      if (!rows.isEmpty()) {
        never.put(disturbance, rows);
      }
    }
    return never;
  }

  static Set<String> rows(Search search) {
    Set<String> rows = new TreeSet<>();
    search.coverage().values().forEach(row -> rows.addAll(row.keySet()));
    return rows;
  }

  private static int hits(Search search, Disturbance disturbance, String row) {
    return search
        .coverage()
        .getOrDefault(disturbance, new TreeMap<>(Map.of()))
        .getOrDefault(row, 0);
  }
}
