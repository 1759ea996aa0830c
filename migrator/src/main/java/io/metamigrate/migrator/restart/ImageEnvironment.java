package io.metamigrate.migrator.restart;

import java.util.SortedMap;
import java.util.TreeMap;

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
   * The variables of the settings.
   *
   * @param ownOptions what the operator has in {@code OPTS}, which is kept
   */
  static SortedMap<String, String> of(Settings settings, String ownOptions) {
    SortedMap<String, String> variables = new TreeMap<>();
    settings.set().forEach((name, value) -> put(variables, name, value));
    settings.remove().forEach(name -> put(variables, name, ""));
    String options = options(settings, ownOptions);
    if (!options.equals(ownOptions)) {
      variables.put(OPTIONS, options);
    }
    return variables;
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
