package io.metamigrate.migrator.config;

import io.metamigrate.migrator.config.reference.Key;
import io.metamigrate.migrator.config.reference.Keys;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Values of keys from environment variables such as {@code METAMIGRATE_SOURCE_ZOOKEEPER}. */
final class EnvironmentVariables {
  /** Those whose value is empty count as not set. */
  private final Map<String, String> values = new LinkedHashMap<>();

  private final Map<String, String> variables = new LinkedHashMap<>();
  private final List<Fault> unknown = new ArrayList<>();

  EnvironmentVariables(Map<String, String> environment) {
    Map<String, String> known =
        Keys.all().stream()
            .filter(key -> key.variable().isPresent())
            .collect(
                Collectors.toMap(
                    key -> key.variable().orElseThrow(), Key::path, (one, other) -> one));
    List<String> sections =
        known.values().stream()
            .map(path -> path.substring(0, path.indexOf('.')))
            .distinct()
            .map(section -> "METAMIGRATE_" + section.toUpperCase(java.util.Locale.ROOT) + "_")
            .toList();
    new TreeMap<>(environment)
        .forEach(
            (variable, value) -> {
              String path = known.get(variable);
              if (path != null && !value.isBlank()) {
                values.put(path, value);
                variables.put(path, variable);
              } else if (path == null
                  && (sections.stream().anyMatch(variable::startsWith)
                      || NearestKey.isTypingErrorOf(variable, known.keySet()))) {
                unknown.add(
                    new Fault(variable, "", unknown(variable, List.copyOf(known.keySet()))));
              }
            });
  }

  /** The value of a key, as a file would give it. */
  Optional<String> value(String path) {
    return Optional.ofNullable(values.get(path));
  }

  /** The variable that gives a key. */
  Optional<String> variable(String path) {
    return Optional.ofNullable(variables.get(path));
  }

  /** Whether a variable gives anything of this block. */
  boolean holds(String block) {
    return values.keySet().stream().anyMatch(path -> path.startsWith(block + "."));
  }

  /** Variables that look like keys and are none. */
  List<Fault> unknown() {
    return List.copyOf(unknown);
  }

  private static String unknown(String variable, List<String> known) {
    return NearestKey.to(variable, known)
        .map(near -> "no key has this variable; did you mean " + near + "?")
        .orElse("no key has this variable; see `migrate config show` for those there are");
  }
}
