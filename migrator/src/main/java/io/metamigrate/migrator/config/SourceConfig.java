package io.metamigrate.migrator.config;

import java.time.Duration;
import java.util.Optional;

/**
 * The ZooKeeper that the metadata come from.
 *
 * @param zookeeper the local metadata store
 * @param configurationZookeeper the configuration metadata store, if it is another one
 * @param acceptSharedConfiguration the operator's confirmation that a configuration store which
 *     serves other clusters too may be merged, knowing that it forks
 * @param sasl who the daemon is, for both
 * @param tls for both
 * @param connectTimeout after which an ensemble that does not answer is given up
 */
public record SourceConfig(
    Optional<ZooKeeperAddress> zookeeper,
    Optional<ZooKeeperAddress> configurationZookeeper,
    boolean acceptSharedConfiguration,
    SaslConfig sasl,
    TlsConfig tls,
    Duration connectTimeout) {
  private static final Duration CONNECT = Duration.ofSeconds(10);

  public SourceConfig {
    new Checks()
        .require(
            configurationZookeeper.isEmpty() || !configurationZookeeper.equals(zookeeper),
            "configurationZookeeper",
            () -> "the same as source.zookeeper; leave it out where there is only one store")
        .positive("connectTimeout", connectTimeout)
        .require(
            tls.certificate().equals(tls.key()),
            "tls",
            () ->
                "ZooKeeper's client takes certificate and key from one PEM file; name the same file"
                    + " twice")
        .orThrow();
  }

  static SourceConfig defaults() {
    return new SourceConfig(
        Optional.empty(), Optional.empty(), false, SaslConfig.none(), TlsConfig.none(), CONNECT);
  }

  static SourceConfig read(Section section) {
    Optional<ZooKeeperAddress> zookeeper = section.value("zookeeper", ZooKeeperAddress::parse);
    Optional<ZooKeeperAddress> configuration =
        section.value("configurationZookeeper", ZooKeeperAddress::parse);
    boolean accept = section.flag("acceptSharedConfiguration", false);
    SaslConfig sasl = SaslConfig.read(section.section("sasl"));
    TlsConfig tls = TlsConfig.read(section.section("tls"));
    Duration connect = section.duration("connectTimeout", CONNECT);
    return section.build(
        () -> new SourceConfig(zookeeper, configuration, accept, sasl, tls, connect), defaults());
  }

  /** With other addresses, if given. */
  SourceConfig with(Optional<ZooKeeperAddress> local, Optional<ZooKeeperAddress> configuration) {
    return new SourceConfig(
        local.or(() -> zookeeper),
        configuration.or(() -> configurationZookeeper),
        acceptSharedConfiguration,
        sasl,
        tls,
        connectTimeout);
  }
}
