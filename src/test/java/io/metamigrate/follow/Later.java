package io.metamigrate.follow;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.Predicate;

/** A value of the status that has changed so many times. */
final class Later implements Predicate<JsonNode> {
  private final String pointer;
  private final int times;
  private String last;
  private int changes;

  Later(String pointer, String first, int times) {
    this.pointer = pointer;
    this.last = first;
    this.times = times;
  }

  @Override
  public boolean test(JsonNode status) {
    String now = status.at(pointer).asText();
    if (!now.isEmpty() && !now.equals(last)) {
      last = now;
      changes++;
    }
    return changes >= times;
  }
}
