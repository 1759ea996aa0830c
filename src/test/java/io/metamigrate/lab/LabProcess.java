package io.metamigrate.lab;

import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One server process with a directory of its own: {@code pid} and {@code log} live there.
 *
 * <p>The process is known by its pid file, so a server that a script restarted (see {@link
 * #script()}) is the same node. A pid counts only while {@code /proc} shows that its command line
 * names this directory: no signal ever reaches another process that got the number later. Whatever
 * is still running when the JVM ends is killed. Linux only.
 */
public final class LabProcess implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofMinutes(3);
  private static final Duration GRACE = Duration.ofMinutes(1);
  private static final Set<LabProcess> started = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> started.forEach(LabProcess::killAtTheEnd), "lab-kills-what-is-left"));
  }

  private final String name;
  private final Path directory;
  private final List<String> command;
  private final Map<String, String> environment;
  private Optional<Process> last = Optional.empty();

  /** The command line has to name {@code directory} somewhere; it is checked. */
  public LabProcess(
      String name, Path directory, List<String> command, Map<String, String> environment) {
    if (command.stream().noneMatch(word -> word.contains(directory.toString()))) {
      throw new IllegalArgumentException(name + ": command does not name " + directory);
    }
    this.name = name;
    this.directory = directory;
    this.command = List.copyOf(command);
    this.environment = Map.copyOf(environment);
  }

  /** The directory, and the pid file with it, may be gone already. */
  private void killAtTheEnd() {
    kill();
    last.ifPresent(Process::destroyForcibly);
  }

  public String name() {
    return name;
  }

  /** Standard output and standard error of every start, in order. */
  public Path log() {
    return directory.resolve("log");
  }

  /** Starts it and returns at once; a node that already runs is left alone. */
  public void start() {
    if (alive()) {
      return;
    }
    started.add(this);
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true);
    builder.redirectInput(new File("/dev/null"));
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
    try {
      Files.createDirectories(directory);
      Process process = builder.start();
      last = Optional.of(process);
      Files.writeString(pidFile(), Long.toString(process.pid()));
    } catch (IOException e) {
      throw new UncheckedIOException(name + " did not start: " + String.join(" ", command), e);
    }
  }

  /** SIGTERM, then waits until it is gone. Fails, having killed it, after one minute. */
  public void stop() {
    if (pid().isEmpty()) {
      return;
    }
    signal("TERM");
    try {
      await(name + " stops").atMost(GRACE).until(() -> !alive());
    } catch (RuntimeException e) {
      kill();
      throw new IllegalStateException(name + " ignored SIGTERM for " + GRACE + tail(), e);
    }
  }

  /** SIGKILL, then waits until it is gone. */
  public void kill() {
    OptionalLong pid = pid();
    if (pid.isPresent()) {
      // without a detour by a process of its own: a test may count on the moment
      ProcessHandle.of(pid.getAsLong()).ifPresent(ProcessHandle::destroyForcibly);
      await(name + " is gone").atMost(GRACE).until(() -> !alive());
    }
  }

  /** The exit code of the process started last; waits for its end, for a minute at most. */
  public int exitCode() {
    Process process = last.orElseThrow();
    await(name + " ends").atMost(GRACE).until(() -> !process.isAlive());
    return process.exitValue();
  }

  /** SIGSTOP: keeps its connections and answers nothing. */
  public void freeze() {
    signal("STOP");
  }

  /** SIGCONT. */
  public void thaw() {
    signal("CONT");
  }

  /** Whether a process of this node exists, frozen ones included. */
  public boolean alive() {
    return pid().isPresent();
  }

  /** The running process, if there is one. */
  public OptionalLong pid() {
    try {
      long pid = Long.parseLong(Files.readString(pidFile()).strip());
      Path proc = Path.of("/proc", Long.toString(pid));
      // a zombie, which nobody may reap where the starter is gone, has an empty command line
      String line =
          Files.readString(proc.resolve("cmdline"), StandardCharsets.ISO_8859_1).replace('\0', ' ');
      return line.contains(directory.toString()) ? OptionalLong.of(pid) : OptionalLong.empty();
    } catch (IOException | NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  /**
   * Waits for a condition; fails at once, with the end of the log, when the process ends meanwhile,
   * and after three minutes in any case.
   */
  void awaitReady(String what, Callable<Boolean> ready) {
    awaitReady(what, TIMEOUT, ready);
  }

  /** The same with a timeout of its own. */
  void awaitReady(String what, Duration timeout, Callable<Boolean> ready) {
    try {
      await(name + " " + what)
          .atMost(timeout)
          .pollInterval(Duration.ofMillis(100))
          .ignoreExceptions()
          .failFast(name + " ended", () -> !alive())
          .until(ready);
    } catch (RuntimeException e) {
      throw new IllegalStateException(name + " did not get ready: " + what + tail(), e);
    }
  }

  /**
   * A shell script for those who drive nodes from outside: {@code start} (returns at once), {@code
   * stop} (SIGTERM and wait), {@code kill}, {@code running} (exit code 0 or 1).
   */
  public Path script() {
    Path script = directory.resolve("node");
    StringBuilder text = new StringBuilder("#!/bin/sh\ncd '" + directory + "' || exit 2\n");
    text.append("running() { [ -s pid ] && tr '\\0' ' ' 2>/dev/null <\"/proc/$(cat pid)/cmdline\"");
    text.append(" | grep -qF '").append(directory).append("'; }\n");
    text.append("gone() { while running; do sleep 0.02; done; }\n");
    text.append("case \"$1\" in\n");
    text.append("start) running && exit 0\n");
    environment.forEach(
        (key, value) -> text.append("  export " + key + "=" + quoted(value) + "\n"));
    text.append("  setsid ")
        .append(String.join(" ", command.stream().map(LabProcess::quoted).toList()));
    text.append(" </dev/null >>log 2>&1 &\n  echo $! >pid;;\n");
    text.append("stop) running || exit 0; kill \"$(cat pid)\"; gone;;\n");
    text.append("kill) running || exit 0; kill -9 \"$(cat pid)\"; gone;;\n");
    text.append("running) running;;\n");
    text.append("*) echo \"usage: $0 start|stop|kill|running\" >&2; exit 2;;\nesac\n");
    try {
      Files.writeString(script, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (!script.toFile().setExecutable(true)) {
      throw new IllegalStateException(script + " cannot be made executable");
    }
    started.add(this);
    return script;
  }

  /** Thaws nothing, asks nothing: whatever runs is killed. */
  @Override
  public void close() {
    kill();
    started.remove(this);
  }

  private static String quoted(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }

  private Path pidFile() {
    return directory.resolve("pid");
  }

  private void signal(String signal) {
    OptionalLong pid = pid();
    if (pid.isEmpty()) {
      throw new IllegalStateException(name + " does not run: SIG" + signal + " not sent");
    }
    try {
      new ProcessBuilder("kill", "-" + signal, Long.toString(pid.getAsLong()))
          .redirectErrorStream(true)
          .start()
          .waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while signalling " + name, e);
    }
  }

  private String tail() {
    try {
      List<String> lines = Files.readAllLines(log(), StandardCharsets.UTF_8);
      List<String> last = lines.subList(Math.max(0, lines.size() - 40), lines.size());
      return "\n" + log() + " ends with:\n" + String.join("\n", last);
    } catch (IOException e) {
      return "\n" + log() + " cannot be read: " + e;
    }
  }
}
