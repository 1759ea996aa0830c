package io.metamigrate.cutover;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.lab.CommandLineRun;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A store comes back from a backup between two attempts of a rollback. */
@Timeout(600)
final class RestoredStoreTest extends OnCommands {
  private static final String WRITTEN = "/managed-ledgers/public/default/persistent/written";

  /** ZooKeeper has what the restored etcd lacks; no copy may revert that. */
  @Test
  void olderEtcdRevertsNothingInZooKeeper() throws Exception {
    olderEtcdRevertsNothing("stop-brokers-on-etcd", "lift-fence");
  }

  @Test
  @Tag("campaign")
  void olderEtcdRevertsNothingInZooKeeperElsewhereToo() throws Exception {
    olderEtcdRevertsNothing("stop-metadata-writers-on-etcd", "start-brokers-on-zookeeper");
  }

  private void olderEtcdRevertsNothing(String saved, String restored) throws Exception {
    cutOver();
    rollbackUntil(saved);
    Path backup = save(etcd());
    bed.put(TOPIC, topic(3, 4));
    bed.put(WRITTEN, "ml".getBytes(UTF_8));
    rollbackUntil(restored);
    assertThat(bed.existsInZooKeeper(WRITTEN)).isTrue();

    restore(etcd(), backup);
    for (String more : List.of("--lost-bookie=none:1", "--undo")) {
      CommandLineRun refused = run("rollback", more);
      assertThat(refused.code()).as(refused.toString()).isEqualTo(3);
      assertThat(refused.err())
          .contains("TARGET_WENT_BACK", "migrate rollback --confirm c1 --without-etcd");
    }
    CommandLineRun done = run("rollback", "--without-etcd");

    assertThat(done.code()).as(done.toString()).isZero();
    assertServingWithWhatWasWritten();
  }

  /** After its comparison a rollback has everything in ZooKeeper. */
  @ParameterizedTest
  @Tag("campaign")
  @ValueSource(strings = {"lift-fence", "start-brokers-on-zookeeper"})
  void lostEtcdIsNoDeadEndOnceBothWereCompared(String step) throws Exception {
    cutOver();
    bed.put(WRITTEN, "ml".getBytes(UTF_8));
    rollbackUntil("verify-back");
    CommandLineRun early = run("rollback", "--without-etcd");
    assertThat(early.err()).contains("ETCD_ANSWERS");
    etcd.process().kill();
    try {
      assertThat(run("rollback", "--without-etcd").err()).contains("COMMITTED");
      etcd.start();
      rollbackUntil(step);
      etcd.process().kill();
      impatient();

      CommandLineRun done = run("rollback", "--without-etcd");

      assertThat(done.code()).as(done.toString()).isZero();
      assertThat(done.out()).contains("what was written there after the rollback had compared");
      assertServingWithWhatWasWritten();
    } finally {
      etcd.start();
    }
  }

  /** A repeated rollback proves everything again; until then, the first proof counts. */
  @ParameterizedTest
  @Tag("campaign")
  @ValueSource(strings = {"copy-back", "verify-back"})
  void lostEtcdIsNoDeadEndWhileARepeatedRollbackComparesBothAgain(String step) throws Exception {
    cutOver();
    bed.put(WRITTEN, "ml".getBytes(UTF_8));
    rollbackUntil("lift-fence");
    rollbackUntil(step);
    assertFinishedOnceEtcdIsLost();
  }

  /** The second attempt stopped before its own proof, and so did the third one. */
  @Test
  @Tag("campaign")
  void lostEtcdIsNoDeadEndInTheThirdAttempt() throws Exception {
    cutOver();
    bed.put(WRITTEN, "ml".getBytes(UTF_8));
    rollbackUntil("lift-fence");
    rollbackUntil("verify-back");
    rollbackUntil("verify-back");
    assertFinishedOnceEtcdIsLost();
  }

  private void assertFinishedOnceEtcdIsLost() throws Exception {
    etcd.process().kill();
    impatient();
    try {
      CommandLineRun done = run("rollback", "--without-etcd");

      assertThat(done.code()).as(done.toString()).isZero();
      assertServingWithWhatWasWritten();
    } finally {
      etcd.start();
    }
  }

  /** A comparison that finds a difference refutes the earlier proof. */
  @Test
  @Tag("campaign")
  void proofOfAnEarlierProcessDoesNotCountOnceADifferenceWasFound() throws Exception {
    cutOver();
    rollbackUntil("lift-fence");
    Path pipe = folder.resolve("pipe-" + System.nanoTime());
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    config =
        withHooks(
            "beforeStep: \"test $METAMIGRATE_STEP != verify-back || cat %s\"".formatted(pipe));
    CompletableFuture<CommandLineRun> second = CompletableFuture.supplyAsync(() -> run("rollback"));
    // Opens as soon as the hook reads, which ends when this is closed.
    try (OutputStream hook = Files.newOutputStream(pipe)) {
      bed.put(WRITTEN, "ml".getBytes(UTF_8));
      hook.write('\n');
    }
    assertThat(second.join().out()).contains("stopped at verify-back", "the stores differ");
    etcd.process().kill();
    try {
      CommandLineRun refused = run("rollback", "--without-etcd");

      assertThat(refused.code()).as(refused.toString()).isEqualTo(3);
      assertThat(refused.err()).contains("COMMITTED");
    } finally {
      etcd.start();
    }
  }

