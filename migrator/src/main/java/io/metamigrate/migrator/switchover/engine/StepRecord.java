package io.metamigrate.migrator.switchover.engine;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What is recorded of a step that was begun.
 *
 * @param key the step's key
 * @param intents each action that may have been issued
 * @param found what was found before it was changed
 * @param detail what the proof showed, or why it stopped
 */
public record StepRecord(
    String key,
    State state,
    SortedSet<String> intents,
    SortedMap<String, String> found,
    String detail) {
  /** How far it is. */
  public enum State {
    OPEN,
    DONE,
    UNDONE
  }

  public StepRecord {
    intents = Collections.unmodifiableSortedSet(new TreeSet<>(intents));
    found = Collections.unmodifiableSortedMap(new TreeMap<>(found));
  }

  static StepRecord begin(String key) {
    return new StepRecord(key, State.OPEN, new TreeSet<>(), new TreeMap<>(), "");
  }

  StepRecord in(State next, String why) {
    return new StepRecord(key, next, intents, found, why);
  }

  StepRecord intending(String intent, Map<String, String> kept) {
    SortedSet<String> more = new TreeSet<>(intents);
    more.add(intent);
    SortedMap<String, String> all = new TreeMap<>(kept);
    all.putAll(found);
    return new StepRecord(key, state, more, all, detail);
  }
}
