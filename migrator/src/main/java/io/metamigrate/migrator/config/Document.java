package io.metamigrate.migrator.config;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
  private final Path file;
  private final List<Fault> faults = new ArrayList<>();

  Document(Path file) {
    this.file = file;
  }

  /**
   * The file's top level.
   *
   * @throws ConfigurationException when the file cannot be read or is not YAML
   */
  Section root() {
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      @Nullable Node top = new Yaml(new LoaderOptions()).compose(reader);
      return Section.of(this, "", 1, top);
    } catch (MarkedYAMLException e) {
      int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
      throw unreadable(line, "this is not YAML: " + e.getProblem());
    } catch (YAMLException e) {
      throw unreadable(1, "this is not YAML in one document and UTF-8");
    } catch (NoSuchFileException e) {
      throw new ConfigurationException(
          new Fault(file.toString(), "", "there is no such file; check the path after --config"));
    } catch (IOException e) {
      throw new ConfigurationException(
          new Fault(file.toString(), "", "the file cannot be read; check who may read it"));
    }
  }

  void fault(int line, String key, String message) {
    faults.add(new Fault(file + ":" + line, key, message));
  }

  boolean hasFaults() {
    return !faults.isEmpty();
  }

  /** Relative paths in the file are relative to the file's folder. */
  Path resolve(String path) {
    return file.toAbsolutePath().resolveSibling(path).normalize();
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

  private ConfigurationException unreadable(int line, String message) {
    return new ConfigurationException(new Fault(file + ":" + line, "", message));
  }
}
