package io.metamigrate.migrator.restart;

import io.metamigrate.migrator.deployment.AnsiblePlay;
import io.metamigrate.migrator.deployment.ServiceUnit;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Restarts by the operator's own commands: ssh, systemd, ansible, anything that a shell can run.
 *
 * <p>The commands must be idempotent: after a crash an open one is run again. What they find in
 * their environment is in {@link CommandEnvironment}. A probe command ends with 0 if the node runs
 * and with 3 if it does not, as {@code systemctl is-active} does (systemctl(1), exit status);
 * without one the driver cannot know, and the action is repeated.
 *
 * <p>Safe for use by several threads if the commands may run in parallel for different nodes.
 */
final class CommandDriver implements RestartDriver {
  private static final int NOT_RUNNING = 3;
  private static final String OUTPUT = "METAMIGRATE_OUTPUT";
  private static final Logger LOG = LoggerFactory.getLogger(CommandDriver.class);

  private final CommandTemplate stop;
  private final CommandTemplate configure;
  private final CommandTemplate start;
  private final Optional<CommandTemplate> probe;
  private final Optional<CommandTemplate> show;
  private final Optional<CommandTemplate> describe;
  private final SettingsFile files;
  private final ShellCommand shell;
  private final Map<Node, Boolean> startsAgain = new ConcurrentHashMap<>();
  private volatile Runnable confirmLock = () -> {};

  /**
   * @param stop template of the command that stops a node
   * @param configure template of the command that gives a node its settings
   * @param start template of the command that starts a node
   * @param probe template of the command that checks whether a node runs, if configured
   * @param show template of the command that prints what a node starts with, if configured
   * @param describe template of the command that prints what the host knows of the node's unit, if
   *     configured
   * @param folder where the settings files go
   * @param budget how long one command may take
   */
  CommandDriver(
      String stop,
      String configure,
      String start,
      Optional<String> probe,
      Optional<String> show,
      Optional<String> describe,
      Path folder,
      Duration budget) {
    this.stop = new CommandTemplate("stop", stop);
    this.configure = new CommandTemplate("configure", configure);
    this.start = new CommandTemplate("start", start);
    this.probe = probe.map(text -> new CommandTemplate("probe", text));
    this.show = show.map(text -> new CommandTemplate("show", text));
    this.describe = describe.map(text -> new CommandTemplate("describe", text));
    this.files = new SettingsFile(folder);
    this.shell = new ShellCommand(budget);
  }

  @Override
  public StepOutcome stop(Node node) {
    return act(stop, node);
  }

  @Override
  public StepOutcome configure(Node node, Settings settings) {
    // Another process, which has the lock now, may read that file.
    confirmLock.run();
    try {
      Path file = files.write(node, settings);
      return act(
          configure,
          node,
          String.join(",", settings.remove()),
          CommandEnvironment.of("configure", node, file, settings));
    } catch (IOException e) {
      return StepOutcome.failed("settings of " + node + " could not be written: " + e);
    }
  }

  @Override
  public StepOutcome start(Node node) {
    return act(start, node);
  }

  @Override
  public StepOutcome probe(Node node, NodeState wanted) {
    if (probe.isEmpty()) {
      return StepOutcome.notYet("no probe command is configured, so " + node + " cannot be asked");
    }
    CommandTemplate template = probe.get();
    Optional<ShellCommand.ShellResult> ran =
        run(template, node, "", CommandEnvironment.of("probe", node, files.of(node)));
    if (ran.isEmpty()) {
      return interrupted(template, node);
    }
    ShellCommand.ShellResult result = ran.get();
    if (result.timedOut() || (result.exitCode() != 0 && result.exitCode() != NOT_RUNNING)) {
      return failed(template, node, result);
    }
    boolean running = result.exitCode() == 0;
    return running == (wanted == NodeState.RUNNING)
        ? StepOutcome.done(node + (running ? " runs" : " does not run"))
        : StepOutcome.notYet(node + (running ? " still runs" : " does not run yet"));
  }

