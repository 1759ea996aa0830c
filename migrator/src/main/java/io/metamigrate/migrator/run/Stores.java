package io.metamigrate.migrator.run;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.verifier.Verifier;
import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.store.DualReader;
import io.metamigrate.verifier.store.Ensemble;
import io.metamigrate.verifier.store.EtcdConnection;
import io.metamigrate.verifier.store.EtcdReader;
import io.metamigrate.verifier.store.Unreadable;
import io.metamigrate.verifier.store.ZnodeReader;
import io.metamigrate.verifier.store.ZooKeeperConnection;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Both stores, connected.
 *
 * @param configurationStore the ZooKeeper of the configuration metadata, if that is a different one
 * @param znodes reads both trees as one if there are two
 * @param identity that these are the stores that the move is about
 */
public record Stores(
    ZooKeeperConnection zookeeper,
    Optional<ZooKeeperConnection> configurationStore,
    EtcdConnection etcd,
    ZnodeReader znodes,
    EtcdReader keys,
    StoreIdentity identity)
    implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Stores.class);

  /**
   * Connects to ZooKeeper first; each connection is given up after its configured time.
   *
   * @throws BlockedException if one is not the store that the move knows
   */
  public static Stores open(Configuration configuration) {
    return open(configuration, StoreIdentity.of(configuration, Set.of()));
  }

  /** The same for a process that has known the stores before, or accepts what is found. */
  public static Stores open(Configuration configuration, StoreIdentity identity) {
    Stores stores = connect(configuration, identity);
    try {
      identity.checkBoth(stores);
      return stores;
    } catch (RuntimeException e) {
      stores.close();
      throw e;
    }
  }

  /** For reading stores without checking their identity; nothing may be concluded or written. */
  public static Stores unchecked(Configuration configuration) {
    return connect(configuration, new StoreIdentity());
  }

  /** etcd alone, if ZooKeeper is permanently lost; a use of ZooKeeper fails. */
  public static Stores withoutZooKeeper(Configuration configuration) {
    ZooKeeperConnection gone = ZooKeeperConnection.unavailable(configuration.zooKeeperSettings());
    EtcdConnection etcd = EtcdConnection.open(configuration.etcdSettings());
    return new Stores(
        gone,
        Optional.empty(),
        etcd,
        ZnodeReader.unavailable(gone),
        new EtcdReader(etcd),
        new StoreIdentity());
  }

  /**
   * ZooKeeper alone, if etcd is permanently lost; a use of etcd fails.
   *
   * @param zookeeper is closed with these stores
   */
  public static Stores withoutEtcd(ZooKeeperConnection zookeeper, Configuration configuration) {
    EtcdConnection gone = EtcdConnection.unavailable(configuration.etcdSettings());
    Optional<ZooKeeperConnection> second =
        configuration.configurationZooKeeperSettings().map(ZooKeeperConnection::probeAndOpen);
    return new Stores(
        zookeeper,
        second,
        gone,
        znodes(zookeeper, second),
        new EtcdReader(gone),
        new StoreIdentity());
  }

  private static ZnodeReader znodes(
      ZooKeeperConnection zookeeper, Optional<ZooKeeperConnection> configurationStore) {
    return configurationStore
        .map(store -> ZnodeReader.merged(zookeeper, store, Catalogue::ensembleOf))
        .orElseGet(() -> ZnodeReader.over(zookeeper));
  }

  private static Stores connect(Configuration configuration, StoreIdentity identity) {
    Deque<AutoCloseable> opened = new ArrayDeque<>();
    try {
      ZooKeeperConnection zookeeper =
          ZooKeeperConnection.probeAndOpen(
              configuration.zooKeeperSettings().guardedBy(identity.guard(Ensemble.LOCAL)));
      opened.push(zookeeper);
      Optional<ZooKeeperConnection> second =
          configuration
              .configurationZooKeeperSettings()
              .map(settings -> settings.guardedBy(identity.guard(Ensemble.CONFIGURATION)))
              .map(ZooKeeperConnection::probeAndOpen);
      second.ifPresent(opened::push);
      EtcdConnection etcd = EtcdConnection.open(configuration.etcdSettings());
      opened.push(etcd);
      return new Stores(
          zookeeper, second, etcd, znodes(zookeeper, second), new EtcdReader(etcd), identity);
    } catch (RuntimeException e) {
      opened.forEach(Stores::closeQuietly);
      throw e;
    }
  }

  private static void closeQuietly(AutoCloseable opened) {
    try {
      opened.close();
    } catch (Exception e) {
      LOG.atWarn().addKeyValue("cause", e.getMessage()).log("a connection could not be closed");
    }
  }

  /** False if ZooKeeper is declared permanently lost. */
  public boolean hasZooKeeper() {
    return zookeeper.isOpened();
  }

  /** False if etcd is declared permanently lost. */
  public boolean hasEtcd() {
    return etcd.isOpened();
  }

  /**
   * Asks both whether they are still those of the move, and no older.
   *
   * @throws BlockedException if one is not
   * @throws StoreException if one does not answer
   */
  public void confirm() {
    if (hasZooKeeper() && hasEtcd()) {
      identity.confirm(this);
    }
  }

  /** The same, for which what may not be read is noted and is as if it were not there. */
  Stores recordingIn(Unreadable nodes) {
    return new Stores(
        zookeeper, configurationStore, etcd, znodes.recordingIn(nodes), keys, identity);
  }

  /** The local one, and the configuration store's if that is another one. */
  public List<Ensemble> ensembles() {
    return configurationStore.isPresent()
        ? List.of(Ensemble.LOCAL, Ensemble.CONFIGURATION)
        : List.of(Ensemble.LOCAL);
  }

  public ZooKeeperConnection connection(Ensemble ensemble) {
    return ensemble == Ensemble.LOCAL ? zookeeper : configurationStore.orElseThrow();
  }

  /** The tree of one ensemble alone. */
  public ZnodeReader tree(Ensemble ensemble) {
    return ensemble == Ensemble.LOCAL ? znodes.local() : znodes.configuration().orElseThrow();
  }

  /** A verification whose answer is about these stores from its first read to its last. */
  public Verifier verifier(LongConsumer progress) {
    return new Verifier(znodes, keys, progress).confirmedBy(() -> identity.confirm(this));
  }

  public DualReader both() {
    return new DualReader(znodes, keys);
  }

  @Override
  public void close() {
    etcd.close();
    configurationStore.ifPresent(ZooKeeperConnection::close);
    zookeeper.close();
  }
}
