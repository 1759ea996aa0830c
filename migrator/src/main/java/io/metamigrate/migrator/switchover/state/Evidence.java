package io.metamigrate.migrator.switchover.state;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What one move found and accepted. A later move reads it and never overwrites it.
 *
 * @param marks by store title, from where on writes of others count as late
 * @param accepted findings that the operator accepted by name
 */
public record Evidence(SortedMap<String, String> marks, SortedMap<String, String> accepted) {
  public Evidence {
    marks = Collections.unmodifiableSortedMap(new TreeMap<>(marks));
    accepted = Collections.unmodifiableSortedMap(new TreeMap<>(accepted));
  }

  static Evidence none() {
    return new Evidence(new TreeMap<>(), new TreeMap<>());
  }

  Evidence marked(String store, String mark) {
    SortedMap<String, String> next = new TreeMap<>(marks);
    next.put(store, mark);
    return new Evidence(next, accepted);
  }

  Evidence accepting(String finding, String by) {
    SortedMap<String, String> next = new TreeMap<>(accepted);
    next.put(finding, by);
    return new Evidence(marks, next);
  }
}
