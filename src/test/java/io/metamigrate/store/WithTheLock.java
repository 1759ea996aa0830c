package io.metamigrate.store;

import io.metamigrate.migrator.replay.Authority;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Each test begins with an empty etcd and holds the lock. */
abstract class WithTheLock extends WithEtcd {
  Authority authority;

  @BeforeEach
  void takeTheLock() {
    etcd.wipe();
    authority = etcd.authority();
  }

  @AfterEach
  void releaseTheLock() {
    authority.lock().close();
  }
}
