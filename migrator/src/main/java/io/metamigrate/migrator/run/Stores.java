package io.metamigrate.migrator.run;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.verifier.store.DualReader;
import io.metamigrate.verifier.store.EtcdConnection;
import io.metamigrate.verifier.store.EtcdReader;
import io.metamigrate.verifier.store.ZnodeReader;
import io.metamigrate.verifier.store.ZooKeeperConnection;

/** Both stores, connected. */
public record Stores(
    ZooKeeperConnection zookeeper, EtcdConnection etcd, ZnodeReader znodes, EtcdReader keys)
    implements AutoCloseable {

  /** Connects to ZooKeeper first; each connection is given up after its configured time. */
  public static Stores open(Configuration configuration) {
    ZooKeeperConnection zookeeper = ZooKeeperConnection.open(configuration.zooKeeperSettings());
    try {
      EtcdConnection etcd = EtcdConnection.open(configuration.etcdSettings());
      return new Stores(zookeeper, etcd, ZnodeReader.over(zookeeper), new EtcdReader(etcd));
    } catch (RuntimeException e) {
      zookeeper.close();
      throw e;
    }
  }

  public DualReader both() {
    return new DualReader(znodes, keys);
  }

  @Override
  public void close() {
    etcd.close();
    zookeeper.close();
  }
}
