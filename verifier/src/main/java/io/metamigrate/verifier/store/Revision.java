package io.metamigrate.verifier.store;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** A revision of etcd's whole key space; 0 means a key that does not exist. */
public record Revision(@JsonValue long value) implements Comparable<Revision> {
  public static final Revision ABSENT = new Revision(0);

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public Revision {}

  public Revision next() {
    return new Revision(value + 1);
  }

  @Override
  public int compareTo(Revision other) {
    return Long.compare(value, other.value);
  }

  @Override
  public String toString() {
    return Long.toString(value);
  }
}
