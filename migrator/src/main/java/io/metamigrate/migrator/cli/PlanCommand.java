package io.metamigrate.migrator.cli;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.plan.PlanText;
import io.metamigrate.migrator.run.Stores;
import io.metamigrate.migrator.run.Survey;
import picocli.CommandLine.Command;

/** {@code migrate plan}: reads, and says what would be done and what stands in the way. */
@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    description = "Reads both stores and says what would be done and what stands in the way.")
final class PlanCommand extends ConsoleCommand {
  @Override
  ExitCode execute() {
    Configuration configuration = options().configuration();
    try (Stores stores = Stores.open(configuration);
        Survey survey = Survey.take(stores, configuration, new ProgressLine(console()))) {
      console().progressDone();
      console().result(options().output(), PlanText.of(survey.plan()), survey.plan());
      return survey.plan().blockers().isEmpty() ? ExitCode.DONE : ExitCode.BLOCKED;
    }
  }
}
