package io.metamigrate.migrator.plan;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.verifier.catalog.PulsarVersion;
import io.metamigrate.verifier.store.EtcdServerFacts;
import io.metamigrate.verifier.store.SourceSurvey.Acls;
import io.metamigrate.verifier.store.TargetFacts;
import io.metamigrate.verifier.store.ZkPath;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Facts for tests. By default all is well and everything is known: 4.0.8, an empty etcd 3.5.16 that
 * compacts, three bookies, brokers that report their settings.
 */
public final class FactsBuilder {
  private String version = "4.0.8";
  private Trees tree = Trees.ordinary();
  private @Nullable Inventory inventory;
  private TargetFacts target = target("3.5.16", List.of(), 0, 0, 20_000);
  private Optional<Map<String, String>> flags =
      Optional.of(Map.of(EtcdServerFacts.COMPACTION, "1h", EtcdServerFacts.MAX_OPERATIONS, "1024"));
  private Optional<EtcdServerFacts.ServerMetrics> metrics = metrics(8L << 30, 0, 8.0, 5_000);
  private Optional<Boolean> authentication = Optional.of(false);
  private ComponentEtcd componentEtcd = ComponentEtcd.SAME;
  private List<String> silent = List.of();
  private SourceFacts source =
      new SourceFacts(
          List.of("c1"),
          Optional.empty(),
          List.of(),
          Optional.of(List.of()),
          new Acls(10, List.of(), 0, Optional.of(true)));
  private Map<String, String> brokerSettings = brokerSettings();
  private Map<String, String> bookieSettings =
      Map.of(
          "metadataServiceUri", "metadata-store:zk:zk1:2181", "autoRecoveryDaemonEnabled", "false");
  private long freeBytes = 800;
  private @Nullable ClusterFacts components;
  private boolean ownMove;
  private List<Finding> contradictions = List.of();
  private List<String> brokers = List.of();
  private Optional<ZkPath> leased = Optional.empty();
  private List<String> missingRights = List.of();
  private StoreNames names = new StoreNames(Map.of(), Optional.empty());
  private String yaml =
      """
      cluster: {name: c1}
      source: {zookeeper: "zk1:2181"}
      target: {etcd: ["http://e1:2379"]}
      cutover: {metadataWriters: {confirmed: true}, strategy: stop-all}
      """;

  public static FactsBuilder healthyCluster() {
    return new FactsBuilder();
  }

  private static Map<String, String> brokerSettings() {
    return Map.of(
        "metadataStoreUrl", "zk:zk1:2181",
        "configurationMetadataStoreUrl", "zk:zk1:2181",
        "functionsWorkerEnabled", "false");
  }

  public static TargetFacts target(
      String version, List<String> alarms, long inScope, long elsewhere, long database) {
    return new TargetFacts(
        List.of("http://e1:2379"),
        version.isEmpty() ? Optional.empty() : Optional.of(version),
        77,
        database,
        alarms,
        inScope,
        elsewhere);
  }

  public static Optional<EtcdServerFacts.ServerMetrics> metrics(
      long quota, long compacted, double fsyncMillis, long fsyncs) {
    return Optional.of(
        new EtcdServerFacts.ServerMetrics(
            OptionalLong.of(quota),
            OptionalLong.of(compacted),
            OptionalLong.of(1),
            OptionalDouble.of(fsyncMillis),
            fsyncs));
  }

  /** Empty for a version that is not known. */
  public FactsBuilder pulsar(String newVersion) {
    version = newVersion;
    return this;
  }

  public FactsBuilder tree(Trees newTree) {
    tree = newTree;
    return this;
  }

  public FactsBuilder inventory(Inventory newInventory) {
    inventory = newInventory;
    return this;
  }

  public FactsBuilder etcd(TargetFacts newTarget) {
    target = newTarget;
    return this;
  }

  public FactsBuilder flags(Optional<Map<String, String>> newFlags) {
    flags = newFlags;
    return this;
  }

