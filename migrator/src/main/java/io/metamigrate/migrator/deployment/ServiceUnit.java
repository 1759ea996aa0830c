package io.metamigrate.migrator.deployment;

import io.metamigrate.migrator.deployment.DeploymentFinding.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a host reports of the unit that runs a node, as lines {@code NAME=VALUE} of {@code systemctl
 * show} (names as in systemd's D-Bus interface). The operator's command adds lines {@code
 * StartedBy=WHAT} for what else starts or restarts it, {@code Script=LINE} for each line of the
 * scripts that it runs, {@code Environment=NAME=VALUE} for variables of its environment files,
 * {@code EnvironmentScript=LINE} for lines of {@link EnvironmentScripts}, and {@code
 * Configures=FILE} for the file that {@code configure} writes. Pure.
 */
public final class ServiceUnit {
  static final String ID = "UNIT_NOT_LOADED";

  /** The kind of a host's unit. */
  static final String HOST = "host";

  /** What starts the unit, by the unit's own properties and by the operator's lines. */
  private static final List<String> STARTERS =
      List.of("TriggeredBy", "UpheldBy", "OnFailureOf", "OnSuccessOf", "StartedBy");

  /** Other units whose start starts it, and which a stop of it stops or fails. */
  private static final List<String> TIES =
      List.of("RequiredBy", "BoundBy", "ConsistsOf", "WantedBy");

  private static final List<String> REFUSALS = List.of("RefuseManualStop", "RefuseManualStart");

  /** Its commands, in the order in which they run. */
  private static final List<String> COMMANDS =
      List.of(
          "ExecStartPre",
          "ExecStart",
          "ExecStartPost",
          "ExecStop",
          "ExecStopPost",
          "ExecCondition");

  private static final String SCRIPT = "Script";

  private static final Pattern WORDS = Pattern.compile("argv\\[\\]=(.*?) ; [a-z_]+=");

  /** A variable as systemd prints it, with quotes if its value has spaces. */
  private static final Pattern VARIABLE = Pattern.compile("\"([^\"]*)\"|(\\S+)");

  /** Rules that examine commands only. */
  private static final List<DeploymentRule> RULES =
      List.of(
          new StoreFormatForced(),
          new SetUpCommand(),
          new AsksZooKeeperAtStart(),
          new SettingsOverridden());

  /** Values of {@code Restart=} that count for a server that ends by itself. */
  private static final List<String> STARTS_AGAIN = List.of("always", "on-failure");

  private static final List<String> NO_LIMIT = List.of("", "infinity", "0");

  private ServiceUnit() {}

  /**
   * The findings of one node.
   *
   * @param node by which a finding is accepted
   * @param role what the unit runs
   * @param shown what the command printed
   * @param settings what its server's file has; empty if that is not known
   */
  public static List<DeploymentFinding> findings(
      String node, Role role, String shown, Map<String, String> settings) {
    Map<String, List<String>> lines = lines(shown);
    List<DeploymentFinding> found = new ArrayList<>();
    String state = first(lines, "LoadState");
    if (!state.isEmpty() && !state.equals("loaded")) {
      found.add(
          finding(
              ID,
              Severity.BLOCKER,
              node,
              "its unit is " + state + ", so that no command can start it",
              "correct the unit's name, or unmask it"));
    }
    if (first(lines, "Transient").equals("yes")) {
      found.add(
          finding(
              ID,
              Severity.BLOCKER,
              node,
              "its unit is transient (systemd-run): it is gone once it is stopped",
              "make a unit file for it, and start it from that"));
    }
    REFUSALS.stream()
        .filter(name -> first(lines, name).equals("yes"))
        .forEach(
            name ->
                found.add(
                    finding(
                        ID,
                        Severity.BLOCKER,
                        node,
                        "its unit has %s=yes, so that systemctl refuses to %s it"
                            .formatted(name, name.endsWith("Stop") ? "stop" : "start"),
                        "set it to no by a drop-in")));
    STARTERS.stream()
        .flatMap(name -> words(lines, name))
        .distinct()
        .forEach(
            starter ->
                found.add(
                    finding(
                        RestartedByOthers.ID,
                        Severity.CONFIRM,
                        node,
                        "it may be started or restarted by " + starter,
                        "stop or disable that for the window, and confirm")));
    List<String> ties =
        TIES.stream()
            .flatMap(name -> words(lines, name))
            .filter(unit -> !unit.endsWith(".target"))
            .distinct()
            .toList();
    if (!ties.isEmpty()) {
      found.add(
          finding(
              RestartedByOthers.ID,
              Severity.CONFIRM,
              node,
              "its unit is tied to "
                  + String.join(", ", ties)
                  + ": starting that one starts this unit, and stopping this unit may stop that"
                  + " one",
              "replace Requires=, BindsTo=, PartOf= and Wants= of that unit by After=, and"
                  + " confirm"));
    }
    String limit = first(lines, "RuntimeMaxUSec");
    if (!NO_LIMIT.contains(limit)) {
      found.add(
          finding(
              RestartedByOthers.ID,
              Severity.CONFIRM,
              node,
              "systemd ends it after " + limit + " (RuntimeMaxSec)",
              "remove RuntimeMaxSec for the window, and confirm"));
    }
    if (first(lines, "NeedDaemonReload").equals("yes")) {
      found.add(
          PendingChanges.of(HOST, node, "has a unit whose file was changed after systemd read it"));
    }
    Workload unit = unit(node, role, lines, settings);
    RULES.forEach(rule -> found.addAll(rule.findings(unit)));
    if (unit.server().filter(server -> !BookieDataVolatile.folders(server).isEmpty()).isPresent()) {
      found.addAll(new BookieDataVolatile().findings(unit));
    }
    readsAnotherFile(node, unit, first(lines, "Configures")).ifPresent(found::add);
    return List.copyOf(found);
  }

  /** A file that the unit names; that of the folder of installation is not known here. */
  private static Optional<DeploymentFinding> readsAnotherFile(
      String node, Workload unit, String configured) {
    if (!configured.isEmpty() && unit.server().filter(ConfigurationFile::isNotKnown).isPresent()) {
      return Optional.of(
          finding(
              VariablesNotRead.ID,
              Severity.CONFIRM,
              node,
              VariablesNotRead.FILE_NOT_KNOWN,
              VariablesNotRead.FILE_NOT_KNOWN_REMEDY));
    }
    return unit.server()
        .flatMap(server -> ConfigurationFile.path(server.command(), server.serverVariables()))
        .filter(read -> !configured.isEmpty() && !read.startsWith(Container.HOME))
        .filter(read -> !read.equals(configured))
        .map(
            read ->
                finding(
                    VariablesNotRead.ID,
                    Severity.CONFIRM,
                    node,
                    "its server reads %s, and `configure` writes %s".formatted(read, configured),
                    "have `configure` and `show` use the file that the server reads; confirm if"
                        + " both names lead to one file"));
  }

  /**
   * Whether systemd starts the unit again when its process ends with a failure (systemd.service(5),
   * {@code Restart=}).
   */
  public static boolean startsAgain(String shown) {
    return STARTS_AGAIN.contains(first(lines(shown), "Restart"));
  }

  /** The unit's commands and scripts as containers, each with the name of its property. */
  private static Workload unit(
      String node, Role role, Map<String, List<String>> lines, Map<String, String> settings) {
    Map<String, String> environment = environment(lines);
    List<Mount> mounts = mounts(lines);
    ServerFiles files =
        new ServerFiles(
            settings, String.join("\n", lines.getOrDefault("EnvironmentScript", List.of())));
    List<Container> commands = new ArrayList<>();
    for (String name : COMMANDS) {
      lines.getOrDefault(name, List.of()).stream()
          .flatMap(value -> WORDS.matcher(value).results())
          .map(
              found ->
                  new Container(
                      name,
                      !name.equals("ExecStart"),
                      found.group(1),
                      environment,
                      mounts,
                      files,
                      ""))
          .forEach(commands::add);
    }
    if (lines.containsKey(SCRIPT)) {
      String script = String.join("\n", lines.getOrDefault(SCRIPT, List.of()));
      commands.add(new Container(SCRIPT, true, script, environment, mounts, files, ""));
    }
    return new Workload(
        HOST, node, role, commands, List.of(), Map.of(), Workload.Scaling.one(), List.of());
  }

  /** The last value counts, as that of a file does. */
  private static Map<String, String> environment(Map<String, List<String>> lines) {
    Map<String, String> variables = new TreeMap<>();
    lines.getOrDefault("Environment", List.of()).stream()
        .flatMap(value -> VARIABLE.matcher(value).results())
        .map(found -> found.group(1) == null ? found.group(2) : found.group(1))
        .map(variable -> variable.split("=", 2))
        .filter(pair -> pair.length == 2)
        .forEach(pair -> variables.put(pair[0], pair[1]));
    return variables;
  }

  /**
   * Its host's disks, and the folders that systemd empties when it stops the unit (systemd.exec(5),
   * {@code RuntimeDirectory=}).
   */
  private static List<Mount> mounts(Map<String, List<String>> lines) {
    List<Mount> mounts = new ArrayList<>();
    mounts.add(new Mount("/", Mount.Storage.KEPT, "its host"));
    if (!List.of("", "no").contains(first(lines, "PrivateTmp"))) {
      Stream.of("/tmp", "/var/tmp")
          .map(folder -> new Mount(folder, Mount.Storage.LOST, "PrivateTmp= of its unit"))
          .forEach(mounts::add);
    }
    if (!List.of("yes", "restart").contains(first(lines, "RuntimeDirectoryPreserve"))) {
      words(lines, "RuntimeDirectory")
          .map(
              name ->
                  new Mount("/run/" + name, Mount.Storage.LOST, "RuntimeDirectory= of its unit"))
          .forEach(mounts::add);
    }
    words(lines, "TemporaryFileSystem")
        .map(text -> text.split(":", 2)[0])
        .map(path -> new Mount(path, Mount.Storage.LOST, "TemporaryFileSystem= of its unit"))
        .forEach(mounts::add);
    return mounts;
  }

  private static DeploymentFinding finding(
      String id, Severity level, String node, String message, String remedy) {
    return new DeploymentFinding(id, level, HOST + " " + node, message, remedy, node);
  }

  private static String first(Map<String, List<String>> lines, String name) {
    return lines.getOrDefault(name, List.of()).stream().findFirst().orElse("");
  }

  /** An operator's line is one thing; systemd puts several units into one line. */
  private static Stream<String> words(Map<String, List<String>> lines, String name) {
    return lines.getOrDefault(name, List.of()).stream()
        .flatMap(
            value -> name.equals("StartedBy") ? Stream.of(value) : Stream.of(value.split("\\s+")))
        .filter(word -> !word.isBlank());
  }

  private static Map<String, List<String>> lines(String shown) {
    Map<String, List<String>> lines = new TreeMap<>();
    shown
        .lines()
        .map(line -> line.split("=", 2))
        .filter(pair -> pair.length == 2)
        .forEach(
            pair ->
                lines
                    .computeIfAbsent(pair[0].strip(), name -> new ArrayList<>())
                    .add(pair[1].strip()));
    return lines;
  }
}
