package io.metamigrate.migrator.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A server as a child process: its output goes to a file, and it ends with this process at the
 * latest. Ended by its own process id, never by name.
 */
final class LocalServer implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration STOP = Duration.ofSeconds(20);
  private static final Duration POLL = Duration.ofMillis(50);
  private static final int LOG_LINES = 20;

  private final String name;
  private final Path log;
  private final Process process;
  private final Thread endWithThisProcess;

  private LocalServer(String name, Path log, Process process) {
    this.name = name;
    this.log = log;
    this.process = process;
    this.endWithThisProcess = new Thread(process::destroyForcibly, "end-" + name);
    Runtime.getRuntime().addShutdownHook(endWithThisProcess);
  }

  /**
   * Starts a command and waits until it answers.
   *
   * @throws IllegalStateException if it ends or does not answer within a minute; the message holds
   *     the last lines of its output
   */
  static LocalServer start(String name, List<String> command, Path log, BooleanSupplier answers) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start();
      LocalServer server = new LocalServer(name, log, process);
      server.await(answers);
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(name + " could not be started: " + e.getMessage(), e);
    }
  }

  /** A port on loopback that was free a moment ago. */
  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException("no free port on loopback", e);
    }
  }

  long pid() {
    return process.pid();
  }

  /** Ends it as a power cut would, without any clean-up. */
  void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  @Override
  public void close() {
    process.destroy();
    if (!awaitEnd()) {
      kill();
    }
    removeHook();
  }

  private void await(BooleanSupplier answers) {
    long deadline = System.nanoTime() + START.toNanos();
    try {
      while (!answers.getAsBoolean()) {
        if (!process.isAlive() || System.nanoTime() > deadline) {
          String what =
              process.isAlive()
                  ? " did not answer within " + START.toSeconds() + " s"
                  : " ended at once";
          close();
          throw new IllegalStateException(name + what + "; its last output:\n" + lastOutput());
        }
        Thread.sleep(POLL.toMillis());
      }
    } catch (InterruptedException e) {
      close();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while " + name + " started", e);
    }
  }

  private boolean awaitEnd() {
    try {
      return process.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private String lastOutput() {
    try {
      List<String> lines = new String(Files.readAllBytes(log), UTF_8).lines().toList();
      return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
    } catch (IOException e) {
      return "(" + log + " cannot be read: " + e.getMessage() + ")";
    }
  }

  private void removeHook() {
    try {
      Runtime.getRuntime().removeShutdownHook(endWithThisProcess);
    } catch (IllegalStateException alreadyShuttingDown) {
      // then the hook has run or is about to, and finds the process gone
    }
  }
}
