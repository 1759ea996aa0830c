package io.metamigrate.migrator.cli;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.config.ControlConfig;
import io.metamigrate.migrator.config.HostPort;
import io.metamigrate.migrator.control.ControlSecurity;
import io.metamigrate.migrator.control.StatusLog;
import io.metamigrate.migrator.phase.StoreCheck;
import io.metamigrate.migrator.plan.PlanContract;
import io.metamigrate.migrator.plan.PlanText;
import io.metamigrate.migrator.run.Daemon;
import io.metamigrate.migrator.run.OneShot;
import io.metamigrate.migrator.run.RunOptions;
import io.metamigrate.migrator.run.RunResult;
import io.metamigrate.migrator.run.StoreIdentity;
import io.metamigrate.migrator.run.Stores;
import io.metamigrate.verifier.report.ReportText;
import io.metamigrate.verifier.store.ZkPath;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code migrate run}: copies, and reports whether the copy is complete. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = "Copies the metadata to etcd, follows every change, and verifies continuously.")
final class RunCommand extends ConsoleCommand {
  private static final long STOP_SECONDS = 5;

  @Option(names = "--once", description = "copy, verify and exit; for a stopped cluster")
  private boolean once;

  @Option(names = "--dry-run", description = "write nothing; report what would be written")
  private boolean dryRun;

  @Option(
      names = "--rehearsal",
      description =
          "with --once, copy although brokers are running; no broker may start on that copy")
  private boolean rehearsal;

  @Option(
      names = "--accept",
      paramLabel = "ID",
      description = "continue despite this blocker; repeatable")
  private List<String> accepted = List.of();

  @Option(
      names = "--plan",
      paramLabel = "FILE",
      description = "a plan saved by `migrate plan --save`; refused if it no longer applies")
  private Optional<Path> plan = Optional.empty();

  @Option(
      names = "--accept-foreign",
      paramLabel = "PATH",
      converter = ZkPathConverter.class,
      description = "continue although another writer changed this key on etcd; repeatable")
  private List<ZkPath> acceptForeign = List.of();

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      converter = HostPortConverter.class,
      description = "the address of the control interface (default: 127.0.0.1:8300)")
  private Optional<HostPort> listen = Optional.empty();

  @Override
  ExitCode execute() {
    Acceptable.requireFindings(accepted);
    Configuration configuration = options().configuration();
    Optional<PlanContract> contract =
        plan.map(PlanFile::read).map(saved -> new PlanContract(saved, VersionProvider.version()));
    Set<String> allAccepted = new HashSet<>(accepted);
    contract
        .map(held -> held.saved().accepted())
        .map(StoreCheck::findings)
        .ifPresent(allAccepted::addAll);
    RunOptions run =
        new RunOptions(dryRun, rehearsal, allAccepted, new HashSet<>(acceptForeign), contract);
    if (!once) {
      return daemon(configuration, run);
    }
    try (Stores stores = Stores.open(configuration, StoreIdentity.of(configuration, allAccepted))) {
      RunResult result =
          new OneShot(
                  stores, configuration, run, new ProgressLine(console()), InstantSource.system())
              .run();
      console().progressDone();
      console().result(options().output(), text(result), result);
      return result.verification().map(r -> r.consistent()).orElse(true)
          ? ExitCode.DONE
          : ExitCode.STORES_DIFFER;
    }
  }

  private ExitCode daemon(Configuration given, RunOptions run) {
    Configuration configuration = listen.map(given::listeningAt).orElse(given);
    ControlConfig control = configuration.control();
    try (Daemon daemon = new Daemon(configuration, run, InstantSource.system());
        StatusLog log = new StatusLog(daemon::status, control.statusInterval())) {
      Thread driver = Thread.currentThread();
      AtomicBoolean ended = new AtomicBoolean();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(daemon, driver, ended), "stop"));
      log.start();
      console()
          .info(
              "status page and control: %s://127.0.0.1:%d/"
                  .formatted(ControlSecurity.scheme(control), daemon.port()));
      return ended(daemon, ended);
    }
  }

  private static ExitCode ended(Daemon daemon, AtomicBoolean ended) {
    try {
      return switch (daemon.run()) {
        case HANDED_OVER -> ExitCode.DONE;
        case STOPPED, ABORTED -> ExitCode.STOPPED_BY_OPERATOR;
      };
    } finally {
      ended.set(true);
    }
  }

  /** SIGTERM or Ctrl-C; after an end of its own, the process keeps its exit code. */
  private static void stop(Daemon daemon, Thread driver, AtomicBoolean ended) {
    if (!ended.get()) {
      daemon.stop(driver, STOP_SECONDS);
      Runtime.getRuntime().halt(ExitCode.STOPPED_BY_OPERATOR.code());
    }
  }

  private static String text(RunResult result) {
    StringBuilder text = new StringBuilder();
    switch (result.outcome()) {
      case "dry-run" ->
          text.append(PlanText.of(result.plan()))
              .append(
                  String.format(
                      Locale.ROOT,
                      "%nDry run: nothing was written. A run would write %,d keys (counters"
                          + " included).%n",
                      result.plan().cost().puts()));
      case "nothing-to-do" ->
          text.append("etcd is already up to date: nothing was written.")
              .append(System.lineSeparator());
      default ->
          text.append(
              String.format(
                  Locale.ROOT,
                  "Copied %,d keys in %.1f s (%,d keys/s), deleted %,d, raised counters %,d"
                      + " times.%n",
                  result.writes().put(),
                  result.writes().copySeconds(),
                  result.writes().copyRatePerSecond(),
                  result.writes().deleted(),
                  result.writes().seeded()));
    }
    result.verification().ifPresent(report -> text.append('\n').append(ReportText.of(report)));
    if (result.rehearsal()) {
      text.append("This was a rehearsal: do not start brokers on this copy.\n");
    }
    return text.toString();
  }
}
