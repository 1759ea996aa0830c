package io.metamigrate.migrator.cli;

import java.io.PrintWriter;
import java.io.Writer;
import java.util.concurrent.Callable;

/** A command that prints to a console. For one thread. */
abstract class BareCommand implements Callable<Integer> {
  private Console console =
      new Console(
          new PrintWriter(Writer.nullWriter()), new PrintWriter(Writer.nullWriter()), false);

  final void useConsole(Console to) {
    this.console = to;
  }

  final Console console() {
    return console;
  }

  @Override
  public final Integer call() {
    return execute().code();
  }

  abstract ExitCode execute();
}
