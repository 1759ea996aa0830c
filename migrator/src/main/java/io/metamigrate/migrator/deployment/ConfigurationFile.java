package io.metamigrate.migrator.deployment;

import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which file a server reads, which of the mounted files that is, and its lines. Pure.
 *
 * <p>{@code bin/pulsar} and {@code bin/bookkeeper} take the path from an option of the command,
 * else from a variable, else it is the one in the image's folder.
 */
public final class ConfigurationFile {
  private static final String FOLDER = Container.HOME + "/conf/";

  /** A word of the server's command, its file and variables; the first that fits counts. */
  private static final List<List<String>> FILES =
      List.of(
          List.of("websocket", "websocket.conf", "PULSAR_WEBSOCKET_CONF"),
          List.of("functions-worker", "functions_worker.yml", "PULSAR_WORKER_CONF"),
          List.of("proxy", "proxy.conf", "PULSAR_PROXY_CONF"),
          List.of("pulsar autorecovery", "bookkeeper.conf", "PULSAR_BOOKKEEPER_CONF"),
          List.of("autorecovery", "bookkeeper.conf", "BOOKIE_CONF"),
          List.of("pulsar bookie", "bookkeeper.conf", "PULSAR_BOOKKEEPER_CONF"),
          List.of("bookie", "bookkeeper.conf", "BOOKIE_CONF"),
          List.of("broker", "broker.conf", "PULSAR_BROKER_CONF"));

  /** The variables that may name a server's file. */
  static final List<String> VARIABLES = FILES.stream().map(one -> one.get(2)).distinct().toList();

  private static final Pattern OPTION =
      Pattern.compile("\\s(?:--conf|--broker-conf|-c)[ =]+[\"']?([^\\s\"'$;&|]+\\.(?:conf|yml))");

  private ConfigurationFile() {}

  /** Whether a mounted file may be one of these. */
  public static boolean isConfigurationFile(String path) {
    return path.endsWith(".conf") || path.endsWith(".yml");
  }

  /**
   * The absolute path of the file that the server reads.
   *
   * @param command what the container runs
   * @param environment its variables
   * @return empty if it is no server of these, or its command uses a variable that is not known
   */
  static Optional<String> path(String command, Map<String, String> environment) {
    return named(command, environment)
        .filter(path -> !path.contains("$"))
        .map(ConfigurationFile::absolute);
  }

  /** Whether a script sets the variable for it to what is not known for certain. */
  static boolean isNotKnown(Container server) {
    return named(server.command(), server.serverVariables())
        .filter(path -> path.contains("$"))
        .filter(path -> !named(server.command(), server.environment()).equals(Optional.of(path)))
        .isPresent();
  }

  /** As it is written, with references to variables that are not known. */
  private static Optional<String> named(String command, Map<String, String> environment) {
    Optional<List<String>> server =
        FILES.stream().filter(one -> command.contains(one.get(0))).findFirst();
    if (server.isEmpty()) {
      return Optional.empty();
    }
    String variable = server.get().get(2);
    Matcher option = OPTION.matcher(command);
    Matcher assigned =
        Pattern.compile("\\b" + variable + "=[\"']?([^\\s\"';&|]+)").matcher(command);
    return Optional.of(
        option.find()
            ? option.group(1)
            : assigned.find()
                ? assigned.group(1)
                : environment.getOrDefault(variable, FOLDER + server.get().get(1)));
  }

  /** The same of a node's server; the image's own file if its command does not show it. */
  static String path(Role role, Container server) {
    return path(server.command(), server.serverVariables())
        .orElse(FOLDER + (role == Role.BROKER ? "broker.conf" : "bookkeeper.conf"));
  }

  /** Scripts start in the image's folder. */
  static String absolute(String path) {
    String own = path.startsWith("./") ? path.substring(2) : path;
    return own.startsWith("/") ? own : Container.HOME + "/" + own;
  }

  /**
   * Lines by name.
   *
   * @param command what the container runs
   * @param environment its variables
   * @param files content by path in the container
   * @return empty if none of them is its server's, or it cannot be read
   */
  public static Map<String, String> of(
      String command, Map<String, String> environment, Map<String, String> files) {
    return path(command, environment)
        .flatMap(path -> Optional.ofNullable(files.get(path)))
        .<Map<String, String>>map(ConfigurationFile::lines)
        .orElse(Map.of());
  }

  private static SortedMap<String, String> lines(String text) {
    Properties properties = new Properties();
    try {
      properties.load(new StringReader(text));
    } catch (IOException | IllegalArgumentException e) {
      return new TreeMap<>();
    }
    SortedMap<String, String> lines = new TreeMap<>();
    properties.stringPropertyNames().forEach(name -> lines.put(name, properties.getProperty(name)));
    return lines;
  }
}
