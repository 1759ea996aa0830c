package io.metamigrate.migrator.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The words that run `migrate` as a process of its own, on the class path of the test. */
final class MigrateWords {
  private MigrateWords() {}

  static List<String> of(String... arguments) {
    List<String> words =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Migrate.class.getName()));
    words.addAll(List.of(arguments));
    return words;
  }
}