  /** As the show command prints it: lines of a properties file, and {@code OPTS}. */
  @Override
  public NodeConfiguration configuration(Node node) {
    if (show.isEmpty()) {
      return NodeConfiguration.unknown("cutover.driver.show is not configured");
    }
    try {
      ShowOutput printed = printed(show.get(), node);
      return printed.failure().isPresent()
          ? NodeConfiguration.unknown(printed.failure().get())
          : read(printed.text());
    } catch (IOException | IllegalArgumentException e) {
      return NodeConfiguration.unknown("what " + node + " starts with cannot be read: " + e);
    }
  }

  /** All that a command printed, or why there is none. */
  private record ShowOutput(String text, Optional<String> failure) {}

  private ShowOutput printed(CommandTemplate template, Node node) throws IOException {
    Path output = null;
    try {
      output = Files.createTempFile("metamigrate", ".properties");
      Map<String, String> environment =
          new TreeMap<>(CommandEnvironment.of(template.name(), node, files.of(node)));
      environment.put(OUTPUT, output.toString());
      ShellCommand.ShellResult result =
          shell.run(
              "(" + template.render(placeholders(node, "")) + "\n) >\"$" + OUTPUT + "\"",
              environment);
      return result.succeeded()
          ? new ShowOutput(Files.readString(output), Optional.empty())
          : new ShowOutput("", Optional.of(failed(template, node, result).text()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new ShowOutput("", Optional.of(interrupted(template, node).text()));
    } finally {
      delete(output);
    }
  }

  private static NodeConfiguration read(String shown) throws IOException {
    Properties properties = new Properties();
    properties.load(new StringReader(shown));
    if (properties.isEmpty()) {
      return NodeConfiguration.unknown("cutover.driver.show prints no setting");
    }
    Map<String, String> settings = new TreeMap<>();
    properties
        .stringPropertyNames()
        .forEach(name -> settings.put(name, properties.getProperty(name)));
    return NodeConfiguration.of(
        settings, Map.of("what show prints", NodeConfiguration.digest(shown)), Optional.empty());
  }

  private static void delete(@Nullable Path file) {
    try {
      if (file != null) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      LOG.atWarn().addKeyValue("file", file).log("a temporary file could not be deleted");
    }
  }

  @Override
  public boolean canProbe(Node node) {
    return probe.isPresent();
  }

  /** By the policy that its host reports; an answer does not change in a move. */
  @Override
  public boolean startsAgain(Node node) {
    return Optional.ofNullable(startsAgain.get(node)).orElseGet(() -> hasPolicy(node));
  }

  private boolean hasPolicy(Node node) {
    if (describe.isEmpty()) {
      return false;
    }
    String failure;
    try {
      ShowOutput printed = printed(describe.get(), node);
      if (printed.failure().isEmpty()) {
        boolean answer = ServiceUnit.startsAgain(printed.text());
        startsAgain.put(node, answer);
        return answer;
      }
      failure = printed.failure().get();
    } catch (IOException | IllegalArgumentException e) {
      failure = e.toString();
    }
    LOG.atWarn()
        .addKeyValue("node", node)
        .addKeyValue("cause", failure)
        .log("describe failed, so the node gets the settings of one that nothing starts again");
    return false;
  }

  @Override
  public void confirmBefore(Runnable confirm) {
    this.confirmLock = confirm;
  }

  @Override
  public List<Obstacle> check(Collection<Node> nodes) {
    List<Obstacle> found = new ArrayList<>();
    templates().forEach(template -> check(template, nodes).ifPresent(found::add));
    if (probe.isEmpty()) {
      found.add(
          Obstacle.warning(
              "cutover.driver.probe",
              "there is no probe command, so after a crash the open command is simply repeated",
              "give one that ends with 0 if {id} runs and with 3 if it does not"));
    }
    found.add(
        Obstacle.warning(
            "cutover.driver",
            "the command driver reads nothing of the deployment: volumes, set-up commands, proxies"
                + " (DEPLOYMENT_NOT_READ)",
            "go through runbooks/deployments.md yourself"
                + (describe.isEmpty()
                    ? "; with cutover.driver.describe the rehearsal reads units, timers and cron"
                    : "")));
    if (show.isEmpty()) {
      found.add(
          Obstacle.warning(
              "cutover.driver.show",
              "there is no show command, so a configure command that did nothing is noticed only"
                  + " when its node has come up on the wrong store",
              "give one that prints the file that the server of {id} reads"));
    }
    templates().forEach(template -> found.addAll(plays(template)));
    if (found.stream().noneMatch(one -> one.blocks() && one.acceptAs().isEmpty())) {
      nodes.forEach(node -> found.addAll(described(node)));
    }
    return List.copyOf(found);
  }

  private Stream<CommandTemplate> templates() {
    return Stream.of(
            Stream.of(stop, configure, start), probe.stream(), show.stream(), describe.stream())
        .flatMap(templates -> templates);
  }

  private static List<Obstacle> plays(CommandTemplate template) {
    return PlayFiles.of(template.text()).entrySet().stream()
        .flatMap(
            play ->
                AnsiblePlay.findings(
                    template.name(), template.text(), play.getKey(), play.getValue())
                    .stream())
        .map(Obstacle::of)
        .toList();
  }

  private List<Obstacle> described(Node node) {
    if (describe.isEmpty()) {
      return List.of();
    }
    try {
      ShowOutput printed = printed(describe.get(), node);
      return printed.failure().isPresent()
          ? List.of(
              Obstacle.blocker(
                  node.toString(), printed.failure().get(), "correct cutover.driver.describe"))
          : ServiceUnit.findings(
                  node.id(),
                  KubernetesRehearsal.role(node.component()),
                  printed.text(),
                  configuration(node).settings())
              .stream()
              .map(Obstacle::of)
              .toList();
    } catch (IOException e) {
      return List.of(
          Obstacle.blocker(
              node.toString(), "what its host reports cannot be read: " + e, "check again"));
    }
  }

  private Optional<Obstacle> check(CommandTemplate template, Collection<Node> nodes) {
    String subject = "cutover.driver." + template.name();
    Optional<String> unknown = template.unknownPlaceholder();
    if (unknown.isPresent()) {
      return Optional.of(Obstacle.blocker(subject, unknown.get(), "correct the template"));
    }
    for (Node node : nodes) {
      try {
        String text = template.render(placeholders(node, "metadataStoreUrl"));
        Optional<String> fault = shell.fault(text);
        if (fault.isPresent()) {
          return Optional.of(
              Obstacle.blocker(subject, "for " + node + " " + fault.get(), "correct the template"));
        }
      } catch (IllegalArgumentException e) {
        return Optional.of(
            Obstacle.blocker(subject, String.valueOf(e.getMessage()), "move the state folder"));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return Optional.of(Obstacle.blocker(subject, "the check was interrupted", "check again"));
      }
    }
    return Optional.empty();
  }

  private StepOutcome act(CommandTemplate template, Node node) {
    return act(template, node, "", CommandEnvironment.of(template.name(), node, files.of(node)));
  }

  private StepOutcome act(
      CommandTemplate template, Node node, String remove, Map<String, String> environment) {
    confirmLock.run();
    Optional<ShellCommand.ShellResult> ran = run(template, node, remove, environment);
    if (ran.isEmpty()) {
      return interrupted(template, node);
    }
    return ran.get().succeeded()
        ? StepOutcome.done(template.name() + " of " + node + " ended with exit code 0")
        : failed(template, node, ran.get());
  }

  /** Empty when this thread was interrupted meanwhile; the interruption stays set. */
  private Optional<ShellCommand.ShellResult> run(
      CommandTemplate template, Node node, String remove, Map<String, String> environment) {
    try {
      return Optional.of(shell.run(template.render(placeholders(node, remove)), environment));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(new ShellCommand.ShellResult(2, false, String.valueOf(e.getMessage())));
    }
  }

  private Map<String, String> placeholders(Node node, String remove) {
    Map<String, String> values = new HashMap<>();
    values.put("id", node.id());
    values.put("host", node.name());
    values.put("port", node.port().orElse(""));
    values.put("component", node.component().label());
    values.put("settings", files.of(node).toString());
    values.put("remove", remove);
    return values;
  }

  private static StepOutcome interrupted(CommandTemplate template, Node node) {
    return StepOutcome.failed(template.name() + " of " + node + " was interrupted and ended");
  }

  private static StepOutcome failed(
      CommandTemplate template, Node node, ShellCommand.ShellResult result) {
    String ending = result.timedOut() ? "did not end in time" : "ended with " + result.exitCode();
    String output = result.tail().isEmpty() ? " and printed nothing" : ": " + result.tail();
    return StepOutcome.failed(template.name() + " of " + node + " " + ending + output);
  }
}
