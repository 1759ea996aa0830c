package io.metamigrate.migrator.deployment;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Applies {@code conf/bkenv.sh} and {@code conf/pulsar_env.sh} to a server's variables. {@code
 * bin/pulsar} of Pulsar 2.10 to 4 reads both in this order, {@code bin/bookkeeper} only the first.
 * Nothing is executed. Pure.
 */
public final class EnvironmentScripts {
  /** The names of the scripts in the configuration folder. */
  public static final List<String> NAMES = List.of("bkenv.sh", "pulsar_env.sh");

  /**
   * In the value of a variable that is not known for certain; the lines that may set it follow. A
   * {@code $} without it is a reference to a variable that is not known.
   */
  static final String UNKNOWN = "$?";

  /** The variable that {@code bin/pulsar} extends; the move passes its options in it. */
  static final String OPTIONS = "OPTS";

  /** The findings about scripts that have {@link #UNKNOWN} variables begin so. */
  static final String NOT_CERTAIN =
      "has a bkenv.sh or pulsar_env.sh that cannot be read for certain, so ";

  private static final Map<String, String> HOMES =
      Map.of("BK_HOME", Container.HOME, "PULSAR_HOME", Container.HOME);

  private EnvironmentScripts() {}

  /** The text of the scripts among a container's files, in the order in which they run. */
  public static String among(Map<String, String> files) {
    return NAMES.stream()
        .flatMap(name -> Stream.ofNullable(files.get(Container.HOME + "/conf/" + name)))
        .collect(Collectors.joining("\n"));
  }

  /** The variables after the scripts. */
  public static Map<String, String> apply(String scripts, Map<String, String> environment) {
    Map<String, String> variables = new TreeMap<>(HOMES);
    variables.putAll(environment);
    if (!scripts.isEmpty()) {
      new ScriptReader(scripts, variables).read();
    }
    return variables;
  }
}
