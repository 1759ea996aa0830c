package io.metamigrate.migrator.config;

import io.metamigrate.verifier.catalog.PulsarVersion;
import io.metamigrate.verifier.store.EtcdSettings;
import io.metamigrate.verifier.store.ZooKeeperSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Everything the operator decides, checked. Addresses and names that may come from the command line
 * are optional; the {@code require} methods fail without them.
 */
public record Configuration(
    ClusterConfig cluster,
    SourceConfig source,
    TargetConfig target,
    ScopeConfig scope,
    CopyConfig copy,
    VerifyConfig verify,
    ControlConfig control,
    CutoverConfig cutover,
    HooksConfig hooks) {

  /** The defaults, for keys that no file sets. */
  public static Configuration defaults() {
    return new Configuration(
        ClusterConfig.defaults(),
        SourceConfig.defaults(),
        TargetConfig.defaults(),
        ScopeConfig.everything(),
        CopyConfig.defaults(),
        VerifyConfig.defaults(),
        ControlConfig.defaults(),
        CutoverConfig.defaults(),
        HooksConfig.none());
  }

  /**
   * Reads a file.
   *
   * @throws ConfigurationException with every fault of the file
   */
  public static Configuration load(Path file) {
    return load(Optional.of(file), Map.of()).configuration();
  }

  /**
   * Reads a file, with overrides from the environment.
   *
   * @param file absent for the one that METAMIGRATE_CONFIG names, if any
   * @param environment of the process; a variable wins over the file's value
   * @throws ConfigurationException with every fault of both
   */
  public static Loaded load(Optional<Path> file, Map<String, String> environment) {
    Document document =
        new Document(
            file.or(() -> EnvironmentVariables.file(environment)),
            new EnvironmentVariables(environment));
    Configuration configuration = read(document.root());
    document.orThrow();
    return new Loaded(configuration, document.settings());
  }

  /** The variables that give a setting, or the file. */
  public static List<String> variables(Map<String, String> environment) {
    return EnvironmentVariables.given(environment);
  }

  /** The variables of this tool's prefix that nothing reads. */
  public static List<String> variablesWithoutEffect(Map<String, String> environment) {
    return new EnvironmentVariables(environment).withoutEffect();
  }

  /**
   * What was read.
   *
   * @param settings each key that was asked for, with its origin
   */
  public record Loaded(Configuration configuration, List<Setting> settings) {
    public Loaded {
      settings = List.copyOf(settings);
    }
  }

  private static Configuration read(Section root) {
    ClusterConfig cluster = ClusterConfig.read(root.section("cluster"));
    SourceConfig source = SourceConfig.read(root.section("source"));
    TargetConfig target = TargetConfig.read(root.section("target"));
    ScopeConfig scope = ScopeConfig.read(root.section("scope"));
    CopyConfig copy = CopyConfig.read(root.section("copy"));
    VerifyConfig verify = VerifyConfig.read(root.section("verify"));
    ControlConfig control = ControlConfig.read(root.section("control"));
    CutoverConfig cutover = CutoverConfig.read(root.section("cutover"));
    HooksConfig hooks = HooksConfig.read(root.section("hooks"));
    return root.build(
        () ->
            new Configuration(
                cluster, source, target, scope, copy, verify, control, cutover, hooks),
        defaults());
  }

  /**
   * This configuration with overrides from the command line.
   *
   * @throws ConfigurationException with every flag that cannot be used
   */
  public Configuration with(Overrides flags) {
    Overrides.Reader reader = new Overrides.Reader();
    Optional<ZooKeeperAddress> zookeeper =
        reader.read("--zookeeper", flags.zookeeper(), ZooKeeperAddress::parse);
    Optional<ZooKeeperAddress> configurationZookeeper =
        reader.read(
            "--configuration-zookeeper", flags.configurationZookeeper(), ZooKeeperAddress::parse);
    Optional<SourceConfig> newSource =
        reader.read(
            "--configuration-zookeeper", () -> source.with(zookeeper, configurationZookeeper));
    Optional<TargetConfig> newTarget =
        reader.read("--etcd", flags.etcd(), text -> target.withEtcd(EtcdEndpoints.parse(text)));
    Optional<ClusterConfig> named = reader.read("--cluster", flags.cluster(), cluster::withName);
    Optional<PulsarVersion> version =
        reader.read("--pulsar-version", flags.pulsarVersion(), PulsarVersion::parse);
    Optional<CopyConfig.LedgerIds> ids =
        reader.read(
            "--ledger-ids",
            flags.ledgerIds(),
            text -> Choices.parse(CopyConfig.LedgerIds.class, text));
    Optional<CopyConfig.Versions> versions =
        reader.read(
            "--versions", flags.versions(), text -> Choices.parse(CopyConfig.Versions.class, text));
    reader.orThrow();
    ClusterConfig newCluster = named.orElse(cluster);
    CopyConfig newCopy = ids.map(copy::withLedgerIds).orElse(copy);
    return new Configuration(
        version.map(newCluster::withPulsarVersion).orElse(newCluster),
        newSource.orElse(source),
        newTarget.orElse(target),
        scope,
        versions.map(newCopy::withVersions).orElse(newCopy),
        verify,
        control,
        cutover,
        hooks);
  }

  /** The same without a limit to what a comparison may delete. */
  public Configuration withoutDeletionLimit() {
    return new Configuration(
        cluster,
        source,
        target,
        scope,
        copy.withoutDeletionLimit(),
        verify,
        control,
        cutover,
        hooks);
  }

  /** This configuration with these of its bookies alone. */
  public Configuration withBookies(Set<String> ids) {
    return new Configuration(
        cluster, source, target, scope, copy, verify, control, cutover.withBookies(ids), hooks);
  }

  /**
   * This configuration with the control interface somewhere else.
   *
   * @throws ConfigurationException when other machines could reach it without a token
   */
  public Configuration listeningAt(HostPort address) {
    Overrides.Reader reader = new Overrides.Reader();
    Optional<ControlConfig> moved = reader.read("--listen", () -> control.at(address));
    reader.orThrow();
    return new Configuration(
        cluster, source, target, scope, copy, verify, moved.orElse(control), cutover, hooks);
  }

  /**
   * The address of ZooKeeper.
   *
   * @throws ConfigurationException when neither file nor command line names it
   */
  public ZooKeeperAddress requireZooKeeper() {
    return require(source.zookeeper(), "--zookeeper HOST:PORT", "source.zookeeper", "ZooKeeper");
  }

  /**
   * The endpoints of etcd.
   *
   * @throws ConfigurationException when neither file nor command line names it
   */
  public EtcdEndpoints requireEtcd() {
    return require(target.etcd(), "--etcd http://HOST:PORT", "target.etcd", "etcd");
  }

  /**
   * The cluster's name.
   *
   * @throws ConfigurationException when neither file nor command line names it
   */
  public String requireClusterName() {
    return require(cluster.name(), "--cluster NAME", "cluster.name", "the cluster's name");
  }

  /**
   * The version of Pulsar that will run on etcd.
   *
   * @throws ConfigurationException when neither file nor command line names it
   */
  public PulsarVersion requirePulsarVersion() {
    return require(
        cluster.pulsarVersion(),
        "--pulsar-version X.Y.Z",
        "cluster.pulsarVersion",
        "the Pulsar version");
  }

  /**
   * How to connect to ZooKeeper.
   *
   * @throws ConfigurationException when there is no address, or a secret cannot be read
   */
  public ZooKeeperSettings zooKeeperSettings() {
    return StoreSettings.zookeeper(requireZooKeeper(), source);
  }

  /**
   * How to connect to the ZooKeeper of the configuration store, if that is a different one.
   *
   * @throws ConfigurationException when a secret cannot be read
   */
  public Optional<ZooKeeperSettings> configurationZooKeeperSettings() {
    return source.configurationZookeeper().map(address -> StoreSettings.zookeeper(address, source));
  }

  /**
   * How to connect to etcd.
   *
   * @throws ConfigurationException when there is no endpoint, or a secret cannot be read
   */
  public EtcdSettings etcdSettings() {
    return StoreSettings.etcd(requireEtcd(), target);
  }

  private static <T> T require(Optional<T> value, String flag, String key, String what) {
    return value.orElseThrow(
        () ->
            new ConfigurationException(
                new Fault(
                    "configuration",
                    key,
                    what + " is not given; add " + flag + " or set it in the --config file")));
  }
}
