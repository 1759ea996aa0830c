package io.metamigrate.migrator.restart;

import com.fasterxml.jackson.databind.JsonNode;
import io.metamigrate.migrator.deployment.DeploymentRules;
import io.metamigrate.migrator.deployment.NextPod;
import io.metamigrate.migrator.deployment.PendingChanges;
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
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Restarts services of {@code docker compose} (version 2), one at a time.
 *
 * <p>Settings go into an override file beside the operator's own, which is never written. A node's
 * name is its service. All actions are idempotent by compose's own rules: {@code stop} of a stopped
 * service and {@code up} of one that runs as it should change nothing. Safe for use by several
 * threads.
 */
public final class ComposeDriver implements RestartDriver {
  private static final Duration STOP_MARGIN = Duration.ofSeconds(10);

  private final List<Path> files;
  private final List<Path> envFiles;
  private final OverrideFile override;
  private final ComposeCommand compose;
  private final String stopSeconds;
  private volatile Runnable confirmLock = () -> {};

  /**
   * @param files the operator's compose files, each over those before it
   * @param envFiles what compose is given as {@code --env-file}
   * @param override the file that is written
   * @param project the project's name where it is not the folder's
   * @param budget how long one command may take; a service gets all but ten seconds of it to stop
   */
  public ComposeDriver(
      List<Path> files,
      List<Path> envFiles,
      Path override,
      Optional<String> project,
      Duration budget) {
    this("docker", files, envFiles, override, project, budget);
  }

  ComposeDriver(
      String docker,
      List<Path> files,
      List<Path> envFiles,
      Path override,
      Optional<String> project,
      Duration budget) {
    this.files = List.copyOf(files);
    this.envFiles = List.copyOf(envFiles);
    this.override = new OverrideFile(override);
    this.compose = new ComposeCommand(docker, files, envFiles, this.override, project, budget);
    this.stopSeconds = Long.toString(Math.max(1, budget.minus(STOP_MARGIN).toSeconds()));
  }

  @Override
  public StepOutcome stop(Node node) {
    return act("stop", node, List.of("stop", "-t", stopSeconds, node.name()));
  }

  @Override
  public StepOutcome configure(Node node, Settings settings) {
    try {
      List<Map<String, String>> own = List.of(compose.ownVariables(node.name()));
      confirmLock.run();
      override.setVariables(node.name(), ImageEnvironment.of(settings, own));
    } catch (IOException e) {
      return StepOutcome.failed("override of " + node + " could not be written: " + e.getMessage());
    } catch (InterruptedException e) {
      return interrupted("configure", node);
    }
    return act("configure", node, List.of("config", "--quiet", node.name()));
  }

  @Override
  public StepOutcome start(Node node) {
    return act("start", node, List.of("up", "-d", "--no-deps", "--no-build", node.name()));
  }

  @Override
  public StepOutcome probe(Node node, NodeState wanted) {
    try {
      ComposeCommand.Running running = compose.running(node.name());
      if (running.failure().isPresent()) {
        return StepOutcome.failed(
            "docker could not report on " + node + ": " + running.failure().get());
      }
      return running.yes() == (wanted == NodeState.RUNNING)
          ? StepOutcome.done(
              node + (running.yes() ? " has a running container" : " has no running container"))
          : StepOutcome.notYet(node + (running.yes() ? " still runs" : " does not run yet"));
    } catch (InterruptedException e) {
      return interrupted("probe", node);
    }
  }

