package io.metamigrate.cutover;

import io.metamigrate.lab.EtcdServer;
import io.metamigrate.lab.ZooKeeperServer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** One ZooKeeper and one etcd for all tests of a class. */
abstract class TwoStores {
  @TempDir static Path folder;
  static ZooKeeperServer zookeeper;
  static EtcdServer etcd;

  @BeforeAll
  static void startStores() {
    zookeeper = ZooKeeperServer.start(folder);
    etcd = EtcdServer.start(folder);
  }

  @AfterAll
  static void stopStores() {
    zookeeper.close();
    etcd.close();
  }
}
