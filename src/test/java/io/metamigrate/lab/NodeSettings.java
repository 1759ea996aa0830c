package io.metamigrate.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The {@code KEY=VALUE} file that a bookie or broker reads when it starts, one line per key. */
public record NodeSettings(Path file) {

  /** Adds and replaces. Takes effect at the next start. */
  public void set(Map<String, String> settings) {
    TreeMap<String, String> all = read();
    all.putAll(settings);
    write(all);
  }

  /** Takes a key away; one that is not there is no error. */
  void remove(String key) {
    TreeMap<String, String> all = read();
    all.remove(key);
    write(all);
  }

  private TreeMap<String, String> read() {
    TreeMap<String, String> all = new TreeMap<>();
    try {
      if (Files.exists(file)) {
        for (String line : Files.readAllLines(file)) {
          int equals = line.indexOf('=');
          if (equals > 0) {
            all.put(line.substring(0, equals), line.substring(equals + 1));
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return all;
  }

  private void write(Map<String, String> all) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(
          file,
          all.entrySet().stream()
              .map(e -> e.getKey() + "=" + e.getValue() + "\n")
              .collect(Collectors.joining()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
