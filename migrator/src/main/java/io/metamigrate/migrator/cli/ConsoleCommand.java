package io.metamigrate.migrator.cli;

import picocli.CommandLine.Mixin;

/** A command with the common options. */
abstract class ConsoleCommand extends BareCommand {
  @Mixin private CommonOptions options = new CommonOptions();

  final CommonOptions options() {
    return options;
  }
}
