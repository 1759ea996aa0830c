package io.metamigrate.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** One {@code migrate} command as a process of its own, so that it can be killed at any moment. */
public final class MigrateCommand implements AutoCloseable {
  /** A whole window on a busy machine; the command has time limits of its own. */
  private static final Duration END = Duration.ofMinutes(25);

  private static final Duration TIMEOUT = Duration.ofMinutes(8);

  private final LabProcess process;

  private MigrateCommand(LabProcess process) {
    this.process = process;
  }

  /**
   * Starts it and returns at once.
   *
   * @param home a directory of its own, where it runs
   * @param words the command's name and arguments
   */
  public static MigrateCommand start(Path home, String... words) {
    return start(home, Map.of(), words);
  }

  /** The same with these variables in its environment. */
  public static MigrateCommand start(Path home, Map<String, String> environment, String... words) {
    List<String> command = MigrateProcess.launcher(home, 256);
    command.addAll(List.of(words));
    LabProcess process = new LabProcess(home.getFileName().toString(), home, command, environment);
    process.start();
    return new MigrateCommand(process);
  }

  /** Waits until its output has this text; fails at once when it ends without. */
  public void awaitOutput(String text) {
    process.awaitReady("reports " + text, TIMEOUT, () -> log().contains(text));
  }

  /**
   * SIGKILL, a millisecond or two after its output has this text and the condition holds.
   *
   * @throws IllegalStateException when it ends before
   */
  public void killOnce(String text, Callable<Boolean> condition) {
    Awaitility.await(process.name() + " reports " + text)
        .atMost(TIMEOUT)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .failFast(process.name() + " ended:\n" + process.log(), () -> !process.alive())
        .until(() -> log().contains(text) && condition.call());
    process.kill();
  }

  /** Waits for its end and gives the exit code. */
  public int awaitEnd() {
    try {
      Awaitility.await(process.name() + " ends").atMost(END).until(() -> !process.alive());
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(process.name() + " has not ended; its output:\n" + log(), e);
    }
    return process.exitCode();
  }

  /** What it has written so far, standard output and error together. */
  public String log() {
    try {
      return Files.readString(process.log());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public LabProcess process() {
    return process;
  }

  @Override
  public void close() {
    process.close();
  }
}
