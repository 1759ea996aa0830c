package io.metamigrate.migrator.deployment;

import io.metamigrate.migrator.deployment.DeploymentFinding.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a play of Ansible would do that a command of the driver must not: restart or start servers,
 * work on other hosts than the node's, or format a store. For one thread.
 */
public final class AnsiblePlay {
  private static final Set<String> SERVICES =
      Set.of("service", "systemd", "systemd_service", "sysvinit", "runit", "supervisorctl");

  /** Modules that start what they describe unless another state is given. */
  private static final Set<String> CONTAINERS =
      Set.of("docker_container", "docker_compose", "docker_compose_v2", "podman_container");

  private static final String REBOOT = "reboot";
  private static final Set<String> COMMANDS = Set.of("command", "shell", "raw", "script");
  private static final String STARTED = "started";
  private static final String RESTARTED = "restarted";
  private static final Pattern MODULE = Pattern.compile("(?:\\w+\\.\\w+\\.)?(\\w+)");
  private static final Pattern STATE = Pattern.compile("\\bstate=(\\w+)");
  private static final Pattern STARTS =
      Pattern.compile(
          "\\b(?:systemctl|service|pulsar-daemon|bookkeeper-daemon\\.sh)\\b.*?\\b(restart|start)\\b");
  private static final Pattern SKIPPED = Pattern.compile("--skip-tags[= ]+[\"']?([\\w,-]+)");
  private static final Pattern ITS_NODE =
      Pattern.compile("\\{(?:host|id)}|METAMIGRATE_(?:HOST|ID)\\b");

  /** Rules that look at commands only. */
  private static final List<DeploymentRule> RULES =
      List.of(new StoreFormatForced(), new SetUpCommand());

  private final String action;
  private final String play;
  private final Set<String> skipped;
  private final List<DeploymentFinding> found = new ArrayList<>();
  private final List<Container> commands = new ArrayList<>();

  private AnsiblePlay(String action, String command, String play) {
    this.action = action;
    this.play = play;
    Matcher given = SKIPPED.matcher(command);
    this.skipped = given.find() ? Set.copyOf(List.of(given.group(1).split(",", -1))) : Set.of();
  }

  /**
   * The findings of one play.
   *
   * @param action which command of the driver runs it, such as {@code configure}
   * @param command the operator's
   * @param play its file, as the command names it
   * @param documents what it consists of: lists, maps and texts
   */
  public static List<DeploymentFinding> findings(
      String action, String command, String play, List<Object> documents) {
    AnsiblePlay read = new AnsiblePlay(action, command, play);
    if (!ITS_NODE.matcher(command + documents).find()) {
      read.add(
          "runs %s on every host of its inventory, with `serial` one after the other, and not on"
              + " the node's alone",
          "add `-l {host}` to the command, or name the host in the play by METAMIGRATE_HOST");
    }
    documents.forEach(read::scan);
    Workload all =
        new Workload(
            "play",
            play,
            Role.OTHER,
            read.commands,
            List.of(),
            Map.of(),
            Workload.Scaling.one(),
            List.of());
    RULES.forEach(rule -> read.found.addAll(rule.findings(all)));
    return List.copyOf(read.found);
  }

  private void add(String message, String remedy) {
    found.add(
        new DeploymentFinding(
            RestartedByOthers.ID,
            Severity.CONFIRM,
            "cutover.driver." + action,
            message.formatted(play),
            remedy,
            play));
  }

  private void scan(Object part) {
    if (part instanceof List<?> list) {
      list.forEach(this::scan);
    } else if (part instanceof Map<?, ?> task && !isSkipped(task)) {
      task.forEach(
          (key, value) -> {
            Matcher module = MODULE.matcher(String.valueOf(key));
            String name = module.matches() ? module.group(1) : "";
            if (SERVICES.contains(name)) {
              stateOf(value).ifPresent(state -> state(task, state));
            } else if (CONTAINERS.contains(name)) {
              state(task, stateOf(value).orElse(STARTED).replace("present", STARTED));
            } else if (name.equals(REBOOT) && (value == null || value instanceof Map)) {
              state(task, RESTARTED);
            } else if (COMMANDS.contains(name)) {
              command(task, value);
            } else {
              scan(value);
            }
          });
    }
  }

  private boolean isSkipped(Map<?, ?> task) {
    Object tags = task.get("tags");
    return (tags instanceof List<?> list
            ? list.stream()
            : Stream.of(String.valueOf(tags).split(",", -1)))
        .anyMatch(tag -> skipped.contains(String.valueOf(tag).strip()));
  }

  private static Optional<String> stateOf(Object arguments) {
    Matcher given = STATE.matcher(String.valueOf(arguments));
    return arguments instanceof Map<?, ?> map
        ? Optional.ofNullable(map.get("state")).map(String::valueOf)
        : Optional.of(given).filter(Matcher::find).map(one -> one.group(1));
  }

  private void command(Map<?, ?> task, Object arguments) {
    String text =
        arguments instanceof Map<?, ?> map
            ? Stream.of("cmd", "argv", "_raw_params")
                .map(map::get)
                .map(one -> one instanceof List<?> list ? words(list) : one == null ? "" : one)
                .map(String::valueOf)
                .collect(Collectors.joining(" "))
                .strip()
            : String.valueOf(arguments);
    commands.add(new Container(title(task), true, text, Map.of(), List.of()));
    Matcher starts = STARTS.matcher(text);
    if (starts.find()) {
      state(task, starts.group(1) + "ed");
    }
  }

  private static String words(List<?> argv) {
    return argv.stream().map(String::valueOf).collect(Collectors.joining(" "));
  }

  private void state(Map<?, ?> task, String state) {
    if (state.equals(RESTARTED) || (state.equals(STARTED) && !action.equals("start"))) {
      add(
          "runs %s, whose "
              + title(task)
              + (state.equals(RESTARTED) ? " restarts" : " starts")
              + " a server",
          "remove it, or leave it out by `--skip-tags`; in the window only `start` starts servers,"
              + " one that does not run");
    }
  }

  private static String title(Map<?, ?> task) {
    Object name = task.get("name");
    return name == null ? "task" : "task \"" + String.valueOf(name).replace("%", "%%") + "\"";
  }
}
