package io.metamigrate.migrator.restart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** {@code docker compose} on one project. Words, never a shell. */
final class ComposeCommand {
  private static final String LABEL = "{{index .Config.Labels \"com.docker.compose.%s\"}}";
  private static final String ORIGIN =
      LABEL.formatted("project.config_files")
          + "|"
          + LABEL.formatted("project.environment_file")
          + "|"
          + LABEL.formatted("config-hash")
          + "|{{.Image}}|{{.Config.Image}}|{{range .Mounts}}{{if eq .Type"
          + " \"volume\"}}{{.Destination}} {{end}}{{end}}";
  private static final String SWARM_SERVICE = "com.docker.swarm.service.name";
  private static final List<String> ALL_PROFILES = List.of("--profile", "*");
  private static final Pattern CONTAINER = Pattern.compile("[0-9a-f]{12,64}");

  private final String docker;
  private final List<Path> files;
  private final List<Path> envFiles;
  private final OverrideFile override;
  private final Optional<String> project;
  private final ShellCommand shell;

  ComposeCommand(
      String docker,
      List<Path> files,
      List<Path> envFiles,
      OverrideFile override,
      Optional<String> project,
      Duration budget) {
    this.docker = docker;
    this.files = files.stream().map(Path::toAbsolutePath).toList();
    this.envFiles = envFiles.stream().map(Path::toAbsolutePath).toList();
    this.override = override;
    this.project = project;
    this.shell = new ShellCommand(budget);
  }

  ShellCommand.ShellResult run(List<String> words) throws InterruptedException {
    return run(words, override.exists());
  }

  ShellCommand.ShellResult run(List<String> words, boolean withOverride)
      throws InterruptedException {
    return run(List.of(), words, withOverride);
  }

  private ShellCommand.ShellResult run(
      List<String> options, List<String> words, boolean withOverride) throws InterruptedException {
    List<String> all = new ArrayList<>(List.of(docker, "compose"));
    all.addAll(options);
    envFiles.forEach(file -> all.addAll(List.of("--env-file", file.toString())));
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

  /** What the service's containers were made from, a container each. */
  Origins origins(String service) throws InterruptedException {
    CommandResult made = ofContainers(service, ORIGIN);
    return new Origins(made.lines().stream().map(Origin::of).toList(), made.failure());
  }

  /**
   * Whether a start would create its container again, since the description has changed or another
   * image has its name. Compose leaves out what a service depends on when it starts one alone, so a
   * container that a whole start made has another hash; then compose itself is asked.
   */
  boolean wouldChange(String service, Origin made) throws InterruptedException {
    ShellCommand.ShellResult hash =
        run(ALL_PROFILES, List.of("config", "--hash", service), override.exists());
    if (hash.succeeded()
        && hash.tail().contains(made.hash())
        && image(made).stream().allMatch(made.image()::equals)) {
      return false;
    }
    return run(
            List.of("--dry-run"),
            List.of("up", "-d", "--no-deps", "--no-build", service),
            override.exists())
        .tail()
        .contains("Recreate");
  }

  /** The image that has the name now from which the container was made; empty if none has. */
  Optional<String> image(Origin made) throws InterruptedException {
    ShellCommand.ShellResult found =
        shell.run(
            List.of(docker, "image", "inspect", "--format", "{{.Id}}", made.imageName()), Map.of());
    return found.succeeded() ? Optional.of(found.tail().strip()) : Optional.empty();
  }

  /**
   * Whether a task of Docker Swarm on this host has the service's name, with or without that of a
   * stack before it.
   */
  boolean runsInSwarm(String service) throws InterruptedException {
    ShellCommand.ShellResult tasks =
        shell.run(
            List.of(docker, "ps", "--format", "{{.Label \"" + SWARM_SERVICE + "\"}}"), Map.of());
    return tasks.succeeded()
        && tasks
            .tail()
            .lines()
            .anyMatch(name -> name.equals(service) || name.endsWith("_" + service));
  }

  /** One line of each of the service's containers, also of those that do not run. */
  private CommandResult ofContainers(String service, String format) throws InterruptedException {
    ShellCommand.ShellResult listed = run(List.of("ps", "-a", "-q", service));
    if (!listed.succeeded()) {
      return new CommandResult(List.of(), Optional.of(listed.tail()));
    }
    List<String> lines = new ArrayList<>();
    for (String container : listed.tail().lines().map(String::strip).toList()) {
      if (!CONTAINER.matcher(container).matches()) {
        continue;
      }
      ShellCommand.ShellResult state =
          shell.run(List.of(docker, "inspect", "--format", format, container), Map.of());
      if (!state.succeeded()) {
        return new CommandResult(List.of(), Optional.of(state.tail()));
      }
      state.tail().lines().forEach(lines::add);
    }
    return new CommandResult(lines, Optional.empty());
  }

  /** Containers that there are, or why docker could not report them. */
  record Origins(List<Origin> containers, Optional<String> failure) {
    Origins {
      containers = List.copyOf(containers);
    }
  }

  /**
   * As docker keeps it in the labels of a container.
   *
   * @param files compose files, by comma
   * @param envFiles files given as {@code --env-file}, by comma; empty if there were none
   * @param hash of the description of the service
   * @param image its id
   * @param imageName as the description has it
   * @param volumes folders of the container that are on volumes
   */
  record Origin(
      String files,
      String envFiles,
      String hash,
      String image,
      String imageName,
      List<String> volumes) {
    Origin {
      volumes = List.copyOf(volumes);
    }

    private static Origin of(String line) {
      String[] parts = (line + "|||||").split("\\|", -1);
      return new Origin(
          parts[0],
          parts[1],
          parts[2],
          parts[3],
          parts[4],
          Stream.of(parts[5].strip().split(" ")).filter(path -> !path.isEmpty()).toList());
    }
  }

  /** The result of a probe. */
  record Running(boolean yes, Optional<String> failure) {}

  /** What docker reported of containers, or why it could not. */
  record CommandResult(List<String> lines, Optional<String> failure) {
    CommandResult {
      lines = List.copyOf(lines);
    }
  }

  /** The service's variables in the operator's own file; those without a value are left out. */
  Map<String, String> ownVariables(String service) throws IOException, InterruptedException {
    return variables(rendered(false, List.of(service)).path("services").path(service));
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

  /**
   * The operator's own files as compose understands them, with this tool's over them or not.
   *
   * @param services those that must be in it; if one belongs to a profile, all profiles are
   */
  JsonNode rendered(boolean withOverride, Collection<String> services)
      throws IOException, InterruptedException {
    JsonNode whole = rendered(List.of(), withOverride);
    return services.stream().allMatch(whole.path("services")::has)
        ? whole
        : rendered(ALL_PROFILES, withOverride);
  }

  private JsonNode rendered(List<String> options, boolean withOverride)
      throws IOException, InterruptedException {
    Path rendered = Files.createTempFile("metamigrate", ".json");
    try {
      ShellCommand.ShellResult config =
          run(
              options,
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
