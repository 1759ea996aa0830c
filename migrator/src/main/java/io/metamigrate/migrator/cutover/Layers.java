package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.config.EtcdEndpoints;
import io.metamigrate.migrator.config.OriginalsConfig;
import io.metamigrate.migrator.restart.Component;
import io.metamigrate.verifier.catalog.PulsarVersion;
import io.metamigrate.verifier.store.Store;
import java.net.URI;
import java.util.List;
import java.util.Map;

/** What each component is given on each side, from the configuration. Pure. */
public final class Layers {
  private final PulsarVersion version;
  private final MetadataTarget etcd;
  private final MetadataTarget zookeeper;
  private final OriginalsConfig originals;

  private Layers(
      PulsarVersion version,
      MetadataTarget etcd,
      MetadataTarget zookeeper,
      OriginalsConfig originals) {
    this.version = version;
    this.etcd = etcd;
    this.zookeeper = zookeeper;
    this.originals = originals;
  }

  /**
   * As configured.
   *
   * @throws io.metamigrate.migrator.config.ConfigurationException when version or address is
   *     missing
   */
  public static Layers of(Configuration configuration) {
    EtcdEndpoints endpoints =
        configuration.target().componentUrl().orElseGet(configuration::requireEtcd);
    OriginalsConfig own = configuration.cutover().originals();
    String local = "zk:" + configuration.requireZooKeeper().connectString();
    String configured =
        configuration
            .source()
            .configurationZookeeper()
            .map(address -> "zk:" + address.connectString())
            .orElse(local);
    return new Layers(
        configuration.requirePulsarVersion(),
        new MetadataTarget.Etcd(
            endpoints.uris().stream().map(URI::toString).toList(),
            configuration.target().componentTlsFile()),
        new MetadataTarget.ZooKeeper(
            own.brokers().getOrDefault("metadataStoreUrl", local),
            own.brokers().getOrDefault("configurationMetadataStoreUrl", configured),
            own.bookies().getOrDefault("metadataServiceUri", "metadata-store:" + local)),
        own);
  }

  ComponentSettings of(Component component, Store side, Parking parking) {
    Map<String, String> own =
        switch (component) {
          case BOOKIE, AUTORECOVERY -> originals.bookies();
          default -> originals.brokers();
        };
    return ComponentSettings.of(
        component, version, side == Store.ETCD ? etcd : zookeeper, parking, own);
  }

  PulsarVersion version() {
    return version;
  }

  /** Why a component cannot run on etcd with what it would be given. */
  List<String> obstacles(Component component) {
    return of(component, Store.ETCD, Parking.PARKED).notes().stream()
        .filter(ComponentSettings.Note::blocks)
        .map(ComponentSettings.Note::text)
        .toList();
  }
}
