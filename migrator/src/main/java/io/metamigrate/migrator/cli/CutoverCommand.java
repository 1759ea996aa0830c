package io.metamigrate.migrator.cli;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.config.ConfigurationException;
import io.metamigrate.migrator.config.CutoverConfig.Strategy;
import io.metamigrate.migrator.config.Durations;
import io.metamigrate.migrator.config.Fault;
import io.metamigrate.migrator.control.ControlClient;
import io.metamigrate.migrator.control.NoDaemonException;
import io.metamigrate.migrator.cutover.Accepted;
import io.metamigrate.migrator.cutover.Confirmation;
import io.metamigrate.migrator.cutover.NodeAccess;
import io.metamigrate.migrator.cutover.Rehearsal;
import io.metamigrate.migrator.cutover.Window;
import io.metamigrate.migrator.cutover.WindowResult;
import io.metamigrate.migrator.restart.StepOutcome;
import io.metamigrate.migrator.run.BlockedException;
import io.metamigrate.migrator.run.Stores;
import io.metamigrate.verifier.store.ZkPath;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code migrate cutover}: the window. */
@Command(
    name = "cutover",
    mixinStandardHelpOptions = true,
    description = "Moves bookies and brokers to etcd, or resumes at the step where it stopped.")
final class CutoverCommand extends WindowCommand {
  @Option(
      names = "--dry-run",
      description = "print the steps and test what can be tested without a change")
  private boolean dryRun;

  @Option(
      names = "--scratch-copy",
      description =
          "with --dry-run: write a part of the tree to etcd below a separate prefix, time it, and"
              + " remove it again")
  private boolean scratchCopy;

  @Option(
      names = "--strategy",
      paramLabel = "rolling|stop-all",
      description = "the order of the move; overrides the file")
  private Optional<String> strategy = Optional.empty();

  @Option(
      names = "--max-outage",
      paramLabel = "TIME",
      description = "maximum outage before an automatic rollback, for example 2m")
  private Optional<String> maxOutage = Optional.empty();

  @Option(
      names = "--no-return-after",
      paramLabel = "INSTANT|TIME",
      description =
          "the latest time for the point of no return, for example 2026-11-25T23:30:00Z or 45m from"
              + " now; after it the cutover rolls back automatically")
  private Optional<String> noReturnAfter = Optional.empty();

  @Option(
      names = "--accept-foreign",
      paramLabel = "PATH",
      converter = ZkPathConverter.class,
      description =
          "replace this key on etcd, which another writer changed, with ZooKeeper's value;"
              + " repeatable")
  private List<ZkPath> acceptForeign = List.of();

  @Option(
      names = "--accept-late-write",
      paramLabel = "PATH",
      converter = ZkPathConverter.class,
      description =
          "accept the loss of what was written to ZooKeeper at this path after the fence:"
              + " a ledger, or, once a rollback was undone, this node and all below it;"
              + " repeatable")
  private List<ZkPath> acceptLateWrites = List.of();

  @Option(names = "--yes", description = "do not ask for confirmation at the point of no return")
  private boolean yes;

  @Option(
      names = "--without-zookeeper",
      description =
          "ZooKeeper is permanently lost: complete with etcd alone a cutover that has passed the"
              + " point of no return. The result names what was not checked. Refused if ZooKeeper"
              + " answers.")
  private boolean withoutZooKeeper;

  @Override
  Optional<ExitCode> executeWithoutAStore(Configuration configuration) {
    Acceptable.requireLateWrites(acceptLateWrites);
    return Optional.empty();
  }

