package io.metamigrate.migrator.cli;

import io.metamigrate.migrator.config.Choices;
import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.cutover.StepGuide;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The {@code migrate} command. */
@Command(
    name = "migrate",
    description =
        "Moves the metadata of a running Apache Pulsar cluster (brokers and BookKeeper) from"
            + " ZooKeeper to etcd.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    subcommands = {
      PlanCommand.class,
      RunCommand.class,
      VerifyCommand.class,
      CutoverCommand.class,
      RollbackCommand.class,
      FinalizeCommand.class,
      StatusCommand.class,
      PauseCommand.class,
      ResumeCommand.class,
      AbortCommand.class,
      InspectCommand.class,
      ConfigCommand.class,
      DriverCommand.class,
      DemoCommand.class,
      AutoComplete.GenerateCompletion.class,
      HelpCommand.class
    },
    footer = {
      "",
      "`migrate help steps` shows the steps of a cutover and what a rollback from each of them"
          + " costs.",
      "",
      "Exit codes:",
      "  0  done",
      "  1  internal error",
      "  2  usage or configuration",
      "  3  blocked, nothing more was written",
      "  4  ZooKeeper failed",
      "  5  etcd failed",
      "  6  the stores differ",
      "  7  a step failed; the move stopped in a safe state",
      "  8  stopped by the operator"
    })
public final class Migrate {
  private Migrate() {}

  public static void main(String[] args) {
    PrintWriter out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, false, StandardCharsets.UTF_8);
    java.util.logging.LogManager.getLogManager().reset();
    int code =
        LogSettings.fault(System.getenv())
            .map(fault -> refused(err, fault))
            .orElseGet(() -> warned(out, err, Boolean.getBoolean("metamigrate.terminal"), args));
    out.flush();
    err.flush();
    System.exit(code);
  }

  /** Nothing may be logged yet. */
  private static int refused(PrintWriter err, String fault) {
    err.println("migrate: " + fault);
    return ExitCode.USAGE.code();
  }

  /** Warns of settings that were given and have no effect. */
  private static int warned(PrintWriter out, PrintWriter err, boolean terminal, String... args) {
    Console console = new Console(out, err, terminal);
    Configuration.variablesWithoutEffect(System.getenv())
        .forEach(
            variable ->
                console.error(
                    variable
                        + ": nothing reads this variable; unset it, or see the variables in"
                        + " runbooks/configuration.md"));
    return run(console, args);
  }

  /** The whole command line, as scripts see it: answers the exit code. */
  public static int run(PrintWriter out, PrintWriter err, String... args) {
    return run(new Console(out, err, false), args);
  }

  /** For a command that runs others. */
  static int run(Console console, String... args) {
    CommandLine line = commandLine(console);
    boolean json = wantsJson(args);
    line.setParameterExceptionHandler(
        (e, given) -> Failures.unusable(console, CommandLineFault.line(e), json));
    line.setExecutionExceptionHandler(
        (e, commandLine, result) -> Failures.report(console, e, json));
    if (args.length == 0) {
      line.usage(console.err());
      return ExitCode.USAGE.code();
    }
    if (args[0].equals("help")) {
      return help(console, line, List.of(args).subList(1, args.length), json);
    }
    return line.execute(args);
  }

  /** The help of the command that the words name, or the list of steps. */
  private static int help(Console console, CommandLine line, List<String> words, boolean json) {
    if (words.equals(List.of("steps"))) {
      console.text(StepGuide.text());
      return ExitCode.DONE.code();
    }
    CommandLine named = line;
    for (String word : words) {
      if (named.getSubcommands().isEmpty() || word.startsWith("-")) {
        break;
      }
      if (!named.getSubcommands().containsKey(word)) {
        return Failures.unusable(console, CommandLineFault.noCommand(named, word), json);
      }
      named = named.getSubcommands().get(word);
    }
    named.usage(console.out());
    console.out().flush();
    return ExitCode.DONE.code();
  }

  /** All commands with their options. */
  static CommandLine commandLine(Console console) {
    CommandLine line = new CommandLine(Migrate.class, factory(console));
    line.setOut(console.out()).setErr(console.err());
    line.registerConverter(OutputFormat.class, choice(OutputFormat.class));
    line.registerConverter(DriverCommand.Verb.class, choice(DriverCommand.Verb.class));
    line.registerConverter(int.class, Migrate::wholeNumber);
    return line;
  }

  private static <E extends Enum<E>> ITypeConverter<E> choice(Class<E> type) {
    return text -> {
      try {
        return Choices.parse(type, text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    };
  }

  private static int wholeNumber(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new TypeConversionException("'" + text + "' is not a whole number");
    }
  }

  private static boolean wantsJson(String... args) {
    List<String> given = new ArrayList<>(Arrays.asList(args));
    int at = given.indexOf("--output");
    return given.stream().anyMatch("--output=json"::equalsIgnoreCase)
        || (at >= 0 && at + 1 < given.size() && given.get(at + 1).equalsIgnoreCase("json"));
  }

  private static IFactory factory(Console console) {
    IFactory standard = CommandLine.defaultFactory();
    return new IFactory() {
      @Override
      public <K> K create(Class<K> type) throws Exception {
        if (BareCommand.class.isAssignableFrom(type)) {
          K command = type.getDeclaredConstructor().newInstance();
          ((BareCommand) command).useConsole(console);
          return command;
        }
        if (type.equals(Migrate.class)) {
          return type.cast(new Migrate());
        }
        return standard.create(type);
      }
    };
  }
}
