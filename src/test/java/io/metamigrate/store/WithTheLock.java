package io.metamigrate.store;

import io.metamigrate.migrator.replay.Authority;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Each test begins with an empty etcd and holds the lock. */
abstract class WithTheLock {
  static Etcd etcd;

  Authority authority;

  @BeforeAll
  static void start(@TempDir Path directory) {
    etcd = Etcd.start(directory);
  }

  @AfterAll
  static void stop() {
    etcd.close();
  }

  @BeforeEach
  void takeTheLock() {
    etcd.wipe();
    authority = etcd.authority();
  }

  @AfterEach
  void giveBackTheLock() {
    authority.lock().close();
  }
}
