package io.metamigrate.migrator.cutover;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Reads a list beside the tests: a key, a tab, and a text. */
final class Listing {
  private Listing() {}

  static Map<String, String> read(String name) throws IOException {
    try (InputStream file = Objects.requireNonNull(Listing.class.getResourceAsStream(name), name)) {
      String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
      Map<String, String> listed = new TreeMap<>();
      text.lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(line -> line.split("\t", 2))
          .forEach(line -> listed.put(line[0], line[1]));
      return listed;
    }
  }
}
