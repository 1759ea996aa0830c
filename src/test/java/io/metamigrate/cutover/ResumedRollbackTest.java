package io.metamigrate.cutover;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.metamigrate.lab.CommandLineRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A rollback that is resumed proves again what nobody watched meanwhile. */
@Timeout(600)
final class ResumedRollbackTest extends OnCommands {
  private static final String NEW_LEDGER = "/ledgers/000/0000/0042/9496/L7297";
  private static final String NEW_TOPIC = "/managed-ledgers/public/default/persistent/new";

  /** Right after the verification, and right before the first start. */
  @Test
  void copiesBackWritesMadeSinceVerification() throws Exception {
    copiesBackWritesMadeSinceVerification("start-brokers-on-zookeeper");
  }

  @Test
  @Tag("campaign")
  void copiesBackWritesMadeSinceVerificationElsewhere() throws Exception {
    copiesBackWritesMadeSinceVerification("switch-bookies-back");
  }

  private void copiesBackWritesMadeSinceVerification(String step) throws Exception {
    cutOver();
    Path stop = Files.createFile(folder.resolve("stop-" + step));
    config =
        withHooks(
            "beforeStep: \"test $METAMIGRATE_STEP != %s || test ! -e %s\"".formatted(step, stop));
    CommandLineRun stopped = run("rollback");
    assertThat(stopped.code()).as(stopped.toString()).isEqualTo(7);
    assertThat(stopped.out()).contains("stopped at " + step);
    bed.whenBrokersServeOnEtcd.add(this::write);
    bed.brokers.get(0).start();
    Files.delete(stop);

    rollBack();

    assertThat(bed.existsInZooKeeper(NEW_LEDGER)).isTrue();
    assertThat(bed.dataInZooKeeper(NEW_TOPIC)).isEqualTo("new");
    assertThat(bed.nextLedgerIdOnZooKeeper()).isGreaterThan(4294967297L);
    bed.assertServingOnZooKeeper();
  }

  /** In one process: the verification does not count any more once etcd was changed. */
  @Test
  void writeBetweenVerificationAndFirstStartStopsRollback() throws Exception {
    cutOver();
    String last = "start " + bed.bookies.get(2).id;
    bed.driver.after(
        action -> {
          if (action.equals(last) && !bed.bookies.get(2).hasGarbageCollectionSuspended()) {
            write();
          }
        });

    CommandLineRun stopped = run("rollback");

    assertThat(stopped.code()).as(stopped.toString()).isEqualTo(7);
    assertThat(stopped.out()).contains("stopped at lift-fence");
    // It names the first key that it saw; the broker writes several.
    assertThat(stopped.out()).contains("etcd was changed after it was compared (/");
    assertThat(bed.brokers).noneMatch(StandIn::running);
    bed.driver.after(action -> {});
    rollBack();
    assertThat(bed.existsInZooKeeper(NEW_LEDGER)).isTrue();
    assertThat(bed.dataInZooKeeper(NEW_TOPIC)).isEqualTo("new");
    bed.assertServingOnZooKeeper();
  }

  /** What the copy replaces in ZooKeeper is recorded first, whenever it was written. */
  @Test
  void namesWhatWasWrittenWhileBrokersStopped() {
    cutOver();
    String policies = "/admin/policies/public/default";
    String last = "stop " + bed.brokers.get(1).id;
    AtomicBoolean once = new AtomicBoolean();
    bed.driver.before(
        action -> {
          if (action.equals(last) && once.compareAndSet(false, true)) {
            bed.deleteInZooKeeper(policies);
            bed.createUnchecked(policies, "late".getBytes(UTF_8));
          }
        });

    CommandLineRun back = run("rollback");

    assertThat(back.code()).as(back.toString()).isZero();
    assertThat(back.out()).contains("ALARM: 1 late writes on ZooKeeper, first " + policies);
  }

  /** A stray writer on etcd keeps the copy from its end; what the tool copied is its own. */
  @Test
  void continuesAfterACopyThatGaveUp() throws Exception {
    cutOver();
    config = withHooks("beforeStep: \"test $METAMIGRATE_STEP != start-brokers-on-zookeeper\"");
    assertThat(run("rollback").out()).contains("stopped at start-brokers-on-zookeeper");
    config = nodes.config("plain-" + System.nanoTime() + ".yaml", "");
    AtomicInteger written = new AtomicInteger();
    AtomicBoolean ended = new AtomicBoolean();
    Runnable writes =
        () -> {
          while (!ended.get()) {
            bed.put(NEW_TOPIC, Integer.toString(written.incrementAndGet()).getBytes(UTF_8));
          }
        };
    // Every pass of the copy must meet a write, also if one of the threads has to wait.
    List<CompletableFuture<Void>> writers =
        Stream.generate(() -> CompletableFuture.runAsync(writes)).limit(3).toList();
    await().atMost(Duration.ofMinutes(1)).until(() -> written.get() > 200);
    CommandLineRun stopped = run("rollback");
    ended.set(true);
    for (CompletableFuture<Void> writer : writers) {
      writer.get();
    }
    bed.put(NEW_TOPIC, "the last".getBytes(UTF_8));
    assertThat(stopped.out())
        .contains("stopped at copy-back", "both stores do not become equal", NEW_TOPIC);

    rollBack();

    assertThat(bed.dataInZooKeeper(NEW_TOPIC)).isEqualTo("the last");
    bed.assertServingOnZooKeeper();
  }

  /** Before the point of no return: a bookie that went down after it had moved back. */
  @Test
  void restartsDeadBookieBeforePointOfNoReturn() throws Exception {
    Path stop = Files.createFile(folder.resolve("stop-before"));
    config =
        withHooks(
            "beforeStep: \"test $METAMIGRATE_STEP != no-return || false\", afterStep: \"test $METAMIGRATE_STEP != move-bookie-back || test ! -e %s\""
                .formatted(stop));
    assertThat(run("cutover").out()).contains("stopped at no-return");
    CommandLineRun stopped = run("rollback");
    assertThat(stopped.out()).contains("stopped at move-bookie-back");
    bed.bookies.forEach(StandIn::stop);
    bed.brokers.get(1).stop();
    Files.delete(stop);

    rollBack();

    bed.assertServingOnZooKeeper();
  }

  private void write() {
    bed.put("/ledgers/idgen-long/HOB-0000000001", TestBed.NOTHING);
    bed.put(NEW_LEDGER, bed.ledger(bed.bookies.get(1).id, bed.bookies.get(2).id));
    bed.put(NEW_TOPIC, "new".getBytes(UTF_8));
  }
}
