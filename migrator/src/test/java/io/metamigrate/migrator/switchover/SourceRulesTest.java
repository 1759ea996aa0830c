package io.metamigrate.migrator.switchover;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Rules that are read from the source, since a compiler drops constants and unused imports. */
final class SourceRulesTest {
  private static final Path MAIN =
      Path.of("src", "main", "java", "io", "metamigrate", "migrator", "switchover");
  private static final Path CHECKER =
      Path.of(
          "src",
          "test",
          "java",
          "io",
          "metamigrate",
          "migrator",
          "switchover",
          "world",
          "Checker.java");
  private static final Pattern IMPORT =
      Pattern.compile("(?m)^import (io\\.metamigrate\\.[\\w.]+);");
  private static final Pattern ID = Pattern.compile("static final String ID = (\"[^\"]+\");");

  @Test
  void checkerUsesOnlyTheFakeCluster() {
    String source = read(CHECKER);

    assertThat(IMPORT.matcher(source).results().map(found -> found.group(1)))
        .allMatch(
            name ->
                name.startsWith("io.metamigrate.migrator.switchover.node.")
                    || name.endsWith(".side.StoreKind")
                    || name.endsWith(".side.Direction"));
    assertThat(source.replaceAll("(?s)/\\*.*?\\*/", ""))
        .doesNotContain(
            "document", "Condition", "FakeSide", "FakeProcess", "FakeCopier", "Canonical");
  }

  @Test
  void namesEachStepInOneFile() {
    Map<Path, String> sources = sources();
    Map<String, Path> ids = new TreeMap<>();
    sources.forEach(
        (file, source) -> {
          Matcher id = ID.matcher(source);
          if (id.find()) {
            ids.put(id.group(1), file);
          }
        });

    assertThat(ids).hasSizeGreaterThan(15);
    ids.forEach(
        (id, own) ->
            sources.forEach(
                (file, source) -> {
                  if (!file.equals(own)) {
                    assertThat(source).as("%s in %s", id, file).doesNotContain(id);
                  }
                }));
  }

  private static Map<Path, String> sources() {
    try (Stream<Path> files = Files.walk(MAIN)) {
      List<Path> all = files.filter(file -> file.toString().endsWith(".java")).toList();
      Map<Path, String> sources = new TreeMap<>();
      all.forEach(file -> sources.put(file, read(file)));
      return sources;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
