package io.metamigrate.migrator.config;

import io.metamigrate.migrator.config.reference.Key;
import io.metamigrate.migrator.config.reference.Keys;
import io.metamigrate.migrator.config.reference.Kind;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;

/**
 * One YAML file with its lines, and the faults found in it so far. Scalars stay the text that was
 * written, so that a version such as 3.10 is never read as a number.
 */
final class Document {
  private final Optional<Path> file;
  private final EnvironmentVariables environment;
  private final List<Fault> faults = new ArrayList<>();
  private final List<Setting> settings = new ArrayList<>();

  /** Without a file, only the environment gives values. */
  Document(Optional<Path> file, EnvironmentVariables environment) {
    this.file = file;
    this.environment = environment;
    faults.addAll(environment.unknown());
  }

  /**
   * The file's top level.
   *
   * @throws ConfigurationException when the file cannot be read or is not YAML
   */
  Section root() {
    return file.map(this::parsed).orElseGet(() -> Section.of(this, "", 1, null));
  }

  private Section parsed(Path file) {
    if (Files.isDirectory(file)) {
      String shown = file.toString().isEmpty() ? "--config" : file.toString();
      throw new ConfigurationException(
          new Fault(
              shown,
              "",
              "this is a folder; give the path of a file after --config or in METAMIGRATE_CONFIG"));
    }
    if (Files.exists(file) && !Files.isRegularFile(file) && !isOfShell(file)) {
      throw new ConfigurationException(
          new Fault(
              file.toString(),
              "",
              "this is a pipe, socket or device; give the path of a file after --config"));
    }
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      @Nullable Node top = new Yaml(new LoaderOptions()).compose(reader);
      return Section.of(this, "", 1, top);
    } catch (MarkedYAMLException e) {
      int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
      throw unreadable(file, line, "this is not YAML: " + problem(e));
    } catch (YAMLException e) {
      throw unreadable(file, 1, "this is not YAML in one document and UTF-8");
    } catch (NoSuchFileException e) {
      throw new ConfigurationException(
          new Fault(
              file.toString(),
              "",
              "there is no such file; check the path after --config or in METAMIGRATE_CONFIG"));
    } catch (IOException e) {
      throw new ConfigurationException(
          new Fault(file.toString(), "", "the file cannot be read; check who may read it"));
    }
  }

  /** A pipe that a shell has opened for this process, or its standard input. */
  private static boolean isOfShell(Path file) {
    return file.startsWith("/dev") || file.startsWith("/proc");
  }

  /**
   * Without a name that the file gives: a text that begins with '*', '&' or '!' may be a secret.
   */
  private static String problem(MarkedYAMLException e) {
    return String.valueOf(e.getProblem())
        .replaceFirst(
            "(alias|anchor|handle|tag|directive) .*",
            "$1; put text with such characters in quotes");
  }

  void fault(int line, String key, String message) {
    faults.add(
        environment
            .variable(key)
            .map(variable -> new Fault(variable, "", message))
            .orElseGet(() -> new Fault(where(line), key, message)));
  }

  private String where(int line) {
    return file.map(path -> path + ":" + line).orElse("configuration");
  }

  /** The value of a key in the environment; it overrides the file. */
  Optional<String> environment(String key) {
    return environment.value(key);
  }

  /** Whether the environment sets any key of a block. */
  boolean environmentHolds(String block) {
    return environment.holds(block);
  }

  /** Notes the value of a key and where it came from; of a key that is read twice, the first. */
  void setting(int line, String path, Optional<String> given) {
    if (settings.stream().anyMatch(setting -> setting.path().equals(path))) {
      return;
    }
    Key key = Keys.of(path);
    if (key.kind() != Kind.COMMAND && given.filter(Fault::isOfSeveralLines).isPresent()) {
      fault(line, path, "the value has a line break or a control character; remove it");
    }
    String origin =
        environment.variable(path).orElse(given.isPresent() ? where(line) : Setting.DEFAULT);
    settings.add(
        new Setting(
            key,
            path,
            given.or(() -> Optional.of(key.otherwise()).filter(text -> !text.isEmpty())),
            origin));
  }

  /** Every key that was asked for, in that order. */
  List<Setting> settings() {
    return List.copyOf(settings);
  }

  boolean hasFaults() {
    return !faults.isEmpty();
  }

  /**
   * Relative paths in the file are relative to the file's folder, those in the environment to the
   * working directory.
   */
  Path resolve(String key, String path) {
    Path given = Path.of(path);
    return environment
        .variable(key)
        .map(variable -> given.toAbsolutePath())
        .or(() -> file.map(of -> of.toAbsolutePath().resolveSibling(given)))
        .orElseGet(given::toAbsolutePath)
        .normalize();
  }

  /**
   * Ends the reading.
   *
   * @throws ConfigurationException when any fault was found
   */
  void orThrow() {
    if (hasFaults()) {
      throw new ConfigurationException(faults);
    }
  }

  private static ConfigurationException unreadable(Path file, int line, String message) {
    return new ConfigurationException(new Fault(file + ":" + line, "", message));
  }
}
