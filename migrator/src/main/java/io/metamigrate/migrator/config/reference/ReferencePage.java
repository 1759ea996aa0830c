package io.metamigrate.migrator.config.reference;

import java.util.List;
import java.util.Optional;

/** The configuration reference, {@code runbooks/configuration.md}. */
final class ReferencePage {
  private static final String HEAD =
      """
      # Configuration reference
      `migrate config init` writes a commented file to start from. `migrate config show` prints each key with
      its value and where it comes from; `migrate config check` queries both stores, brokers, bookies and the driver.

      A flag overrides an environment variable, a variable overrides the file, and the file overrides the default.
      The file is YAML, given by `--config FILE` or else by the variable `METAMIGRATE_CONFIG`. Paths in it are relative to
      its folder, paths in a variable to the working directory. An unknown key is refused with exit code 2. So
      is an unknown variable if its name begins like a known one or is close to one. Any other variable `METAMIGRATE_...`
      that nothing reads is reported on standard error. There are no variables for items of lists of blocks (`[]`) and for
      keys whose names you choose (`*`).

      Secrets are read from files, never from a value. `migrate config show` prints the paths of such files. Of a command
      it prints only the program, since any argument may be a secret.
      Files that a key names are regular files of at most 16 MiB, since they are read several times; a secret is one line
      of at most 64 KiB. Only `--config` may be a pipe of the shell, such as `<(...)` or `/dev/stdin`.

      In the names of keys, hooks and steps, `metadataWriters` are the other metadata writers: processes besides brokers
      and bookies that write metadata, such as AutoRecovery, function workers, proxies and tools.

      `METAMIGRATE_JAVA_OPTIONS` contains the options of the JVM, by default `-Xmx512m`. A value replaces the default, so
      repeat the heap size. `-Djute.maxbuffer=BYTES` sets the largest reply that is accepted from ZooKeeper (default
      32 MiB).
      Variables for hooks and the command driver are in [the runbook of the driver](command-driver.md).

      Further variables:
      - `METAMIGRATE_LOG`, default `WARN`, example `DEBUG`: the level of the tool's own log on standard error. If it is
        not set, the state of a daemon and the requests of operators are still logged at `INFO`.
      - `METAMIGRATE_LOG_LIBRARIES`, default `ERROR`, example `INFO`: the level of the libraries' log.
      - `METAMIGRATE_LOG_FORMAT`, default `text`, example `json`: with `json`, each line on standard error is a JSON
        object with `timestamp` (milliseconds), `level`, `loggerName`, `formattedMessage` and, for some, `kvpList`.

      Levels are `OFF`, `ERROR`, `WARN`, `INFO`, `DEBUG` and `TRACE`. Any other value of these variables is refused.
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
            Optional.of(key.allowed().text()),
            Optional.of(
                key.otherwise().isEmpty() ? "no default" : "default `" + key.otherwise() + "`"),
            Optional.of("example `" + key.example() + "`"),
            key.flag().map(flag -> "`" + flag + "`"),
            key.variable().map(variable -> "`" + variable + "`"));
    return "\n**`%s`** — %s\n\n%s\n"
        .formatted(
            key.path(),
            String.join(" · ", facts.stream().flatMap(Optional::stream).toList()),
            key.when());
  }
}
