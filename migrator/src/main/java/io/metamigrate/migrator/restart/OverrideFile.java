package io.metamigrate.migrator.restart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.metamigrate.migrator.config.PrivateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The file that lies over the operator's compose file: an environment per service and nothing else.
 * It is written whole, so a crash leaves the old one or the new one; services that are not touched
 * keep what they have.
 */
final class OverrideFile {
  private static final String HEAD =
      """
      # Written by migrate over the file beside it, one service at a time. Give both with -f
      # until these settings are in your own file.
      """;
  private static final YAMLMapper YAML =
      new YAMLMapper(new YAMLFactory().disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER));

  private final Path file;

  OverrideFile(Path file) {
    this.file = file.toAbsolutePath();
  }

  Path path() {
    return file;
  }

  boolean exists() {
    return Files.exists(file);
  }

  /**
   * Replaces one service's environment; with no variables the service is left out, and without a
   * service the file goes.
   */
  void setVariables(String service, Map<String, String> variables) throws IOException {
    ObjectNode whole = read();
    ObjectNode services =
        whole.get("services") instanceof ObjectNode present ? present : whole.putObject("services");
    services.remove(service);
    if (!variables.isEmpty()) {
      ObjectNode environment = services.putObject(service).putObject("environment");
      variables.forEach((name, value) -> environment.put(name, value.replace("$", "$$")));
    }
    if (services.isEmpty()) {
      Files.deleteIfExists(file);
      return;
    }
    PrivateFile.write(file, HEAD + YAML.writeValueAsString(whole));
  }

  private ObjectNode read() throws IOException {
    JsonNode present = exists() ? YAML.readTree(file.toFile()) : YAML.createObjectNode();
    if (present instanceof ObjectNode whole) {
      return whole;
    }
    throw new IOException(file + " is there and is not a compose file");
  }
}
