package io.metamigrate.migrator.switchover.engine;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * What a question found.
 *
 * @param detail what was seen, with names and values
 * @param remedies flags that, added to the command, let it continue; empty if there are none
 */
public record Answer(boolean holds, String detail, List<String> remedies) {
  public Answer {
    requireNonNull(detail, "detail");
    remedies = List.copyOf(remedies);
  }

  public static Answer yes(String detail) {
    return new Answer(true, detail, List.of());
  }

  public static Answer no(String detail) {
    return new Answer(false, detail, List.of());
  }

  /** Does not hold, unless the command is repeated with these flags. */
  public static Answer no(String detail, List<String> remedies) {
    return new Answer(false, detail, remedies);
  }

  /** Holds if the list of faults is empty; otherwise the detail names them. */
  public static Answer noneOf(String whenNone, Iterable<String> faults) {
    String all = String.join("; ", faults);
    return all.isEmpty() ? yes(whenNone) : no(all);
  }
}
