package io.metamigrate.verify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.lab.EtcdKeys;
import io.metamigrate.lab.EtcdServer;
import io.metamigrate.migrator.demo.LocalZooKeeper;
import io.metamigrate.store.Tree;
import io.metamigrate.verifier.Verifier;
import io.metamigrate.verifier.report.Difference;
import io.metamigrate.verifier.report.VerificationReport;
import io.metamigrate.verifier.store.EtcdConnection;
import io.metamigrate.verifier.store.EtcdReader;
import io.metamigrate.verifier.store.EtcdSettings;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.ZnodeReader;
import io.metamigrate.verifier.store.ZooKeeperConnection;
import io.metamigrate.verifier.store.ZooKeeperSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that changes all the time is never the same on both sides, however well followed. */
final class ChangingTreeTest {
  private static final String NODE = "/x";

  /** Without it nothing would be compared, and nothing compared is no yes. */
  private static final String STILL = "/y";

  private static final Scope SCOPE =
      new Scope(List.of(new ZkPath(NODE), new ZkPath(STILL)), List.of());

  @Test
  void reportsOnlyChangesThatAreNotFollowed(@TempDir Path directory) throws Exception {
    try (LocalZooKeeper zookeeper = LocalZooKeeper.start(directory.resolve("zookeeper"));
        EtcdServer etcd = EtcdServer.start(directory)) {
      EtcdKeys keys = new EtcdKeys(etcd.endpoint());
      try (Tree tree = Tree.connect(zookeeper.connectString())) {
        ZooKeeper client = tree.client();
        client.create(NODE, value(0), Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
        client.create(STILL, value(0), Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
        keys.put(STILL, value(0));
        TreeChange followedFarBehind =
            number -> {
              client.setData(NODE, value(number), -1);
              keys.put(NODE, value(number - 100_000));
            };
        VerificationReport followed = verified(zookeeper, etcd, followedFarBehind);
        assertThat(followed.consistent()).as(followed.toString()).isTrue();
        assertThat(followed.skipped()).containsEntry("changes-all-the-time", 1L);

        VerificationReport left =
            verified(zookeeper, etcd, number -> client.setData(NODE, value(-number), -1));
        assertThat(left.consistent()).isFalse();
        assertThat(left.differences())
            .extracting(Difference::path)
            .containsExactly(new ZkPath(NODE));
      }
    }
  }

  private interface TreeChange {
    void make(int number) throws Exception;
  }

  /** Verifies while the change is made again and again. */
  private static VerificationReport verified(
      LocalZooKeeper zookeeper, EtcdServer etcd, TreeChange change) throws Exception {
    try (Changing changing = new Changing(change);
        ZooKeeperConnection source =
            ZooKeeperConnection.open(ZooKeeperSettings.of(zookeeper.connectString()));
        EtcdConnection target = EtcdConnection.open(EtcdSettings.of(etcd.endpoint()))) {
      changing.awaitFirst();
      return new Verifier(ZnodeReader.over(source), new EtcdReader(target), n -> {})
          .verify(SCOPE, Duration.ofSeconds(1));
    }
  }

  private static final class Changing implements AutoCloseable {
    private final Thread thread;
    private final CountDownLatch first = new CountDownLatch(1);
    private volatile boolean stop;

    Changing(TreeChange change) {
      thread = new Thread(() -> run(change), "changing");
      thread.start();
    }

    private void run(TreeChange change) {
      try {
        for (int i = 1; !stop; i++) {
          change.make(i);
          first.countDown();
        }
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }

    void awaitFirst() throws InterruptedException {
      first.await();
    }

    @Override
    public void close() {
      stop = true;
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static byte[] value(int number) {
    return Integer.toString(number).getBytes(UTF_8);
  }
}
