package io.metamigrate.cutover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.metamigrate.lab.CuttableProxy;
import io.metamigrate.lab.ZooKeeperServer;
import io.metamigrate.migrator.cutover.fence.Fence;
import io.metamigrate.migrator.cutover.fence.GuardedZooKeeper;
import io.metamigrate.migrator.cutover.fence.ZnodeWrite;
import io.metamigrate.migrator.replay.LostAuthorityException;
import io.metamigrate.verifier.store.NodeData;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.ZooKeeperConnection;
import io.metamigrate.verifier.store.ZooKeeperSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every write takes effect once, whatever happens to the connection. */
@Timeout(120)
final class GuardedZooKeeperTest {
  private static final ZkPath NODE = new ZkPath("/node");

  @TempDir static Path folder;
  private static ZooKeeperServer server;
  private static int number;

  /** Each test has a root of its own. */
  private String root = "";

  private CuttableProxy proxy;
  private ZooKeeperConnection through;
  private ZooKeeperConnection direct;
  private GuardedZooKeeper guarded;

  @BeforeAll
  static void startServer() {
    server = ZooKeeperServer.start(folder);
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @BeforeEach
  void start() throws Exception {
    String made = "/t" + ++number;
    try (ZooKeeperConnection above = open(server.port())) {
      above.client().create(made, new byte[0], Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
    }
    root = made;
    proxy = CuttableProxy.to(server.port());
    through = open(proxy.port());
    direct = open(server.port());
    guarded = take(through);
  }

  @AfterEach
  void stop() {
    through.close();
    direct.close();
    proxy.close();
  }

  @Test
  void doesNotRepeatWriteWhoseAnswerWasLost() throws Exception {
    assertThat(guarded.write(new ZnodeWrite.Create(NODE, NodeData.of(new byte[] {1}), false)))
        .isEqualTo(Code.OK);
    proxy.loseAnswers();

    CompletableFuture<Code> answer =
        write(new ZnodeWrite.Set(NODE, NodeData.of(new byte[] {2}), 0));
    await(() -> version(NODE) == 1);
    proxy.cut();
    proxy.reopen();

    assertThat(answer.get(60, TimeUnit.SECONDS)).isEqualTo(Code.OK);
    assertThat(version(NODE)).isEqualTo(1);
    assertThat(guarded.write(new ZnodeWrite.Delete(NODE, 1))).isEqualTo(Code.OK);
  }

  @Test
  void retriesWriteThatNeverArrived() throws Exception {
    proxy.cut();
    CompletableFuture<Code> answer = write(new ZnodeWrite.Create(NODE, NodeData.EMPTY, false));
    Awaitility.await()
        .during(Duration.ofSeconds(2))
        .atMost(Duration.ofSeconds(10))
        .until(() -> !answer.isDone());
    proxy.reopen();

    assertThat(answer.get(60, TimeUnit.SECONDS)).isEqualTo(Code.OK);
    assertThat(version(NODE)).isZero();
  }

  @Test
  void refusalSurvivesALostAnswer() throws Exception {
    proxy.loseAnswers();
    CompletableFuture<Code> answer = write(new ZnodeWrite.Delete(NODE, -1));
    proxy.cut();
    proxy.reopen();

    assertThat(answer.get(60, TimeUnit.SECONDS)).isEqualTo(Code.NONODE);
  }

  /** The version is one on, as after a write of its own, but the sign is another's. */
  @Test
  void doesNotClaimAnotherHoldersWrite() throws Exception {
    proxy.cut();
    CompletableFuture<Code> answer = write(new ZnodeWrite.Create(NODE, NodeData.EMPTY, false));
    take(direct);
    assertThat(direct.client().exists(NODE.value(), false)).isNull();
    proxy.reopen();

    // The lock, which never fails here, lets it take the guard again; only then it writes.
    assertThat(answer.get(60, TimeUnit.SECONDS)).isEqualTo(Code.OK);
    assertThat(version(NODE)).isZero();
  }

  /** Only whose guard was moved by another asks the lock, and without it writes nothing more. */
  @Test
  void formerLockHolderWritesNothing() throws Exception {
    AtomicBoolean lost = new AtomicBoolean();
    GuardedZooKeeper sleeper =
        GuardedZooKeeper.take(
            direct,
            () -> {
              if (lost.get()) {
                throw new LostAuthorityException("the lock is lost");
              }
            },
            path -> !path.equals(NODE.child("unnamed")),
            "sleeper");
    assertThat(sleeper.write(new ZnodeWrite.Create(NODE, NodeData.EMPTY, false)))
        .isEqualTo(Code.OK);
    assertThatThrownBy(
            () ->
                sleeper.write(new ZnodeWrite.Create(NODE.child("unnamed"), NodeData.EMPTY, false)))
        .hasMessageContaining("the plan does not name /node/unnamed");
    lost.set(true);
    assertThat(sleeper.write(new ZnodeWrite.Set(NODE, NodeData.EMPTY, 0))).isEqualTo(Code.OK);
    take(through);

    ZnodeWrite.Set late = new ZnodeWrite.Set(NODE, NodeData.of(new byte[] {1}), 1);
    assertThatThrownBy(() -> sleeper.write(late)).isInstanceOf(LostAuthorityException.class);
    assertThatThrownBy(() -> sleeper.write(late)).isInstanceOf(LostAuthorityException.class);
    assertThat(version(NODE)).isEqualTo(1);
  }

  /** etcd was declared gone and came back: its lock is not worth anything any more. */
  @Test
  void lockOnEtcdDoesNotTakeTheGuardFromARollbackWithoutEtcd() throws Exception {
    GuardedZooKeeper undo = GuardedZooKeeper.takeWithoutLock(direct, path -> true, "undo");

    ZnodeWrite.Create change = new ZnodeWrite.Create(NODE, NodeData.EMPTY, false);
    assertThatThrownBy(guarded::requireHeld)
        .isInstanceOf(LostAuthorityException.class)
        .hasMessageContaining("wait until the other has ended");
    assertThatThrownBy(() -> guarded.write(change)).isInstanceOf(LostAuthorityException.class);
    assertThat(direct.client().exists(NODE.value(), false)).isNull();
    undo.requireHeld();
    assertThat(undo.write(change)).isEqualTo(Code.OK);
    undo.requireHeld();

    GuardedZooKeeper.takeWithoutLock(through, path -> true, "undo");
    assertThatThrownBy(undo::requireHeld).isInstanceOf(LostAuthorityException.class);
    assertThatThrownBy(() -> undo.write(new ZnodeWrite.Delete(NODE, 0)))
        .isInstanceOf(LostAuthorityException.class);
    assertThat(version(NODE)).isZero();
  }

  /** Frozen between its confirmation and the act, while the next holder lifts the fence. */
  @Test
  void formerLockHolderRaisesNoFence() throws Exception {
    List<ZkPath> paths = List.of(NODE);
    assertThat(guarded.write(new ZnodeWrite.Create(NODE, NodeData.of(new byte[] {1}), false)))
        .isEqualTo(Code.OK);
    java.util.concurrent.atomic.AtomicInteger asked =
        new java.util.concurrent.atomic.AtomicInteger();
    GuardedZooKeeper frozen =
        GuardedZooKeeper.take(
            direct,
            () -> {
              int now = asked.incrementAndGet();
              if (now == 3) {
                GuardedZooKeeper next = take(through);
                new Fence(through, next).lift(java.util.Map.of(NODE, List.of()));
              } else if (now > 3) {
                throw new LostAuthorityException("another process holds the lock");
              }
            },
            path -> true,
            "the frozen one");

    assertThatThrownBy(() -> new Fence(direct, frozen).raise(paths))
        .isInstanceOf(LostAuthorityException.class);

    assertThat(new Fence(direct, guarded).gaps(paths)).containsExactly(NODE);
  }

  @Test
  void allocatesNumbersWithoutLeavingNodes() throws Exception {
    ZooKeeper client = direct.client();
    client.create(NODE.value(), new byte[0], Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
    // The names of a hundred nodes are lost, the answers to what comes before are not.
    proxy.loseAnswersOver(1_000);
    CompletableFuture<Void> allocated =
        CompletableFuture.runAsync(() -> guarded.allocate(NODE, 250));
    await(() -> client.exists(NODE.value(), false).getNumChildren() == 100);
    proxy.cut();
    proxy.reopen();
    allocated.get(60, TimeUnit.SECONDS);

    Stat stat = client.exists(NODE.value(), false);
    assertThat(stat.getNumChildren()).isZero();
    // A create and a delete each, and a parent's sequence counts both.
    assertThat(stat.getCversion()).isEqualTo(500);
  }

  @Test
  void leavesOneNodePerCreation() throws Exception {
    guarded.mark("mark");
    proxy.cut();
    CompletableFuture<Void> left = CompletableFuture.runAsync(guarded::leave);
    proxy.reopen();

    left.get(60, TimeUnit.SECONDS);
    assertThat(direct.client().exists(GuardedZooKeeper.GUARD.value(), false)).isNull();
  }

  /** A rollback without etcd that is killed meanwhile resumes by the copy of the move. */
  @Test
  void deletesTheCopyOfTheMoveLast() throws Exception {
    guarded.write(new ZnodeWrite.Create(GuardedZooKeeper.COPY, NodeData.EMPTY, false));
    for (int i = 0; i < 20; i++) {
      guarded.mark("document-" + i);
    }
    List<String> deleted = Collections.synchronizedList(new ArrayList<>());
    direct
        .client()
        .addWatch(
            GuardedZooKeeper.GUARD.value(),
            event -> {
              if (event.getType() == EventType.NodeDeleted) {
                deleted.add(event.getPath());
              }
            },
            AddWatchMode.PERSISTENT_RECURSIVE);

    guarded.leave();

    await(() -> deleted.contains(GuardedZooKeeper.GUARD.value()));
    assertThat(deleted).endsWith(GuardedZooKeeper.COPY.value(), GuardedZooKeeper.GUARD.value());
  }

  private CompletableFuture<Code> write(ZnodeWrite change) {
    return CompletableFuture.supplyAsync(() -> guarded.write(change));
  }

  private int version(ZkPath path) throws Exception {
    return direct.client().exists(path.value(), false).getVersion();
  }

  private static void await(Callable<Boolean> condition) {
    Awaitility.await().atMost(Duration.ofSeconds(60)).until(condition);
  }

  /** A rollback without etcd begins after the lock was asked, and raises the epoch then. */
  @Test
  void takesNothingFromOneWithoutEtcdThatBeganMeanwhile() throws Exception {
    AtomicBoolean begun = new AtomicBoolean();
    Runnable confirm =
        () -> {
          if (begun.getAndSet(true)) {
            throw new LostAuthorityException("etcd was given up");
          }
          GuardedZooKeeper unused =
              GuardedZooKeeper.takeWithoutLock(direct, path -> true, "without etcd");
        };

    assertThatThrownBy(() -> GuardedZooKeeper.take(through, confirm, path -> true, "late"))
        .isInstanceOf(LostAuthorityException.class)
        .hasMessage("etcd was given up");

    byte[] guard = direct.client().getData(GuardedZooKeeper.GUARD.value(), false, new Stat());
    assertThat(GuardedZooKeeper.isWithoutLock(guard)).isTrue();
  }

  private static GuardedZooKeeper take(ZooKeeperConnection connection) {
    return GuardedZooKeeper.take(connection, () -> {}, path -> true, "test");
  }

  private ZooKeeperConnection open(int port) {
    return ZooKeeperConnection.open(
        ZooKeeperSettings.of("127.0.0.1:" + port + root).withTimeout(Duration.ofSeconds(30)));
  }
}
