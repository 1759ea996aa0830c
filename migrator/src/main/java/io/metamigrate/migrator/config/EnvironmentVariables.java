package io.metamigrate.migrator.config;

import io.metamigrate.migrator.config.reference.Key;
import io.metamigrate.migrator.config.reference.Keys;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Values of keys from environment variables such as {@code METAMIGRATE_SOURCE_ZOOKEEPER}. */
final class EnvironmentVariables {
  /** The file, if the command line names none. */
  private static final String FILE = "METAMIGRATE_CONFIG";

  /** Those that the launcher and the log read. */
  private static final Set<String> OTHERS =
      Set.of(
          FILE,
          "METAMIGRATE_JAVA_OPTIONS",
          "METAMIGRATE_LOG",
          "METAMIGRATE_LOG_LIBRARIES",
          "METAMIGRATE_LOG_FORMAT");

  /** Hooks and drivers get variables of their own, with one of these among them. */
  private static final List<String> MARKS = List.of("METAMIGRATE_HOOK", "METAMIGRATE_ACTION");

  /**
   * What Kubernetes sets in each container for a service with the name of this tool (Kubernetes
   * documentation, Service, environment variables).
   */
  private static final Pattern SERVICE =
      Pattern.compile("METAMIGRATE_(\\w+_)?(SERVICE_(HOST|PORT\\w*)|PORT(_\\d+_\\w+)?)");

  /** Those whose value is empty count as not set. */
  private final Map<String, String> values = new LinkedHashMap<>();

  private final Map<String, String> variables = new LinkedHashMap<>();
  private final List<Fault> unknown = new ArrayList<>();
  private final List<String> withoutEffect = new ArrayList<>();

  EnvironmentVariables(Map<String, String> environment) {
    Map<String, String> known =
        Keys.all().stream()
            .filter(key -> key.variable().isPresent())
            .collect(
                Collectors.toMap(
                    key -> key.variable().orElseThrow(), Key::path, (one, other) -> one));
    Set<String> names = new TreeSet<>(known.keySet());
    Set<String> mistyped = new TreeSet<>(names);
    mistyped.add(FILE);
    names.addAll(OTHERS);
    Map<String, String> paths = new LinkedHashMap<>(known);
    known
        .values()
        .forEach(path -> FormerNames.variables(path).forEach(name -> paths.put(name, path)));
    List<String> sections =
        known.values().stream()
            .map(path -> path.substring(0, path.indexOf('.')))
            .distinct()
            .map(section -> "METAMIGRATE_" + section.toUpperCase(java.util.Locale.ROOT) + "_")
            .toList();
    new TreeMap<>(environment)
        .forEach(
            (variable, value) -> {
              String path = paths.get(variable);
              if (path != null && !value.isBlank() && variables.containsKey(path)) {
                unknown.add(
                    new Fault(
                        variable,
                        "",
                        "gives %s, as %s does; unset one".formatted(path, variables.get(path))));
              } else if (path != null && !value.isBlank()) {
                values.put(path, value);
                variables.put(path, variable);
              } else if (path == null
                  && !names.contains(variable)
                  && (sections.stream().anyMatch(variable::startsWith)
                      || NearestKey.isTypingErrorOf(variable, mistyped))) {
                unknown.add(new Fault(variable, "", unknown(variable, names)));
              } else if (!names.contains(variable)
                  && variable.startsWith("METAMIGRATE_")
                  && !SERVICE.matcher(variable).matches()
                  && MARKS.stream().noneMatch(environment::containsKey)) {
                withoutEffect.add(variable);
              }
            });
  }

  /** The file that the environment names. */
  static Optional<Path> file(Map<String, String> environment) {
    return Optional.ofNullable(environment.get(FILE)).filter(name -> !name.isBlank()).map(Path::of);
  }

  /** Those that give something. */
  static List<String> given(Map<String, String> environment) {
    List<String> given = new ArrayList<>(new EnvironmentVariables(environment).variables.values());
    file(environment).ifPresent(file -> given.add(FILE));
    return given;
  }

  /** Variables of this tool's prefix that nothing reads. */
  List<String> withoutEffect() {
    return List.copyOf(withoutEffect);
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

  private static String unknown(String variable, Set<String> known) {
    return "no key has this variable; "
        + NearestKey.question(variable, known)
            .orElse("see `migrate config show` for those that exist");
  }
}
