package io.metamigrate.migrator.deployment;

import java.util.Map;

/**
 * Files of a server's folder of configuration that are known. What is empty is the image's own.
 *
 * @param settings lines of the file that the server reads
 * @param scripts the text of its {@link EnvironmentScripts}
 */
public record ServerFiles(Map<String, String> settings, String scripts) {
  static final ServerFiles NONE = new ServerFiles(Map.of(), "");

  public ServerFiles {
    settings = Map.copyOf(settings);
  }
}