  public FactsBuilder metrics(Optional<EtcdServerFacts.ServerMetrics> newMetrics) {
    metrics = newMetrics;
    return this;
  }

  public FactsBuilder authentication(Optional<Boolean> asked) {
    authentication = asked;
    return this;
  }

  /** Endpoints of etcd that do not answer. */
  public FactsBuilder silent(String... endpoints) {
    silent = List.of(endpoints);
    return this;
  }

  public FactsBuilder componentsElsewhere(String difference) {
    componentEtcd = new ComponentEtcd(Optional.of(difference), List.of());
    return this;
  }

  public FactsBuilder componentsSilent(String endpoint) {
    componentEtcd = new ComponentEtcd(Optional.empty(), List.of(endpoint));
    return this;
  }

  public FactsBuilder source(SourceFacts newSource) {
    source = newSource;
    return this;
  }

  public FactsBuilder broker(String setting, String value) {
    Map<String, String> settings = new HashMap<>(brokerSettings);
    settings.put(setting, value);
    brokerSettings = settings;
    return this;
  }

  public FactsBuilder bookie(String setting, String value) {
    Map<String, String> settings = new HashMap<>(bookieSettings);
    settings.put(setting, value);
    bookieSettings = settings;
    return this;
  }

  /** Of 1000. */
  public FactsBuilder free(long bytes) {
    freeBytes = bytes;
    return this;
  }

  public FactsBuilder components(ClusterFacts facts) {
    components = facts;
    return this;
  }

  public FactsBuilder ownMove() {
    ownMove = true;
    return this;
  }

  /** Holds the state of another move. */
  public FactsBuilder contradictedBy(Finding... findings) {
    contradictions = List.of(findings);
    return this;
  }

  public FactsBuilder registered(String... names) {
    brokers = List.of(names);
    return this;
  }

  public FactsBuilder leased(String path) {
    leased = Optional.of(new ZkPath(path));
    return this;
  }

  public FactsBuilder missingRights(String... lines) {
    missingRights = List.of(lines);
    return this;
  }

  /** The whole configuration. */
  public FactsBuilder configuration(String newYaml) {
    yaml = newYaml;
    return this;
  }

  public Facts build() {
    return new Facts(
        new Facts.Pulsar(
            "c1",
            version.isEmpty() ? Optional.empty() : Optional.of(PulsarVersion.parse(version)),
            components != null ? components : components(),
            brokers),
        new Facts.ZooKeeperFacts("zk1:2181", Optional.of("3.9.5"), source),
        new Facts.EtcdFacts(
            target,
            new EtcdServerFacts(flags, metrics, authentication, silent),
            componentEtcd,
            ownMove,
            contradictions,
            leased,
            missingRights),
        inventory != null ? inventory : tree.inventory(),
        StoreRates.NOT_KNOWN,
        Configurations.of(yaml),
        names);
  }

  FactsBuilder stores(StoreNames newNames) {
    names = newNames;
    return this;
  }

  private ClusterFacts components() {
    List<ClusterFacts.Bookie> bookies =
        List.of("b1:3181", "b2:3181", "b3:3181").stream()
            .map(
                id ->
                    new ClusterFacts.Bookie(
                        id,
                        bookieSettings,
                        OptionalLong.of(freeBytes),
                        OptionalLong.of(1_000),
                        Optional.empty()))
            .toList();
    return new ClusterFacts(
        List.of(
            new ClusterFacts.Broker(
                "broker-1:8080",
                version.isEmpty() ? Optional.empty() : Optional.of(version),
                brokerSettings,
                Optional.empty())),
        bookies);
  }

  private static final class Configurations {
    static Configuration of(String yaml) {
      try {
        java.nio.file.Path file = java.nio.file.Files.createTempFile("plan", ".yaml");
        java.nio.file.Files.writeString(file, yaml);
        try {
          return Configuration.load(file);
        } finally {
          java.nio.file.Files.delete(file);
        }
      } catch (java.io.IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }
}
