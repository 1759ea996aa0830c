package io.metamigrate.migrator.cli;

import io.metamigrate.migrator.config.NearestKey;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * What is wrong with a command line, in one line with the next step. A stray argument is not
 * repeated: it may be the value of an option that is not there, such as a password.
 */
final class CommandLineFault {
  private CommandLineFault() {}

  static String line(ParameterException failure) {
    String help = help(failure.getCommandLine());
    if (failure instanceof UnmatchedArgumentException unmatched) {
      return unmatched(unmatched, help);
    }
    if (failure instanceof MissingParameterException missing) {
      return missing(missing) + "; see " + help;
    }
    if (failure instanceof OverwrittenOptionException twice) {
      return label(twice.getOverwritten()) + " is given twice; give it once";
    }
    String message = String.valueOf(failure.getMessage()).lines().findFirst().orElse("unusable");
    ArgSpec subject = failure.getArgSpec();
    return subject == null
        ? message
        : label(subject)
            + ": "
            + message.replaceFirst(
                "^Invalid value for [a-z ]+('[^']*'( \\([^)]*\\))?|at index \\d+ \\([^)]*\\)): ",
                "")
            + "; see "
            + help;
  }

  /** There is no such command below this one. */
  static String noCommand(CommandLine parent, String word) {
    String known =
        NearestKey.question(word, parent.getSubcommands().keySet())
            .map(question -> "; " + question)
            .orElse(";");
    return "there is no command%s %s%s %s lists all"
        .formatted(name(parent), word, known, help(parent));
  }

  private static String help(CommandLine command) {
    return "`%s`".formatted("migrate help" + name(command));
  }

  private static String unmatched(UnmatchedArgumentException failure, String help) {
    CommandLine command = failure.getCommandLine();
    String first = failure.getUnmatched().isEmpty() ? "" : failure.getUnmatched().get(0);
    if (first.startsWith("-")) {
      String name = first.replaceFirst("=.*", "");
      return "unknown option%s; %s lists the known ones"
          .formatted(name.matches("--?[A-Za-z][A-Za-z-]*") ? " " + name : "", help);
    }
    if (!command.getSubcommands().isEmpty() && first.matches("[a-z-]+")) {
      return noCommand(command, first);
    }
    return "`migrate%s` does not take this argument; its value is not shown, since it may contain a secret; see %s"
        .formatted(name(command), help);
  }

  private static String missing(MissingParameterException failure) {
    boolean value = String.valueOf(failure.getMessage()).contains("parameter for option");
    return failure.getMissing().stream()
            .map(spec -> value ? label(spec) + " needs a value: " + spec.paramLabel() : whole(spec))
            .collect(Collectors.joining(" and "))
        + (value ? "" : failure.getMissing().size() == 1 ? " is missing" : " are missing");
  }

  private static String whole(ArgSpec spec) {
    return spec instanceof OptionSpec option
        ? option.longestName() + "=" + spec.paramLabel()
        : spec.paramLabel();
  }

  private static String label(ArgSpec spec) {
    return spec instanceof OptionSpec option ? option.longestName() : spec.paramLabel();
  }

  /** The words after {@code migrate}, each with a space before it. */
  private static String name(CommandLine command) {
    List<String> words = List.of(command.getCommandSpec().qualifiedName(" ").split(" "));
    return words.stream().skip(1).map(word -> " " + word).collect(Collectors.joining());
  }
}
