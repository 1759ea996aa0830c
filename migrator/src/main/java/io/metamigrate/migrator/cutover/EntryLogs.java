package io.metamigrate.migrator.cutover;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The numbers of a bookie's entry logs. BookKeeper names an entry log by its number in hexadecimal,
 * such as {@code 1a.log} (EntryLoggerAllocator); numbers grow, so that thousands of them are a few
 * ranges.
 */
record EntryLogs(NavigableSet<Long> numbers) {
  private static final Pattern FILE = Pattern.compile("([0-9a-fA-F]{1,15})\\.log");
  private static final int HEX = 16;

  EntryLogs {
    numbers = Collections.unmodifiableNavigableSet(new TreeSet<>(numbers));
  }

  /** From file names; what is not named like an entry log is left out. */
  static EntryLogs ofFiles(Collection<String> names) {
    NavigableSet<Long> numbers = new TreeSet<>();
    for (String name : names) {
      var parts = FILE.matcher(name);
      if (parts.matches()) {
        numbers.add(Long.parseLong(parts.group(1), HEX));
      }
    }
    return new EntryLogs(numbers);
  }

  /** From what {@link #ranges} gave. */
  static EntryLogs ofRanges(List<String> ranges) {
    NavigableSet<Long> numbers = new TreeSet<>();
    for (String range : ranges) {
      String[] ends = range.split("-", 2);
      long last = Long.parseLong(ends[ends.length - 1], HEX);
      for (long number = Long.parseLong(ends[0], HEX); number <= last; number++) {
        numbers.add(number);
      }
    }
    return new EntryLogs(numbers);
  }

  /** As {@code 0-1a}, {@code 1c}, in hexadecimal like the names of the files. */
  List<String> ranges() {
    List<String> ranges = new ArrayList<>();
    long first = -1;
    long last = -1;
    for (long number : numbers) {
      if (first >= 0 && number == last + 1) {
        last = number;
        continue;
      }
      if (first >= 0) {
        ranges.add(range(first, last));
      }
      first = number;
      last = number;
    }
    if (first >= 0) {
      ranges.add(range(first, last));
    }
    return ranges;
  }

  /** Those that the other list lacks. */
  EntryLogs missingIn(EntryLogs other) {
    NavigableSet<Long> missing = new TreeSet<>(numbers);
    missing.removeAll(other.numbers);
    return new EntryLogs(missing);
  }

  boolean isEmpty() {
    return numbers.isEmpty();
  }

  int count() {
    return numbers.size();
  }

  private static String range(long first, long last) {
    return first == last
        ? Long.toHexString(first)
        : Long.toHexString(first) + "-" + Long.toHexString(last);
  }
}
