package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.config.EtcdEndpoints;
import io.metamigrate.migrator.config.OriginalsConfig;
import io.metamigrate.migrator.restart.Component;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.migrator.restart.Settings;
import io.metamigrate.verifier.catalog.PulsarVersion;
import io.metamigrate.verifier.store.Store;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;

/** What each component is given on each side, from the configuration. Pure. */
final class SettingsOverlays {
  private final PulsarVersion version;
  private final MetadataTarget etcd;
  private final MetadataTarget zookeeper;
  private final OriginalsConfig originals;
  private final Function<Node, Map<String, String>> before;
  private final Predicate<Node> supervised;

  private SettingsOverlays(
      PulsarVersion version,
      MetadataTarget etcd,
      MetadataTarget zookeeper,
      OriginalsConfig originals,
      Function<Node, Map<String, String>> before,
      Predicate<Node> supervised) {
    this.version = version;
    this.etcd = etcd;
    this.zookeeper = zookeeper;
    this.originals = originals;
    this.before = before;
    this.supervised = supervised;
  }

  /**
   * As configured.
   *
   * @throws io.metamigrate.migrator.config.ConfigurationException when version or address is
   *     missing
   */
  static SettingsOverlays of(Configuration configuration) {
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
    return new SettingsOverlays(
        configuration.requirePulsarVersion(),
        new MetadataTarget.EtcdTarget(
            endpoints.uris().stream().map(URI::toString).toList(),
            configuration.target().componentTlsFile()),
        new MetadataTarget.ZooKeeperTarget(
            own.brokers().getOrDefault("metadataStoreUrl", local),
            own.brokers().getOrDefault("configurationMetadataStoreUrl", configured),
            own.bookies().getOrDefault("metadataServiceUri", "metadata-store:" + local)),
        own,
        node -> Map.of(),
        node -> false);
  }

  /**
   * The same for nodes of which more is known.
   *
   * @param before the addresses that a rollback gives a node, blank if its own configuration
   *     decides; empty if nothing is known of it
   * @param supervised whether something starts a node again that ended by itself
   */
  SettingsOverlays of(Function<Node, Map<String, String>> before, Predicate<Node> supervised) {
    return new SettingsOverlays(version, etcd, zookeeper, originals, before, supervised);
  }

  /**
   * What one node is given. On ZooKeeper it gets back the addresses that it had, if they are known;
   * one that it did not have, or has by itself, is its own configuration's again.
   */
  ComponentSettings of(Node node, Store side, GarbageCollection collection) {
    ComponentSettings given = of(node.component(), side, collection);
    Settings settings = given.settings();
    if (side == Store.ETCD) {
      return node.component() == Component.BROKER && supervised.test(node)
          ? new ComponentSettings(
              EtcdComponentSettings.endingWithItsSession(settings), given.notes())
          : given;
    }
    Map<String, String> had = before.apply(node);
    if (had.isEmpty()) {
      return given;
    }
    Map<String, String> own = own(node.component());
    Map<String, String> set = new TreeMap<>(settings.set());
    Set<String> restore = new TreeSet<>(settings.restore());
    for (String name : OwnSettings.ADDRESSES) {
      if (set.containsKey(name) && !own.containsKey(name)) {
        String value = had.getOrDefault(name, "");
        if (value.isBlank()) {
          set.remove(name);
          restore.add(name);
        } else {
          set.put(name, value);
        }
      }
    }
    return new ComponentSettings(
        Settings.of(set, settings.remove(), restore, settings.jvmOptions()), given.notes());
  }

  /** What a component is given. */
  ComponentSettings of(Component component, Store side, GarbageCollection collection) {
    return ComponentSettings.of(
        component, version, side == Store.ETCD ? etcd : zookeeper, collection, own(component));
  }

  private Map<String, String> own(Component component) {
    return own(originals, component);
  }

  /** The operator's own values of the settings of a kind of node. */
  static Map<String, String> own(OriginalsConfig originals, Component component) {
    return switch (component) {
      case BOOKIE, AUTORECOVERY -> originals.bookies();
      default -> originals.brokers();
    };
  }

  PulsarVersion version() {
    return version;
  }

  /** Why a component cannot run on etcd with what it would be given. */
  List<String> obstacles(Component component) {
    return of(component, Store.ETCD, GarbageCollection.SUSPENDED).notes().stream()
        .filter(ComponentSettings.Note::blocks)
        .map(ComponentSettings.Note::text)
        .toList();
  }
}
