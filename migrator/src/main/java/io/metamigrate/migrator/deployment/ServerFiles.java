package io.metamigrate.migrator.deployment;

import java.util.Map;

/**
 * The known files of a server's configuration folder. An empty one is the image's own.
 *
 * @param settings the settings in the file that the server reads
 * @param scripts the text of its {@link EnvironmentScripts}
 */
public record ServerFiles(Map<String, String> settings, String scripts) {
  static final ServerFiles NONE = new ServerFiles(Map.of(), "");

  public ServerFiles {
    settings = Map.copyOf(settings);
  }
}
