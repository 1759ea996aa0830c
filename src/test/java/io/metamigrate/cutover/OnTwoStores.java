package io.metamigrate.cutover;

import io.metamigrate.lab.EtcdServer;
import io.metamigrate.lab.ZooKeeperServer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Each test begins with a cluster of stand-ins that is copied to etcd. */
abstract class OnTwoStores {
  @TempDir static Path folder;
  static ZooKeeperServer zookeeper;
  static EtcdServer etcd;

  TestBed bed;

  private final String budget;

  /**
   * @param budget of each step
   */
  OnTwoStores(String budget) {
    this.budget = budget;
  }

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

  @BeforeEach
  void copied() throws Exception {
    bed = new TestBed(folder, zookeeper, etcd, budget);
    bed.copy();
  }

  @AfterEach
  void closeBed() {
    bed.close();
  }
}
