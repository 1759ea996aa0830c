package io.metamigrate.migrator.cli;

import io.metamigrate.migrator.config.Setting;
import io.metamigrate.migrator.config.reference.Key;
import io.metamigrate.migrator.config.reference.Keys;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code migrate config show}: each key, its value and who gave it. */
@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    description = "Shows each key with its value and origin. Secrets are not shown.")
final class ConfigShowCommand extends ConsoleCommand {
  @Parameters(
      paramLabel = "KEY",
      arity = "0..*",
      completionCandidates = KeyNames.class,
      description = "only these keys or blocks, such as target or copy.maxRate")
  private List<String> keys = List.of();

  @Spec private CommandSpec spec;

  @Override
  ExitCode execute() {
    for (String key : keys) {
      if (Keys.all().stream().noneMatch(known -> isWithin(known.path(), key))) {
        throw new ParameterException(
            spec.commandLine(), "there is no key '" + key + "'; see runbooks/configuration.md");
      }
    }
    List<ShownSetting> shown =
        options().settings().stream()
            .filter(
                setting ->
                    keys.isEmpty() || keys.stream().anyMatch(key -> isWithin(setting.path(), key)))
            .map(ShownSetting::of)
            .toList();
    console().result(options().output(), text(shown), shown);
    return ExitCode.DONE;
  }

  private static boolean isWithin(String path, String key) {
    return path.equals(key) || path.startsWith(key + ".") || path.startsWith(key + "[");
  }

  private static String text(List<ShownSetting> shown) {
    int key = shown.stream().mapToInt(line -> line.key().length()).max().orElse(0);
    int value = shown.stream().mapToInt(line -> line.value().orElse("-").length()).max().orElse(0);
    StringBuilder text = new StringBuilder();
    for (ShownSetting line : shown) {
      text.append(
          ("%-" + Math.max(1, key) + "s  %-" + Math.max(1, Math.min(value, 60)) + "s  %s%n")
              .formatted(line.key(), line.value().orElse("-"), line.origin()));
    }
    return text.toString();
  }

  /**
   * One line.
   *
   * @param value absent if the key has neither a value nor a default
   */
  private record ShownSetting(String key, Optional<String> value, String origin) {
    static ShownSetting of(Setting setting) {
      return new ShownSetting(setting.path(), setting.shown(), setting.origin());
    }
  }

  /** For the shell's completion. */
  static final class KeyNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Keys.all().stream()
          .map(Key::path)
          .filter(path -> !path.contains("[]") && !path.endsWith("*"))
          .distinct()
          .iterator();
    }
  }
}
