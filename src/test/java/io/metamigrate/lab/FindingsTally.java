package io.metamigrate.lab;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Collects {@link WorkloadFindings} while a check goes through topics and subscriptions. */
final class FindingsTally {
  static final String MARKER = "marker-";

  private final Map<String, Integer> received = new TreeMap<>();
  private final Map<String, List<String>> missing = new TreeMap<>();
  private final Map<String, List<String>> unexpected = new TreeMap<>();
  private final List<String> faults = new ArrayList<>();

  /** Markers of earlier checks stay unacknowledged and come back each time: they do not count. */
  void subscription(String where, Set<String> expected, List<String> seen) {
    Set<String> once = new HashSet<>();
    List<String> tooMuch = new ArrayList<>();
    for (String text : seen) {
      boolean repeated = !once.add(text);
      if (repeated || !(expected.contains(text) || text.startsWith(MARKER))) {
        tooMuch.add(text);
      }
    }
    List<String> lost = expected.stream().filter(text -> !once.contains(text)).toList();
    received.put(where, seen.size());
    if (!tooMuch.isEmpty()) {
      unexpected.put(where, tooMuch);
    }
    if (!lost.isEmpty()) {
      missing.put(where, lost);
    }
  }

  void fault(String sentence) {
    faults.add(sentence);
  }

  WorkloadFindings findings() {
    return new WorkloadFindings(received, missing, unexpected, faults);
  }
}
