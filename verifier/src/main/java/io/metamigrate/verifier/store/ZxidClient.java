package io.metamigrate.verifier.store;

import java.io.IOException;
import org.apache.curator.utils.ZookeeperFactory;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.admin.ZooKeeperAdmin;
import org.apache.zookeeper.client.ZKClientConfig;

/**
 * A client that exposes the zxid of the last reply. Each reply carries the last zxid that its
 * server has processed (FinalRequestProcessor), so that neither TLS nor a closed list of
 * four-letter words hides it.
 */
@SuppressWarnings("try") // close() of ZooKeeper's own client may be interrupted
final class ZxidClient extends ZooKeeperAdmin {
  private ZxidClient(
      String connect, int sessionMillis, Watcher watcher, boolean readOnly, ZKClientConfig config)
      throws IOException {
    super(connect, sessionMillis, watcher, readOnly, config);
  }

  /** The zxid of the last reply; none before the first. */
  Zxid seen() {
    return new Zxid(cnxn.getLastZxid());
  }

  /** For Curator, which makes the clients. */
  static final class Factory implements ZookeeperFactory {
    @Override
    public ZooKeeper newZooKeeper(
        String connect, int sessionMillis, Watcher watcher, boolean readOnly) throws IOException {
      return newZooKeeper(connect, sessionMillis, watcher, readOnly, new ZKClientConfig());
    }

    @Override
    public ZooKeeper newZooKeeper(
        String connect, int sessionMillis, Watcher watcher, boolean readOnly, ZKClientConfig config)
        throws IOException {
      return new ZxidClient(connect, sessionMillis, watcher, readOnly, config);
    }
  }
}
