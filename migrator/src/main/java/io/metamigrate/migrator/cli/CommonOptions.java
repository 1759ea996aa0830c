package io.metamigrate.migrator.cli;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.config.ConfigurationException;
import io.metamigrate.migrator.config.Fault;
import io.metamigrate.migrator.config.Overrides;
import io.metamigrate.migrator.config.Setting;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import picocli.CommandLine.Option;

/** What all commands take: the configuration file and the flags that override it. */
final class CommonOptions {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "the configuration file, in YAML (default: METAMIGRATE_CONFIG); flags override it")
  private Optional<Path> config = Optional.empty();

  @Option(
      names = "--zookeeper",
      paramLabel = "HOST:PORT[,HOST:PORT][/CHROOT]",
      description = "the ZooKeeper that holds the metadata")
  private Optional<String> zookeeper = Optional.empty();

  @Option(
      names = "--configuration-zookeeper",
      paramLabel = "HOST:PORT[,HOST:PORT][/CHROOT]",
      description = "the configuration store, if it is a separate ZooKeeper")
  private Optional<String> configurationZookeeper = Optional.empty();

  @Option(
      names = "--etcd",
      paramLabel = "http://HOST:PORT[,...]",
      description = "the etcd that receives the metadata")
  private Optional<String> etcd = Optional.empty();

  @Option(names = "--cluster", paramLabel = "NAME", description = "the name of the Pulsar cluster")
  private Optional<String> cluster = Optional.empty();

  @Option(
      names = "--pulsar-version",
      paramLabel = "X.Y.Z",
      description = "the Pulsar version that will run on etcd")
  private Optional<String> pulsarVersion = Optional.empty();

  @Option(
      names = "--ledger-ids",
      paramLabel = "long|exact",
      description = "how the next ledger id is migrated (default: long)")
  private Optional<String> ledgerIds = Optional.empty();

  @Option(
      names = "--versions",
      paramLabel = "seeded|exact",
      description =
          "exact: each key gets the version of its znode plus one (default: seeded, counters only)")
  private Optional<String> versions = Optional.empty();

  @Option(
      names = "--output",
      paramLabel = "text|json",
      defaultValue = "text",
      description = "text, or exactly one JSON document on standard output (default: text)")
  private OutputFormat output = OutputFormat.TEXT;

  /** The effective settings: flags first, then environment, file and defaults. */
  Configuration configuration() {
    return checked(load());
  }

  private Configuration.Loaded load() {
    return Configuration.load(config, System.getenv());
  }

  private Configuration checked(Configuration.Loaded loaded) {
    StepBudgets.check(loaded);
    Acceptable.requireConditions(loaded);
    return loaded.configuration().with(overrides());
  }

  /** Checks the flags as {@link #configuration} does, for a command that reads no file. */
  void requireFlagsOnly() {
    if (config.isPresent()) {
      throw new ConfigurationException(
          new Fault("--config", "", "this command prints a new file and reads none; leave it out"));
    }
    Configuration.defaults().with(overrides());
  }

  private Overrides overrides() {
    return new Overrides(
        zookeeper, configurationZookeeper, etcd, cluster, pulsarVersion, ledgerIds, versions);
  }

  /**
   * Each key with its value and who gave it.
   *
   * @throws io.metamigrate.migrator.config.ConfigurationException with every fault
   */
  List<Setting> settings() {
    Configuration.Loaded loaded = load();
    checked(loaded);
    Map<String, String> flags = flags();
    return loaded.settings().stream().map(setting -> overridden(setting, flags)).toList();
  }

  /** The flags that give a key its value, as they were given. */
  Map<String, String> flags() {
    Map<String, String> given = new TreeMap<>();
    zookeeper.ifPresent(text -> given.put("--zookeeper", text));
    configurationZookeeper.ifPresent(text -> given.put("--configuration-zookeeper", text));
    etcd.ifPresent(text -> given.put("--etcd", text));
    cluster.ifPresent(text -> given.put("--cluster", text));
    pulsarVersion.ifPresent(text -> given.put("--pulsar-version", text));
    ledgerIds.ifPresent(text -> given.put("--ledger-ids", text));
    versions.ifPresent(text -> given.put("--versions", text));
    return given;
  }

  private static Setting overridden(Setting setting, Map<String, String> flags) {
    return setting
        .key()
        .flag()
        .filter(flags::containsKey)
        .map(
            flag ->
                new Setting(
                    setting.key(), setting.path(), Optional.ofNullable(flags.get(flag)), flag))
        .orElse(setting);
  }

  OutputFormat output() {
    return output;
  }
}
