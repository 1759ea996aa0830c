package io.metamigrate.migrator.restart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** {@code docker compose} on one project. Words, never a shell. */
final class ComposeCommand {
  private static final Pattern CONTAINER = Pattern.compile("[0-9a-f]{12,64}");

  private final String docker;
  private final List<Path> files;
  private final OverrideFile override;
  private final Optional<String> project;
  private final ShellCommand shell;

  ComposeCommand(
      String docker,
      List<Path> files,
      OverrideFile override,
      Optional<String> project,
      Duration budget) {
    this.docker = docker;
    this.files = files.stream().map(Path::toAbsolutePath).toList();
    this.override = override;
    this.project = project;
    this.shell = new ShellCommand(budget);
  }

  ShellCommand.Result run(List<String> words) throws InterruptedException {
    return run(words, override.exists());
  }

  ShellCommand.Result run(List<String> words, boolean withOverride) throws InterruptedException {
    List<String> all = new ArrayList<>(List.of(docker, "compose"));
    project.ifPresent(name -> all.addAll(List.of("-p", name)));
    files.forEach(file -> all.addAll(List.of("-f", file.toString())));
    if (withOverride) {
      all.addAll(List.of("-f", override.path().toString()));
    }
    all.addAll(words);
    return shell.run(all, Map.of());
  }

  /**
   * Whether a container of the service runs; empty if docker could not report it, with its message.
   */
  Running running(String service) throws InterruptedException {
    CommandResult state = ofContainers(service, "{{.State.Running}}");
    return new Running(state.lines().contains("true"), state.failure());
  }

  /** The files that the service's containers were made from, as docker keeps them in a label. */
  CommandResult filesOf(String service) throws InterruptedException {
    return ofContainers(
        service, "{{index .Config.Labels \"com.docker.compose.project.config_files\"}}");
  }

  /** One line of each of the service's containers, also of those that do not run. */
  private CommandResult ofContainers(String service, String format) throws InterruptedException {
    ShellCommand.Result listed = run(List.of("ps", "-a", "-q", service));
    if (!listed.succeeded()) {
      return new CommandResult(List.of(), Optional.of(listed.tail()));
    }
    List<String> lines = new ArrayList<>();
    for (String container : listed.tail().lines().map(String::strip).toList()) {
      if (!CONTAINER.matcher(container).matches()) {
        continue;
      }
      ShellCommand.Result state =
          shell.run(List.of(docker, "inspect", "--format", format, container), Map.of());
      if (!state.succeeded()) {
        return new CommandResult(List.of(), Optional.of(state.tail()));
      }
      state.tail().lines().forEach(lines::add);
    }
    return new CommandResult(lines, Optional.empty());
  }

  /** What a probe saw. */
  record Running(boolean yes, Optional<String> failure) {}

  /** What docker reported of containers, or why it could not. */
  record CommandResult(List<String> lines, Optional<String> failure) {
    CommandResult {
      lines = List.copyOf(lines);
    }
  }

  /** The service's variables in the operator's own file; those without a value are left out. */
  Map<String, String> ownVariables(String service) throws IOException, InterruptedException {
    return variables(rendered(false).path("services").path(service));
  }

  /**
   * A service's variables that have a value. Compose prints each dollar sign twice, so that its
   * output can be a compose file again.
   */
  static Map<String, String> variables(JsonNode service) {
    Map<String, String> variables = new TreeMap<>();
    service
        .path("environment")
        .properties()
        .forEach(
            variable -> {
              if (variable.getValue().isValueNode() && !variable.getValue().isNull()) {
                variables.put(variable.getKey(), variable.getValue().asText().replace("$$", "$"));
              }
            });
    return variables;
  }

  /** Whether docker starts the service again when it ends by itself. */
  static boolean restarts(JsonNode service) {
    String condition = service.path("deploy").path("restart_policy").path("condition").asText("no");
    String policy = service.path("restart").asText(condition.equals("any") ? "always" : condition);
    return policy.equals("always")
        || policy.equals("unless-stopped")
        || policy.startsWith("on-failure");
  }

  /** The operator's own files as compose understands them, with this tool's over them or not. */
  JsonNode rendered(boolean withOverride) throws IOException, InterruptedException {
    Path rendered = Files.createTempFile("metamigrate", ".json");
    try {
      ShellCommand.Result config =
          run(
              List.of("config", "--format", "json", "--output", rendered.toString()),
              withOverride && override.exists());
      if (!config.succeeded()) {
        throw new IOException("docker compose config failed: " + config.tail());
      }
      return new ObjectMapper().readTree(rendered.toFile());
    } finally {
      Files.deleteIfExists(rendered);
    }
  }
}
