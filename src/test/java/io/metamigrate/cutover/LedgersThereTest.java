package io.metamigrate.cutover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.metamigrate.lab.CommandLineRun;
import io.metamigrate.verifier.decode.LedgerPaths;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * No bookie starts with garbage collection enabled on a store that lacks a ledger: it would delete
 * that ledger's entries.
 */
@Timeout(600)
final class LedgersThereTest extends OnCommands {
  private static final String LATE = "/ledgers/00/0000/L0077";
  private static final String ABOVE_THE_COUNTER = LedgerPaths.pathOf((3L << Integer.SIZE) + 5);
  private static final String LATE_LEDGER = "/ledgers/00/0000/L0078";

  /** etcd takes any name, ZooKeeper none with a part that is a dot. */
  private static final String IMPOSSIBLE = "/managed-ledgers/public/default/persistent/./t";

  /** A broker that was left behind makes one in ZooKeeper; somebody deletes one on etcd. */
  @Test
  void isRequiredBeforeBookiesCollectOnEtcd() throws Exception {
    byte[] ledger = bed.ledger(bed.bookies.get(0).id, bed.bookies.get(1).id);
    String last = "start " + bed.brokers.get(1).id;
    bed.driver.after(
        action -> {
          if (action.equals(last)) {
            bed.createUnchecked(LATE, ledger);
            bed.delete(LEDGER);
          }
        });

    assertStopped(
        run("cutover"),
        "stopped at enable-garbage-collection",
        LATE,
        "--accept-late-write " + LATE);
    bed.driver.after(action -> {});
    assertStopped(run("cutover"), "stopped at enable-garbage-collection", LATE);
    assertStopped(
        run("cutover", "--accept-late-write", LATE),
        "stopped at enable-garbage-collection",
        "would delete 1 ledgers that etcd does not list and ZooKeeper does",
        "ledger 3 of " + TOPIC);
    assertThat(bed.bookies).allMatch(bookie -> bookie.hasGarbageCollectionSuspended());
    bed.put(LEDGER, ledger);

    CommandLineRun done = run("cutover", "--accept-late-write", LATE);

    assertThat(done.code()).as(done.toString()).isZero();
    assertThat(done.out()).contains("ALARM", LATE);
    bed.assertServingOnEtcd();
  }

  @Test
  void isRequiredBeforeMovedBookiesReturn() throws Exception {
    config = withHooks("beforeStep: \"test $METAMIGRATE_STEP != no-return\"");
    assertThat(run("cutover").out()).contains("stopped at no-return");
    byte[] ledger = bed.ledger(bed.bookies.get(0).id, bed.bookies.get(1).id);
    bed.deleteInZooKeeper(LEDGER);
    bed.put("/managed-ledgers/public/default/persistent/forked", TestBed.NOTHING);

    assertStopped(
        run("rollback"),
        "stopped at move-bookie-back",
        "would delete 1 ledgers that ZooKeeper does not list and etcd does");
    bed.create(LEDGER, ledger);

    CommandLineRun done = run("rollback");

    assertThat(done.code()).as(done.toString()).isZero();
    assertThat(done.out())
        .contains("ALARM: another writer changed etcd since the copy", "persistent/forked");
    bed.assertServingOnZooKeeper();
  }

  /**
   * What etcd has lost, and what a stray broker wrote to ZooKeeper, is asked for while brokers
   * serve. Whatever was written on etcd after the verification is not in ZooKeeper yet, and what
   * ZooKeeper cannot have never will be.
   */
  @Test
  void isRequiredBeforeACopyToZooKeeperAndBeforeBookiesReturn() throws Exception {
    cutOver();
    byte[] ledger = bed.ledger(bed.bookies.get(0).id, bed.bookies.get(1).id);
    // Nobody can put this one back, so it holds nothing up.
    bed.put("/managed-ledgers/public/default/persistent/orphan", topic(4711));
    bed.delete(LEDGER);
    bed.createUnchecked(LATE_LEDGER, ledger);
    assertStopped(
        run("rollback"),
        "stopped at stop-brokers-on-etcd",
        "nothing is copied from there",
        "would delete 1 ledgers",
        "ledger 3 of " + TOPIC);
    bed.put(LEDGER, ledger);
    bed.put(IMPOSSIBLE, TestBed.NOTHING);
    assertStopped(
        run("rollback"),
        "stopped at stop-brokers-on-etcd",
        "1 keys on etcd have names that no znode can have (" + IMPOSSIBLE + ")");
    bed.delete(IMPOSSIBLE);
    assertStopped(
        run("rollback"),
        "stopped at stop-brokers-on-etcd",
        "the copy from etcd would delete them",
        "--accept-late-write " + LATE_LEDGER);
    assertThat(bed.brokers).allMatch(broker -> bed.key(broker.path()).isPresent());
    Path at = folder.resolve("at-switch-back");
    Path proceed = folder.resolve("go-switch-back");
    config =
        withHooks(
            "beforeStep: \"test $METAMIGRATE_STEP != switch-bookies-back || test -e %s || { touch %s; while test ! -e %s; do sleep 0.1; done; }\""
                .formatted(proceed, at, proceed));
    CompletableFuture<CommandLineRun> rollback =
        CompletableFuture.supplyAsync(() -> run("rollback", "--accept-late-write", LATE_LEDGER));
    await().atMost(Duration.ofMinutes(5)).failFast(rollback::isDone).until(() -> Files.exists(at));
    bed.put(LATE, bed.ledger(bed.bookies.get(0).id));
    bed.put(IMPOSSIBLE, TestBed.NOTHING);
    Files.createFile(proceed);

    assertStopped(
        rollback.get(), "stopped at switch-bookies-back", "etcd was changed after it was compared");
    assertStopped(run("rollback"), "stopped at copy-back", IMPOSSIBLE, "etcdctl del");
    bed.delete(IMPOSSIBLE);
    // Above the counter of etcd: the next id on ZooKeeper has to be above it, too.
    bed.put(ABOVE_THE_COUNTER, ledger);
    rollBack();
    assertThat(bed.existsInZooKeeper(LATE)).isTrue();
    assertThat(bed.existsInZooKeeper(LATE_LEDGER)).isFalse();
    bed.assertServingOnZooKeeper();
  }

  private static void assertStopped(CommandLineRun run, String... texts) {
    assertThat(run.code()).as(run.toString()).isEqualTo(7);
    assertThat(run.out()).contains(texts);
  }
}
