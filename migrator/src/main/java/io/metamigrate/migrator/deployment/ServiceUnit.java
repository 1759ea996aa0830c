package io.metamigrate.migrator.deployment;

import io.metamigrate.migrator.deployment.DeploymentFinding.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a host reports of the unit that runs a node, as lines {@code NAME=VALUE} of {@code systemctl
 * show} (names as in systemd's D-Bus interface), and lines {@code StartedBy=WHAT} of the operator's
 * own for what else starts or restarts it. Pure.
 */
public final class ServiceUnit {
  static final String ID = "UNIT_NOT_LOADED";

  private static final String HOST = "host";

  /** What starts the unit, by the unit's own properties and by the operator's lines. */
  private static final List<String> STARTERS = List.of("TriggeredBy", "StartedBy");

  /** Other units whose start starts it, and which a stop of it stops or fails. */
  private static final List<String> TIES =
      List.of("RequiredBy", "BoundBy", "ConsistsOf", "WantedBy");

  private static final List<String> NO_LIMIT = List.of("", "infinity", "0");

  private ServiceUnit() {}

  /**
   * The findings of one node.
   *
   * @param node by which a finding is accepted
   * @param shown what the command printed
   */
  public static List<DeploymentFinding> findings(String node, String shown) {
    Map<String, List<String>> lines = lines(shown);
    List<DeploymentFinding> found = new ArrayList<>();
    String state = first(lines, "LoadState");
    if (!state.isEmpty() && !state.equals("loaded")) {
      found.add(
          finding(
              ID,
              Level.BLOCKER,
              node,
              "its unit is " + state + ", so that no command can start it",
              "correct the unit's name, or unmask it"));
    }
    STARTERS.stream()
        .flatMap(name -> words(lines, name))
        .distinct()
        .forEach(
            starter ->
                found.add(
                    finding(
                        RestartedByOthers.ID,
                        Level.CONFIRM,
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
              Level.CONFIRM,
              node,
              "its unit is tied to "
                  + String.join(", ", ties)
                  + ": a start of that starts it, and its stop may stop that",
              "replace Requires=, BindsTo=, PartOf= and Wants= of that unit by After=, and confirm"));
    }
    String limit = first(lines, "RuntimeMaxUSec");
    if (!NO_LIMIT.contains(limit)) {
      found.add(
          finding(
              RestartedByOthers.ID,
              Level.CONFIRM,
              node,
              "systemd ends it after " + limit + " (RuntimeMaxSec)",
              "take RuntimeMaxSec out for the window, and confirm"));
    }
    if (first(lines, "NeedDaemonReload").equals("yes")) {
      found.add(
          PendingChanges.of(HOST, node, "has a unit whose file was changed after systemd read it"));
    }
    return List.copyOf(found);
  }

  private static DeploymentFinding finding(
      String id, Level level, String node, String message, String remedy) {
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
