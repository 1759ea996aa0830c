package io.metamigrate.cli;

import io.metamigrate.lab.EtcdKeys;
import io.metamigrate.lab.EtcdServer;
import io.metamigrate.migrator.demo.LocalZooKeeper;
import io.metamigrate.migrator.demo.PulsarTree;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;

/** Commands on a ZooKeeper with a tree of Pulsar, and an etcd that each test empties. */
@SuppressWarnings("NullAway.Init") // filled by each test class before its first test
abstract class OnFilledTree {
  static LocalZooKeeper zooKeeper;
  static EtcdServer etcd;
  static CuratorFramework source;
  static Commands commands;
  static PulsarTree tree;

  static void fill(Path home, int seed) throws Exception {
    fill(home, "", PulsarTree.SMALLEST, seed);
  }

  /**
   * Starts both stores and fills ZooKeeper.
   *
   * @param chroot where the tree is; empty for the root
   */
  static void fill(Path home, String chroot, int znodes, int seed) throws Exception {
    etcd = EtcdServer.start(home.resolve("etcd"));
    zooKeeper = LocalZooKeeper.start(home.resolve("zk"));
    source = client();
    if (!chroot.isEmpty()) {
      source.create().forPath(chroot);
    }
    commands = new Commands(zooKeeper.connectString() + chroot, etcd.endpoint());
    tree = PulsarTree.fill(commands.zookeeper(), znodes, seed);
  }

  @AfterAll
  static void stop() {
    source.close();
    tree.close();
    zooKeeper.close();
    etcd.close();
  }

  @BeforeEach
  void wipe() throws IOException {
    keys().wipe();
  }

  static CuratorFramework client() {
    CuratorFramework client =
        CuratorFrameworkFactory.newClient(zooKeeper.connectString(), new RetryOneTime(1_000));
    client.start();
    return client;
  }

  static EtcdKeys keys() {
    return commands.keys();
  }
}
