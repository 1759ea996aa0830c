package io.metamigrate.migrator.cli;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * SIGTERM and Ctrl-C for a command that must not be cut off: its thread is interrupted, and the
 * process ends when the command has ended, or after a minute. A command that had finished by then
 * keeps its exit code; any other ends with the exit code of a stop by the operator.
 */
final class OnSignal {
  private static final long TIMEOUT_SECONDS = 60;

  private OnSignal() {}

  /** Runs it in this thread. */
  static ExitCode guard(Supplier<ExitCode> command) {
    Thread driver = Thread.currentThread();
    CompletableFuture<ExitCode> end = new CompletableFuture<>();
    Thread hook =
        new Thread(
            () -> {
              driver.interrupt();
              ExitCode code =
                  end.completeOnTimeout(
                          ExitCode.STOPPED_BY_OPERATOR, TIMEOUT_SECONDS, TimeUnit.SECONDS)
                      .join();
              ExitCode last = code == ExitCode.DONE ? code : ExitCode.STOPPED_BY_OPERATOR;
              Runtime.getRuntime().halt(last.code());
            },
            "stop");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      ExitCode code = command.get();
      end.complete(code);
      return code;
    } finally {
      end.complete(ExitCode.INTERNAL_ERROR);
      forget(hook);
    }
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending, and the hook sets its exit code.
    }
  }
}
