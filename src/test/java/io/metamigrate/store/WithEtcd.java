package io.metamigrate.store;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** One etcd for all tests of a class. */
abstract class WithEtcd {
  static Etcd etcd;

  @BeforeAll
  static void start(@TempDir Path directory) {
    etcd = Etcd.start(directory);
  }

  @AfterAll
  static void stop() {
    etcd.close();
  }
}
