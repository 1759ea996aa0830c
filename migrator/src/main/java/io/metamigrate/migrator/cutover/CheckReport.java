package io.metamigrate.migrator.cutover;

import java.util.ArrayList;
import java.util.List;

/**
 * The result of a final check.
 *
 * @param faults each a sentence that names the node or path and what to do; none means that all
 *     that was asked is as it should be
 * @param notes what holds besides, such as a read-only bookie
 * @param notChecked what could not be asked, with the reason; never a part of the answer
 */
record CheckReport(List<String> faults, List<String> notes, List<String> notChecked) {
  CheckReport {
    faults = List.copyOf(faults);
    notes = List.copyOf(notes);
    notChecked = List.copyOf(notChecked);
  }

  boolean isClean() {
    return faults.isEmpty();
  }

  /** One sentence for each, for people. */
  List<String> remarks() {
    List<String> all = new ArrayList<>(notes);
    notChecked.forEach(line -> all.add("not checked: " + line));
    return all;
  }

  /** Collects the results of several checks. For one thread. */
  static final class CheckCollector {
    private final List<String> faults = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final List<String> notChecked = new ArrayList<>();

    void fault(String sentence) {
      faults.add(sentence);
    }

    void note(String sentence) {
      notes.add(sentence);
    }

    void notChecked(String what) {
      notChecked.add(what);
    }

    void add(CheckReport other) {
      faults.addAll(other.faults());
      notes.addAll(other.notes());
      notChecked.addAll(other.notChecked());
    }

    CheckReport report() {
      return new CheckReport(
          faults.stream().distinct().toList(),
          notes.stream().distinct().toList(),
          notChecked.stream().distinct().toList());
    }
  }
}
