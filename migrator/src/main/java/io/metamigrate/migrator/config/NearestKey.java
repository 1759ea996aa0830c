package io.metamigrate.migrator.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the key that was probably meant. */
public final class NearestKey {
  private NearestKey() {}

  /**
   * Asks whether the known key with the fewest edits was meant, unless more than half of it would
   * have to change.
   */
  public static Optional<String> question(String unknown, Collection<String> known) {
    return to(unknown, known).map(near -> "did you mean " + near + "?");
  }

  private static Optional<String> to(String unknown, Collection<String> known) {
    return known.stream()
        .min(Comparator.comparingInt((String key) -> distance(unknown, key)))
        .filter(key -> distance(unknown, key) <= Math.max(1, key.length() / 2));
  }

  /** Whether it differs from a known name by one or two letters. */
  static boolean isTypingErrorOf(String unknown, Collection<String> known) {
    return known.stream().anyMatch(name -> distance(unknown, name) <= 2);
  }

  /** Levenshtein's distance, letter case aside. */
  private static int distance(String left, String right) {
    String a = left.toLowerCase(Locale.ROOT);
    String b = right.toLowerCase(Locale.ROOT);
    int[] above = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      above[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int swap = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(swap, Math.min(above[j], row[j - 1]) + 1);
      }
      above = row;
    }
    return above[b.length()];
  }
}
