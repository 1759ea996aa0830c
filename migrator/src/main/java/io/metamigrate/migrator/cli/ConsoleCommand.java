package io.metamigrate.migrator.cli;

import java.io.PrintWriter;
import java.io.Writer;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;

/** A command with the common options and a console; {@code call} reads as its story. */
abstract class ConsoleCommand implements Callable<Integer> {
  @Mixin private CommonOptions options = new CommonOptions();

  private Console console =
      new Console(
          new PrintWriter(Writer.nullWriter()), new PrintWriter(Writer.nullWriter()), false);

  final void useConsole(Console to) {
    this.console = to;
  }

  final Console console() {
    return console;
  }

  final CommonOptions options() {
    return options;
  }

  @Override
  public final Integer call() {
    return execute().code();
  }

  abstract ExitCode execute();
}
