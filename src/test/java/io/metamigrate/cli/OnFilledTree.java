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

/** Commands on a ZooKeeper with the smallest tree of Pulsar, and an etcd that each test empties. */
@SuppressWarnings("NullAway.Init") // filled by each test class before its first test
abstract class OnFilledTree {
  static LocalZooKeeper zooKeeper;
  static EtcdServer etcd;
  static CuratorFramework source;
  static Commands commands;
  private static PulsarTree tree;

  static void fill(Path home, int seed) {
    etcd = EtcdServer.start(home.resolve("etcd"));
    zooKeeper = LocalZooKeeper.start(home.resolve("zk"));
    tree = PulsarTree.fill(zooKeeper.connectString(), PulsarTree.SMALLEST, seed);
    source = CuratorFrameworkFactory.newClient(zooKeeper.connectString(), new RetryOneTime(1_000));
    source.start();
    commands = new Commands(zooKeeper.connectString(), etcd.endpoint());
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

  static EtcdKeys keys() {
    return commands.keys();
  }
}