  @Override
  ExitCode execute(Configuration configuration, Stores stores, NodeAccess access) {
    Strategy chosen = wantedStrategy().orElse(configuration.cutover().strategy());
    if (scratchCopy && !dryRun) {
      throw new ConfigurationException(
          new Fault("--scratch-copy", "", "it requires --dry-run; add --dry-run"));
    }
    if (dryRun) {
      unlocked(configuration, stores, access).requireDeclared(wantedStrategy());
      Rehearsal rehearsal =
          Rehearsal.of(
              stores,
              configuration,
              chosen,
              access.driver(),
              access.health(),
              scratchCopy,
              lostBookies());
      console().result(options().output(), rehearsal.text(), rehearsal);
      return rehearsal.obstacles().isEmpty() ? ExitCode.DONE : ExitCode.BLOCKED;
    }
    Duration outage =
        maxOutage.map(CutoverCommand::outage).orElse(configuration.cutover().times().maxOutage());
    Optional<Instant> lastMoment = noReturnAfter.map(CutoverCommand::instant);
    Window begun = unlocked(configuration, stores, access);
    begun.requireDeclared(wantedStrategy());
    if (!begun.isBegun()) {
      requireCanCutover(configuration);
    }
    WindowResult result = window(configuration, stores, access).cutover(chosen, outage, lastMoment);
    console().result(options().output(), result.text(), result);
    return ExitCode.of(result.exitCode());
  }

  /** The answer of `migrate status`; if no daemon answers, the window's own check decides. */
  private void requireCanCutover(Configuration configuration) {
    try {
      ControlClient.of(configuration)
          .status()
          .canCutover()
          .filter(can -> !can.now())
          .ifPresent(
              can -> {
                throw new BlockedException(
                    "CANNOT_CUTOVER",
                    "a cutover cannot begin: " + can.text(),
                    "wait until `migrate status` reports that it can, then run the same command");
              });
    } catch (NoDaemonException e) {
      console().info(e.fact() + "; both stores are checked to decide whether a cutover can begin");
    }
  }

  @Override
  Optional<Strategy> wantedStrategy() {
    return strategy.map(CutoverCommand::strategy);
  }

  @Override
  String name() {
    return "cutover";
  }

  @Override
  boolean withoutZooKeeper() {
    return withoutZooKeeper;
  }

  @Override
  void requireNodes(Window window) {
    window.requireNodesToBegin();
  }

  @Override
  Accepted accepted() {
    return new Accepted(new HashSet<>(acceptForeign), new HashSet<>(acceptLateWrites));
  }

  @Override
  Confirmation confirmation(String cluster) {
    return yes ? Confirmation.GIVEN : new ConsoleConfirmation(console(), cluster);
  }

  private static Strategy strategy(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "rolling" -> Strategy.ROLLING;
      case "stop-all" -> Strategy.STOP_ALL;
      default ->
          throw new TypeConversionException("--strategy is rolling or stop-all, not " + text);
    };
  }

  private static Instant instant(String text) {
    Instant now = Instant.now();
    Instant instant;
    try {
      instant = text.contains("T") ? Instant.parse(text) : now.plus(Durations.parse(text));
    } catch (DateTimeParseException | IllegalArgumentException e) {
      throw new ConfigurationException(
          new Fault(
              "--no-return-after",
              "",
              "'"
                  + text
                  + "' is neither an instant such as 2026-11-25T23:30:00Z nor a duration such as"
                  + " 45m"));
    }
    if (!instant.isAfter(now)) {
      throw new ConfigurationException(
          new Fault("--no-return-after", "", "'" + text + "' is in the past; now is " + now));
    }
    return instant;
  }

  private static Duration outage(String text) {
    Duration outage;
    try {
      outage = Durations.parse(text);
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(
          new Fault("--max-outage", "", String.valueOf(e.getMessage())));
    }
    if (outage.isZero()) {
      throw new ConfigurationException(
          new Fault("--max-outage", "", "'" + text + "' leaves no time; give more, such as 2m"));
    }
    return outage;
  }

  /** Asks once on standard input; the answer is the cluster's name. */
  private static final class ConsoleConfirmation implements Confirmation {
    private final Console console;
    private final String cluster;
    private Optional<LineReader> reader = Optional.empty();

    ConsoleConfirmation(Console console, String cluster) {
      this.console = console;
      this.cluster = cluster;
    }

    @Override
    public StepOutcome ask(String announcement) {
      if (reader.isEmpty()) {
        console.info("Type the cluster name to continue, anything else to stop: ");
        reader = Optional.of(LineReader.start());
      }
      return reader
          .get()
          .line()
          .map(
              line ->
                  line.strip().equals(cluster)
                      ? StepOutcome.done("confirmed by the operator")
                      : StepOutcome.failed("the operator did not confirm"))
          .orElseGet(() -> StepOutcome.notYet("waiting for the operator"));
    }
  }
}
