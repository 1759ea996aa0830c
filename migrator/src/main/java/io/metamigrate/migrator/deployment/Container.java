package io.metamigrate.migrator.deployment;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One container of a workload.
 *
 * @param init whether it runs before the servers
 * @param command everything that it runs: command, arguments and the scripts that they name, a line
 *     each; empty if the image decides
 * @param environment its variables that have a value, those of ConfigMaps included
 * @param files the files that are mounted for its server
 * @param hooks what its probes and hooks run, a line each
 */
public record Container(
    String name,
    boolean init,
    String command,
    Map<String, String> environment,
    List<Mount> mounts,
    ServerFiles files,
    String hooks) {
  /** Where the images of Pulsar are unpacked; relative folders of settings are below it. */
  static final String HOME = "/pulsar";

  private static final String PREFIX = "PULSAR_PREFIX_";

  public Container {
    environment = Map.copyOf(environment);
    mounts = List.copyOf(mounts);
  }

  /** A container whose image has the configuration file. */
  Container(
      String name,
      boolean init,
      String command,
      Map<String, String> environment,
      List<Mount> mounts) {
    this(name, init, command, environment, mounts, ServerFiles.NONE, "");
  }

  /**
   * A setting that is given as a variable, with or without the images' prefix, else by a mounted
   * file.
   */
  public Optional<String> setting(String name) {
    return Optional.ofNullable(environment.get(PREFIX + name))
        .or(() -> Optional.ofNullable(environment.get(name)))
        .or(() -> Optional.ofNullable(files.settings().get(name)))
        .map(String::strip)
        .filter(value -> !value.isEmpty());
  }

  /** The variables of the server's process. */
  Map<String, String> serverVariables() {
    return EnvironmentScripts.apply(files.scripts(), environment);
  }

  Container withMounts(List<Mount> more) {
    return new Container(
        name,
        init,
        command,
        environment,
        Stream.concat(mounts.stream(), more.stream()).toList(),
        files,
        hooks);
  }

  /** The innermost volume that this folder is in. */
  Optional<Mount> mountOf(String folder) {
    return mounts.stream()
        .filter(mount -> mount.holds(folder))
        .max(Comparator.comparingInt(mount -> mount.path().length()));
  }

  /** The commands of {@link #command} one by one, with variables of the container replaced. */
  List<ShellWords> commands() {
    return ShellWords.of(command, environment);
  }

  /** Everything that it runs, with its probes and hooks. */
  String everything() {
    return command + "\n" + hooks;
  }

  /** The commands of {@link #everything} one by one. */
  List<ShellWords> allCommands() {
    return ShellWords.of(everything(), environment);
  }
}
