package io.metamigrate.migrator.config.reference;

import java.util.List;
import java.util.Optional;

/** The configuration reference, {@code runbooks/configuration.md}. */
final class ReferencePage {
  private static final String HEAD =
      """
      # Configuration reference
      `migrate config init` writes a commented file to start from. `migrate config show` prints each key with
      its value and where that came from; `migrate config check` asks both stores whether it works.

      A flag overrides an environment variable, that the file, that the default. The file is YAML, given by
      `--config FILE`; files that it names are relative to its folder. An unknown key, and an unknown variable
      that begins like one, is refused with exit code 2. Secrets are read from files, never from a value.
      Items of `cutover.bookies` and `cutover.brokers`, and keys of your own (`*`), have no variable.

      The launcher reads `METAMIGRATE_JAVA_OPTIONS` (default `-Xmx512m`): the heap, and with
      `-Djute.maxbuffer=BYTES` the largest reply that is taken from ZooKeeper. Variables that hooks and the
      command driver get are in [the runbook of the driver](command-driver.md).

      Further variables:
      - `METAMIGRATE_LOG`, default `WARN`, example `DEBUG`: what the tool logs on standard error. Without it, the state
        of a daemon and requests of operators are logged at `INFO`.
      - `METAMIGRATE_LOG_LIBRARIES`, default `ERROR`, example `INFO`: the same for the libraries.
      - `METAMIGRATE_LOG_FORMAT`, default `text`, example `json`: one JSON object for each line on standard error, with
        `timestamp` (milliseconds), `level`, `loggerName`, `formattedMessage` and, for some, `kvpList`.

      Levels are `OFF`, `ERROR`, `WARN`, `INFO`, `DEBUG` and `TRACE`. Another value of these three is refused.
      """;

  private ReferencePage() {}

  /** The whole page, Markdown. */
  static String text() {
    StringBuilder page = new StringBuilder(HEAD);
    for (String block : Keys.blocks()) {
      page.append("\n## ").append(block).append('\n');
      Keys.all().stream()
          .filter(key -> key.block().equals(block))
          .map(ReferencePage::entry)
          .forEach(page::append);
    }
    return page.toString();
  }

  private static String entry(Key key) {
    List<Optional<String>> facts =
        List.of(
            key.driver().map(driver -> "driver `" + driver + "`"),
            Optional.of(key.kind().title()),
            Optional.of(
                key.otherwise().isEmpty() ? "no default" : "default `" + key.otherwise() + "`"),
            Optional.of("example `" + key.example() + "`"),
            key.flag().map(flag -> "`" + flag + "`"),
            key.variable().map(variable -> "`" + variable + "`"));
    return "\n**`%s`** — %s\n%s\n"
        .formatted(
            key.path(),
            String.join(" · ", facts.stream().flatMap(Optional::stream).toList()),
            key.when());
  }
}
