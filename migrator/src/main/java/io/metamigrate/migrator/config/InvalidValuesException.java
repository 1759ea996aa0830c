package io.metamigrate.migrator.config;

import java.util.List;
import java.util.stream.Collectors;

/** What the compact constructor of a configuration record throws: all its faults, by key. */
final class InvalidValuesException extends IllegalArgumentException {
  record Invalid(String key, String message) {}

  private final transient List<Invalid> values;

  InvalidValuesException(List<Invalid> values) {
    super(
        values.stream()
            .map(value -> value.key() + ": " + value.message())
            .collect(Collectors.joining("; ")));
    this.values = List.copyOf(values);
  }

  List<Invalid> values() {
    return values;
  }
}
