package io.metamigrate.migrator.config;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The configuration cannot be used. Carries every fault that was found; the command line answers
 * with exit code 2.
 */
public final class ConfigurationException extends RuntimeException {
  private final transient List<Fault> faults;

  /** At least one fault. */
  ConfigurationException(List<Fault> faults) {
    super(text(faults));
    this.faults = List.copyOf(faults);
  }

  /**
   * Nothing if there is no fault.
   *
   * @throws ConfigurationException with each of the faults
   */
  public static void throwIfAny(List<Fault> faults) {
    if (!faults.isEmpty()) {
      throw new ConfigurationException(faults);
    }
  }

  public ConfigurationException(Fault fault) {
    this(List.of(fault));
  }

  /** In the order of the file; never empty. */
  List<Fault> faults() {
    return faults;
  }

  private static String text(List<Fault> faults) {
    if (faults.isEmpty()) {
      throw new IllegalArgumentException("a configuration exception without a fault");
    }
    if (faults.size() == 1) {
      return faults.get(0).toString();
    }
    return faults.stream()
        .map(fault -> "\n  " + fault)
        .collect(Collectors.joining("", faults.size() + " faults in the configuration:", ""));
  }
}
