package io.metamigrate.migrator.deployment;

import java.io.IOException;
import java.io.StringReader;
import java.util.Map;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;

/** Which of the files that are mounted below {@code conf} a server reads, and its lines. Pure. */
public final class ConfigurationFile {
  /** A word of the server's command and its file; the first that fits counts. */
  private static final String[][] FILES = {
    {"websocket", "websocket.conf"},
    {"functions-worker", "functions_worker.yml"},
    {"proxy", "proxy.conf"},
    {"autorecovery", "bookkeeper.conf"},
    {"bookie", "bookkeeper.conf"},
    {"broker", "broker.conf"},
  };

  private ConfigurationFile() {}

  /** Whether a mounted file may be one of these. */
  public static boolean isOne(String path) {
    return path.startsWith(Container.HOME + "/conf/")
        && (path.endsWith(".conf") || path.endsWith(".yml"));
  }

  /**
   * Lines by name.
   *
   * @param command what the container runs
   * @param files content by path in the container
   * @return empty if none of them is its server's, or it cannot be read
   */
  public static Map<String, String> of(String command, Map<String, String> files) {
    for (String[] one : FILES) {
      if (command.contains(one[0])) {
        return files.entrySet().stream()
            .filter(file -> file.getKey().endsWith("/" + one[1]))
            .findFirst()
            .map(file -> lines(file.getValue()))
            .orElse(new TreeMap<>());
      }
    }
    return Map.of();
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