  /** The variables of its service, with those of the override, and the files that make it. */
  @Override
  public NodeConfiguration configuration(Node node) {
    try {
      JsonNode service =
          compose.rendered(true, List.of(node.name())).path("services").path(node.name());
      if (service.isMissingNode()) {
        return NodeConfiguration.unknown(names() + " has no service " + node.name());
      }
      Map<String, String> digests = new TreeMap<>();
      for (Path file : files) {
        digests.put(file.toString(), NodeConfiguration.digest(Files.readString(file)));
      }
      return NodeConfiguration.of(
          ComposeCommand.variables(service),
          digests,
          Optional.of(service.path("deploy").path("replicas").asInt(1)));
    } catch (IOException e) {
      return NodeConfiguration.unknown(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return NodeConfiguration.unknown(interrupted("show", node).text());
    }
  }

  /** By the restart policy of its service; one that cannot be read is none. */
  @Override
  public boolean startsAgain(Node node) {
    try {
      return ComposeCommand.restarts(
          compose.rendered(false, List.of(node.name())).path("services").path(node.name()));
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public void confirmBefore(Runnable confirm) {
    this.confirmLock = confirm;
  }

  @Override
  public List<Obstacle> check(Collection<Node> nodes) {
    List<Obstacle> found = new ArrayList<>();
    Map<String, List<String>> volumes = new TreeMap<>();
    try {
      ShellCommand.ShellResult engine = compose.run(List.of("ps", "-q"));
      if (!engine.succeeded()) {
        return List.of(
            Obstacle.blocker(
                "docker compose",
                "cannot be used on " + names() + ": " + engine.tail(),
                "docker and its compose plugin, version 2, must work for this user"));
      }
      for (Node node : nodes) {
        ShellCommand.ShellResult service = compose.run(List.of("config", "--quiet", node.name()));
        if (!service.succeeded()) {
          found.add(
              Obstacle.blocker(
                  node.toString(),
                  "has no service " + node.name() + " in " + names() + ": " + service.tail(),
                  "name the service as the node's name"));
        } else {
          found.addAll(origin(node, volumes));
        }
      }
      List<String> services = nodes.stream().map(Node::name).toList();
      JsonNode rendered = compose.rendered(false, services);
      Stream.concat(
              DeploymentRules.of(ComposeWorkloads.of(rendered, nodes, volumes)).stream(),
              ComposeWorkloads.pulled(rendered, services).stream())
          .map(Obstacle::of)
          .forEach(found::add);
      nodes.forEach(node -> scaled(node, rendered).ifPresent(found::add));
    } catch (IOException e) {
      found.add(
          Obstacle.blocker(
              names(),
              "cannot be read as docker compose understands it: " + e.getMessage(),
              "docker compose config must work on it"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      found.add(Obstacle.blocker("docker compose", "the check was interrupted", "check again"));
    }
    Path folder = override.path().getParent();
    if (folder == null || !Files.isWritable(folder)) {
      found.add(
          Obstacle.blocker(
              override.path().toString(), "cannot be written by this user", "allow it"));
    }
    return List.copyOf(found);
  }

  /** A start makes as many containers as the file asks for, however many there are. */
  private static Optional<Obstacle> scaled(Node node, JsonNode rendered) {
    JsonNode service = rendered.path("services").path(node.name());
    int wanted = service.path("scale").asInt(service.path("deploy").path("replicas").asInt(1));
    return wanted == 1
        ? Optional.empty()
        : Optional.of(
            Obstacle.blocker(
                node.toString(),
                "its service %s is set to %d containers, and a start would make as many (SEVERAL_CONTAINERS)"
                    .formatted(node.name(), wanted),
                "set deploy.replicas or scale to 1, and make each container a service of its own"));
  }

  /**
   * A start creates the container again from these files, so it must have been created from them.
   *
   * @param volumes gets the folders of the container that are on volumes
   */
  private List<Obstacle> origin(Node node, Map<String, List<String>> volumes)
      throws InterruptedException {
    ComposeCommand.Origins origins = compose.origins(node.name());
    List<ComposeCommand.Origin> made = origins.containers();
    if (origins.failure().isPresent()) {
      return List.of(
          Obstacle.blocker(
              node.toString(),
              "docker could not report on its containers: " + origins.failure().get(),
              "check again"));
    }
    if (made.isEmpty() && compose.runsInSwarm(node.name())) {
      return List.of(
          Obstacle.blocker(
              node.toString(),
              "is a task of Docker Swarm, whose manager starts a task again that a command stops"
                  + " (SWARM_TASK)",
              "do not start it with compose beside that task; use the command driver, with `docker"
                  + " service scale` and `docker service update` in its commands"));
    }
    if (made.isEmpty()) {
      return List.of(
          Obstacle.blocker(
              node.toString(),
              "has no container in the project of " + names(),
              "start it, or name its project in cutover.driver"));
    }
    if (made.size() > 1) {
      return List.of(
          Obstacle.blocker(
              node.toString(),
              "has %d containers of its service %s, and a stop of one node would stop them all (SEVERAL_CONTAINERS)"
                  .formatted(made.size(), node.name()),
              "make each of them a service of its own, with its own volume and id"));
    }
    ComposeCommand.Origin one = made.get(0);
    volumes.put(node.name(), one.volumes());
    if (differs(one.files(), files)) {
      return List.of(
          Obstacle.blocker(
              node.toString(),
              "was created from " + one.files() + ", and a start would create it from " + names(),
              "name these files in this order in cutover.driver.file, as a list"));
    }
    if (differs(one.envFiles(), envFiles)) {
      return List.of(
          Obstacle.blocker(
              node.toString(),
              "was created with --env-file %s, and a start would create it with %s, so its variables would change"
                  .formatted(
                      one.envFiles(),
                      envFiles.isEmpty()
                          ? "none"
                          : envFiles.stream().map(Path::toString).collect(Collectors.joining(","))),
              "name these files in this order in cutover.driver.envFile, as a list"));
    }
    List<Obstacle> found = new ArrayList<>();
    if (!one.imageName().isEmpty() && compose.image(one).isEmpty()) {
      found.add(Obstacle.of(NextPod.notThere("service", node.name(), one.imageName())));
    }
    if (!one.hash().isEmpty() && compose.wouldChange(node.name(), one)) {
      found.add(
          Obstacle.of(
              PendingChanges.of(
                  "service",
                  node.name(),
                  "has a container created from an earlier description or image")));
    }
    return found;
  }

  /** The files of this tool's own aside, they must be the same, in the same order. */
  private boolean differs(String made, List<Path> wanted) {
    List<Path> there =
        Stream.of(made.split(","))
            .map(String::strip)
            .filter(file -> !file.isEmpty())
            .map(file -> real(Path.of(file)))
            .filter(file -> !file.equals(real(override.path())))
            .toList();
    return !there.isEmpty() && !there.equals(wanted.stream().map(ComposeDriver::real).toList());
  }

  private String names() {
    return files.stream().map(Path::toString).collect(Collectors.joining(", "));
  }

  private static Path real(Path file) {
    try {
      return file.toRealPath();
    } catch (IOException e) {
      return file.toAbsolutePath().normalize();
    }
  }

  private StepOutcome act(String action, Node node, List<String> words) {
    confirmLock.run();
    try {
      ShellCommand.ShellResult result = compose.run(words);
      if (result.succeeded()) {
        return StepOutcome.done(action + " of " + node + ": docker compose " + words.get(0));
      }
      return StepOutcome.failed(
          action
              + " of "
              + node
              + (result.timedOut() ? " did not end in time" : " ended with " + result.exitCode())
              + (result.tail().isEmpty() ? "" : ": " + result.tail()));
    } catch (InterruptedException e) {
      return interrupted(action, node);
    }
  }

  private static StepOutcome interrupted(String action, Node node) {
    Thread.currentThread().interrupt();
    return StepOutcome.failed(action + " of " + node + " was interrupted");
  }
}
