package io.metamigrate.migrator.cli;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.cutover.ComponentOnEtcd;
import io.metamigrate.migrator.plan.Plan;
import io.metamigrate.migrator.plan.PlanText;
import io.metamigrate.migrator.plan.SavedPlan;
import io.metamigrate.migrator.run.ForeignChanges;
import io.metamigrate.migrator.run.StoreIdentity;
import io.metamigrate.migrator.run.Stores;
import io.metamigrate.migrator.run.Survey;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code migrate plan}: reads, and reports what would be done and every blocker. */
@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    description =
        "Reads both stores and reports what a run would do, with every blocker and its remedy.")
final class PlanCommand extends ConsoleCommand {
  @Option(
      names = "--save",
      paramLabel = "FILE",
      description = "write the plan to a file for `migrate run --plan FILE`")
  private Optional<Path> save = Optional.empty();

  @Option(
      names = "--accept",
      paramLabel = "ID",
      description = "accept this blocker, and record it in the saved plan; repeatable")
  private List<String> accepted = List.of();

  @Option(
      names = "--measure",
      description =
          "measure for a few seconds how fast etcd takes writes, below the key"
              + " metamigrate/measure/")
  private boolean measure;

  @Override
  ExitCode execute() {
    Acceptable.requireFindings(accepted);
    Configuration configuration = options().configuration();
    save.ifPresent(file -> FileFault.checkWritable(file, "the plan"));
    ProgressLine progress = new ProgressLine(console());
    Set<String> accepting = new HashSet<>(accepted);
    try (Stores stores = Stores.open(configuration, StoreIdentity.of(configuration, accepting));
        Survey survey =
            measure
                ? Survey.measured(stores, configuration, progress)
                : Survey.take(stores, configuration, progress)) {
      Plan plan = survey.plan().with(ForeignChanges.in(stores, configuration, survey));
      console().progressDone();
      save.ifPresent(file -> PlanFile.write(file, saved(survey, plan, accepting)));
      List<ComponentOnEtcd> settings = ComponentOnEtcd.all(configuration);
      console()
          .result(
              options().output(),
              PlanText.of(
                  plan, accepting, settings.stream().map(ComponentOnEtcd::toString).toList()),
              new PlanDocument(plan, settings));
      return plan.blockersWithout(accepting).isEmpty() ? ExitCode.DONE : ExitCode.BLOCKED;
    }
  }

  /** The plan, with what each kind of component is given. */
  private record PlanDocument(@JsonUnwrapped Plan plan, List<ComponentOnEtcd> settings) {}

  private static SavedPlan saved(Survey survey, Plan plan, Set<String> accepted) {
    return SavedPlan.of(
        survey.facts(),
        plan,
        VersionProvider.version(),
        accepted,
        Instant.now().truncatedTo(ChronoUnit.SECONDS));
  }
}