  /** Then etcd alone has what was written since. */
  @Test
  @Tag("campaign")
  void proofOfAnEarlierProcessDoesNotCountOnceEtcdWasWritten() throws Exception {
    cutOver();
    rollbackUntil("lift-fence");
    bed.put(WRITTEN, "ml".getBytes(UTF_8));
    rollbackUntil("verify-back");
    etcd.process().kill();
    try {
      CommandLineRun refused = run("rollback", "--without-etcd");

      assertThat(refused.code()).as(refused.toString()).isEqualTo(3);
      assertThat(refused.err()).contains("COMMITTED");
    } finally {
      etcd.start();
    }
  }

  private void assertServingWithWhatWasWritten() throws Exception {
    assertThat(bed.existsInZooKeeper(WRITTEN)).isTrue();
    assertThat(bed.all()).allMatch(node -> bed.zkOwner(node.path()) != 0);
    assertThat(bed.bookies).noneMatch(StandIn.StandInBookie::hasGarbageCollectionSuspended);
    assertThat(bed.leftBehind()).isEmpty();
  }

  private void impatient() {
    bed.all().forEach(node -> node.timeoutSeconds = 1);
  }

  /** etcd is authoritative, and whatever ZooKeeper has is replaced. */
  @ParameterizedTest
  @Tag("campaign")
  @ValueSource(strings = {"check", "no-return", "observe"})
  void olderZooKeeperIsFilledAgain(String step) throws Exception {
    cutoverUntil(step);
    Path backup = save(zk());
    registerAgain();
    cutOver();
    bed.put(WRITTEN, "ml".getBytes(UTF_8));
    rollbackUntil("copy-back");

    restore(zk(), backup);
    CommandLineRun back = run("rollback");
    if (back.code() == 3) {
      assertThat(back.err()).contains("SOURCE_WENT_BACK", "`migrate rollback` takes that option");
      back = run("rollback", "--accept", "SOURCE_WENT_BACK");
    }

    assertThat(back.code()).as(back.toString()).isZero();
    bed.assertServingOnZooKeeper();
    assertThat(bed.existsInZooKeeper(WRITTEN)).isTrue();
  }

  /**
   * Before the point of no return it is authoritative: what it lost is lost, but not the cluster.
   */
  @ParameterizedTest
  @Tag("campaign")
  @ValueSource(strings = {"stop-brokers", "no-return"})
  void olderZooKeeperBeforeThePointOfNoReturnIsNoDeadEnd(String step) throws Exception {
    cutoverUntil(step);
    Path backup = save(zk());
    cutoverUntil("start-first-broker");

    restore(zk(), backup);
    CommandLineRun refused = run("rollback");
    assertThat(refused.code()).as(refused.toString()).isEqualTo(3);
    assertThat(refused.err()).contains("SOURCE_WENT_BACK");
    CommandLineRun back = run("rollback", "--accept", "SOURCE_WENT_BACK");

    assertThat(back.code()).as(back.toString()).isZero();
    bed.assertServingOnZooKeeper();
  }

  private void rollbackUntil(String step) throws Exception {
    until("rollback", step);
  }

  private void cutoverUntil(String step) throws Exception {
    until("cutover", step);
  }

  private void until(String command, String step) throws Exception {
    config = withHooks("beforeStep: \"test $METAMIGRATE_STEP != %s\"".formatted(step));
    CommandLineRun stopped = run(command);
    assertThat(stopped.out()).as(stopped.toString()).contains("stopped at " + step);
    config = nodes.config("plain-" + System.nanoTime() + ".yaml", "");
  }

  private record Saved(Path data, Runnable kill, Runnable start) {}

  private static Saved etcd() {
    return new Saved(folder.resolve("etcd-0/data"), etcd.process()::kill, etcd::start);
  }

  private static Saved zk() {
    return new Saved(
        folder.resolve("zookeeper-1/data"), zookeeper.process()::kill, zookeeper::start);
  }

  /** Like real ones, which register again once their session has ended. */
  private void registerAgain() {
    for (StandIn node : bed.all()) {
      if (node.running() && bed.key(node.path()).isEmpty() && bed.zkOwner(node.path()) == 0) {
        node.stop();
        node.start();
      }
    }
  }

  private static Path save(Saved store) throws Exception {
    Path saved = folder.resolve("saved-" + System.nanoTime());
    store.kill().run();
    FileUtils.copyDirectory(store.data().toFile(), saved.toFile());
    store.start().run();
    return saved;
  }

  private static void restore(Saved store, Path saved) throws Exception {
    store.kill().run();
    FileUtils.deleteDirectory(store.data().toFile());
    FileUtils.copyDirectory(saved.toFile(), store.data().toFile());
    store.start().run();
  }
}
