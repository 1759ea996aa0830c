package io.metamigrate.migrator.restart;

import io.metamigrate.migrator.config.PrivateFile;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A node's settings as a properties file in the daemon's own folder: written whole, readable by the
 * daemon's user alone, one file per node.
 */
final class SettingsFile {
  private final Path folder;

  SettingsFile(Path folder) {
    this.folder = folder;
  }

  /** Where the node's file is, whether or not it has been written. */
  Path of(Node node) {
    String name = node.component().label() + "-" + node.id().replaceAll("[^A-Za-z0-9._-]", "_");
    return folder.resolve(name + ".properties").toAbsolutePath();
  }

  /** Writes the settings and returns the file. A crash leaves the old file or the new one. */
  Path write(Node node, Settings settings) throws IOException {
    StringBuilder text = new StringBuilder();
    settings
        .set()
        .forEach((name, value) -> text.append(name).append('=').append(escape(value)).append('\n'));
    Path file = of(node);
    PrivateFile.write(file, text);
    return file;
  }

  /** As {@code java.util.Properties} reads it back. */
  private static String escape(String value) {
    String escaped = value.replace("\\", "\\\\");
    return escaped.startsWith(" ") ? "\\" + escaped : escaped;
  }
}
