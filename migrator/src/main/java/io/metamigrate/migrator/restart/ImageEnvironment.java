package io.metamigrate.migrator.restart;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Settings as variables that Pulsar's container images understand.
 *
 * <p>At its start an image runs {@code bin/apply-config-from-env.py}. A variable with a setting's
 * own name replaces the line of a setting that the file has, also one that is commented out; {@code
 * PULSAR_PREFIX_name} adds a line where there is none, and in later images replaces it too. Which
 * of the two counts when both are there differs by image, so both are given, with one value. A
 * setting to remove is set to empty; one to restore is simply not given.
 *
 * <p>{@code OPTS} is what {@code bin/pulsar} and {@code bin/bookkeeper} add to the options of the
 * virtual machine.
 */
final class ImageEnvironment {
  static final String PREFIX = "PULSAR_PREFIX_";
  static final String OPTIONS = "OPTS";

  private ImageEnvironment() {}

  /**
   * The variables that the settings need beside the operator's own.
   *
   * <p>Settings that equal the operator's own are left out, so that restoring leaves nothing
   * behind.
   *
   * @param own the operator's variables, of each container that is to get these
   */
  static SortedMap<String, String> of(Settings settings, List<Map<String, String>> own) {
    SortedMap<String, String> variables = new TreeMap<>();
    settings.set().forEach((name, value) -> put(variables, name, value));
    settings.remove().forEach(name -> put(variables, name, ""));
    if (!own.isEmpty()) {
      settings.set().forEach((name, value) -> leaveOut(variables, name, value, own));
    }
    String ownOptions =
        own.stream()
            .filter(one -> one.containsKey(OPTIONS))
            .map(one -> one.get(OPTIONS))
            .findFirst()
            .orElse("");
    String options = options(settings, ownOptions);
    if (!options.equals(ownOptions)) {
      variables.put(OPTIONS, options);
    }
    return variables;
  }

  private static void leaveOut(
      SortedMap<String, String> variables,
      String name,
      String value,
      List<Map<String, String>> own) {
    if (own.stream().allMatch(one -> sets(one, name, value))) {
      variables.remove(name);
      variables.remove(PREFIX + name);
    }
  }

  /** Sets it in one of the two forms, and removes the other. */
  private static boolean sets(Map<String, String> own, String name, String value) {
    return Stream.of(name, PREFIX + name).anyMatch(own::containsKey)
        && Stream.of(name, PREFIX + name)
            .allMatch(form -> own.getOrDefault(form, value).equals(value));
  }

  private static String options(Settings settings, String ownOptions) {
    StringBuilder options = new StringBuilder(ownOptions);
    for (String option : settings.jvmOptions()) {
      if (!(" " + ownOptions + " ").contains(" " + option + " ")) {
        options.append(options.length() == 0 ? "" : " ").append(option);
      }
    }
    return options.toString();
  }

  private static void put(SortedMap<String, String> variables, String name, String value) {
    variables.put(name, value);
    variables.put(PREFIX + name, value);
  }
}
