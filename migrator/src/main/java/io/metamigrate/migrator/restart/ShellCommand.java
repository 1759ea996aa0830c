package io.metamigrate.migrator.restart;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Runs one operator's command with {@code sh -c}, in a time budget.
 *
 * <p>Standard input is empty, standard output and error are kept together as a bounded tail. Past
 * the budget the command and every process that it started are ended, by their own process ids, and
 * that is a failure. A server that a command leaves behind must be detached by it. Safe for use by
 * several threads.
 */
public final class ShellCommand {
  private static final Duration GRACE = Duration.ofSeconds(2);
  private static final Pattern FIRST_WORD = Pattern.compile("\\s*([A-Za-z0-9._/+-]+)(?=\\s|;|$)");
  private static final Duration REMAINING_OUTPUT_TIMEOUT = Duration.ofMillis(500);

  private final Duration budget;

  /**
   * @param budget how long one command may take
   */
  public ShellCommand(Duration budget) {
    if (budget.isNegative() || budget.isZero()) {
      throw new IllegalArgumentException("Time budget of a command must be positive: " + budget);
    }
    this.budget = budget;
  }

  /** What a command printed and how it ended; {@code timedOut} makes the exit code meaningless. */
  public record ShellResult(int exitCode, boolean timedOut, String tail) {
    /** Whether it ended by itself with exit code 0. */
    public boolean succeeded() {
      return !timedOut && exitCode == 0;
    }
  }

  /**
   * What would stop this text from being run: the shell does not understand it, or there is no such
   * program as its first word. Runs nothing of it.
   */
  public Optional<String> fault(String text) throws InterruptedException {
    ShellResult syntax = run(List.of("sh", "-n", "-c", text), Map.of());
    if (!syntax.succeeded()) {
      return Optional.of("the shell does not understand it: " + syntax.tail());
    }
    Matcher first = FIRST_WORD.matcher(text);
    if (!first.lookingAt()) {
      return Optional.empty();
    }
    String program = first.group(1);
    boolean found =
        program.contains("/")
            ? Files.isExecutable(Path.of(program)) && !Files.isDirectory(Path.of(program))
            : run(List.of("sh", "-c", "command -v \"$0\"", program), Map.of()).succeeded();
    return found
        ? Optional.empty()
        : Optional.of("there is no program " + program + " that could be executed");
  }

  /** Runs {@code sh -c text}; {@code environment} is added to the daemon's own. */
  public ShellResult run(String text, Map<String, String> environment) throws InterruptedException {
    return run(List.of("sh", "-c", text), environment);
  }

  /** Runs a program without a shell, under the same rules. */
  ShellResult run(List<String> words, Map<String, String> environment) throws InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process;
    try {
      process = builder.start();
      process.getOutputStream().close();
    } catch (IOException e) {
      return new ShellResult(127, false, words.get(0) + " could not be started: " + e.getMessage());
    }
    OutputTail tail = new OutputTail();
    Thread reader = new Thread(() -> drain(process, tail), "command-output-" + process.pid());
    reader.setDaemon(true);
    reader.start();
    try {
      boolean ended = process.waitFor(budget.toMillis(), TimeUnit.MILLISECONDS);
      if (!ended) {
        String output = tail.text();
        end(process);
        return new ShellResult(-1, true, output);
      }
      reader.join(REMAINING_OUTPUT_TIMEOUT.toMillis());
      return new ShellResult(process.exitValue(), false, tail.text());
    } catch (InterruptedException e) {
      end(process);
      throw e;
    }
  }

  private static void drain(Process process, OutputTail tail) {
    try (InputStream output = process.getInputStream()) {
      byte[] buffer = new byte[4096];
      for (int n = output.read(buffer); n >= 0; n = output.read(buffer)) {
        tail.append(buffer, n);
      }
    } catch (IOException e) {
      tail.append(("output lost: " + e.getMessage()).getBytes(UTF_8));
    }
  }

  /** The tree is taken before its root ends: afterwards nothing shows whose children they were. */
  private static void end(Process process) throws InterruptedException {
    List<ProcessHandle> tree =
        Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
    tree.forEach(ProcessHandle::destroy);
    process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS);
    tree.stream().filter(ProcessHandle::isAlive).forEach(ProcessHandle::destroyForcibly);
    process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS);
  }
}
