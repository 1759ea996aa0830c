package io.metamigrate.cutover;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.lab.CommandLineRun;
import io.metamigrate.lab.MigrateCommand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Once a rollback has given etcd up, no other process acts, though etcd comes back. */
@Tag("campaign")
@Timeout(600)
final class GivenUpEtcdCampaignTest extends OnCommands {
  /**
   * etcd hangs for some seconds, so the lock of the cutover is still held when it answers again.
   */
  @Test
  void livingCutoverActsNoMore() throws Exception {
    String log = givenUpMeanwhile(3, "--strategy", "rolling");

    assertThat(log).contains("another process took ZooKeeper over (/metamigrate)");
  }

  /** Its brokers are down for too long by then, so it would roll back at the same time. */
  @Test
  void cutoverThatRollsBackByItselfActsNoMore() throws Exception {
    String log = givenUpMeanwhile(7, "--strategy", "stop-all", "--max-outage", "3s");

    assertThat(log).contains("; rolling back", "given up by `migrate rollback --without-etcd`");
  }

  private String givenUpMeanwhile(int code, String... how) throws Exception {
    Path held =
        Files.writeString(
            config.resolveSibling("held-" + System.nanoTime() + ".yaml"),
            Files.readString(config).replace("target: {", "target: {lockTtl: 5m, "));
    config = held;
    String last = "configure " + bed.bookies.get(1).id;
    CountDownLatch frozen = new CountDownLatch(1);
    CountDownLatch claimed = new CountDownLatch(1);
    AtomicBoolean once = new AtomicBoolean();
    bed.driver.before(
        action -> {
          if (action.equals(last) && once.compareAndSet(false, true)) {
            etcd.process().freeze();
            frozen.countDown();
            await(claimed);
          }
        });
    String log;
    try (MigrateCommand cutover =
        process("cutover", Stream.concat(Stream.of("--yes"), Stream.of(how)))) {
      await(frozen);
      try (MigrateCommand back = process("rollback", Stream.of("--without-etcd"))) {
        back.awaitOutput("[1/");
        etcd.process().thaw();
        claimed.countDown();

        assertThat(cutover.awaitEnd()).as(cutover.log()).isEqualTo(code);
        assertThat(back.awaitEnd()).as(back.log()).isZero();
        log = cutover.log();
      }
    }

    assertOnZooKeeper();
    for (String command : List.of("cutover", "rollback")) {
      CommandLineRun refused = run(command);
      assertThat(refused.code()).as(refused.toString()).isEqualTo(3);
      assertThat(refused.err()).contains("etcd lost changes");
    }
    return log;
  }

  /** Bookies are on an etcd that was emptied: a copy there would not make it the move's again. */
  @Test
  void noCopyIsMadeToAnEmptiedEtcdInTheMiddleOfAMove() throws Exception {
    stopAtStopBrokers();
    bed.wipeEtcd();
    bed.bookies.forEach(bookie -> bookie.timeoutSeconds = 1);
    CommandLineRun refused = copyOnce();
    assertThat(refused.code()).as(refused.toString()).isEqualTo(3);
    assertThat(refused.err())
        .contains(
            "TARGET_WENT_BACK",
            "a move is under way by its copy in ZooKeeper",
            "migrate rollback --confirm c1 --without-etcd");
    assertThat(bed.key(TOPIC)).isEmpty();

    assertThat(withoutEtcd().code()).isZero();

    assertOnZooKeeper();
    CommandLineRun fresh = copyOnce();
    assertThat(fresh.code()).as(fresh.toString()).isZero();
  }

  private CommandLineRun copyOnce() {
    return CommandLineRun.migrate("run", "--once", "--rehearsal", "--config", config.toString());
  }

  @Test
  void twoRollbacksDoNotActTogether() throws Exception {
    stopAtStopBrokers();
    etcd.process().kill();
    bed.bookies.forEach(bookie -> bookie.timeoutSeconds = 1);
    List<CommandLineRun> both;
    try {
      CompletableFuture<CommandLineRun> one = CompletableFuture.supplyAsync(this::withoutEtcd);
      CompletableFuture<CommandLineRun> other = CompletableFuture.supplyAsync(this::withoutEtcd);
      both = List.of(one.get(), other.get());
    } finally {
      etcd.start();
    }

    assertThat(both).as(both.toString()).extracting(CommandLineRun::code).containsOnlyOnce(0);
    assertThat(both).extracting(CommandLineRun::code).containsOnlyOnce(3);
    assertOnZooKeeper();
  }

  /** It was frozen in an act of the driver's while another process did the rest. */
  @Test
  void frozenRollbackStopsAsOneThatWasReplaced() throws Exception {
    stopAtStopBrokers();
    etcd.process().kill();
    bed.bookies.forEach(bookie -> bookie.timeoutSeconds = 1);
    Path failed = folder.resolve("failed-" + System.nanoTime());
    CompletableFuture<MigrateCommand> first = new CompletableFuture<>();
    CountDownLatch frozen = new CountDownLatch(1);
    AtomicBoolean once = new AtomicBoolean();
    bed.driver.before(
        action -> {
          if (action.startsWith("stop ") && once.compareAndSet(false, true)) {
            first.join().process().freeze();
            frozen.countDown();
          }
        });
    config = withHooks("onFailure: \"touch %s\"".formatted(failed));
    try (MigrateCommand back = process("rollback", Stream.of("--without-etcd"))) {
      first.complete(back);
      await(frozen);
      CommandLineRun done = withoutEtcd();
      assertThat(done.code()).as(done.toString()).isZero();
      int actions = bed.driver.actions().size();
      back.process().thaw();

      assertThat(back.awaitEnd()).as(back.log()).isEqualTo(3);
      assertThat(back.log()).contains("another process took ZooKeeper over");
      assertThat(failed).doesNotExist();
      assertThat(bed.driver.actions()).hasSize(actions);
    } finally {
      etcd.start();
    }
    assertOnZooKeeper();
  }

  @Test
  void rollbackIsFinishedThoughEtcdIsBack() throws Exception {
    stopAtStopBrokers();
    etcd.process().kill();
    bed.bookies.forEach(bookie -> bookie.timeoutSeconds = 1);
    bed.bookies.get(1).broken = true;
    CommandLineRun stopped;
    try {
      stopped = withoutEtcd();
    } finally {
      etcd.start();
    }
    assertThat(stopped.code()).as(stopped.toString()).isEqualTo(7);
    bed.bookies.get(1).broken = false;
    int actions = bed.driver.actions().size();
    for (String command : List.of("cutover", "rollback", "finalize")) {
      CommandLineRun refused = run(command);
      assertThat(refused.code()).as(refused.toString()).isEqualTo(3);
      assertThat(refused.err()).contains("given up by `migrate rollback --without-etcd`");
    }
    assertThat(bed.driver.actions()).hasSize(actions);

    // A process that claimed ZooKeeper right then; the epoch still shows who gave etcd up.
    bed.zk().setData("/metamigrate", "another".getBytes(UTF_8), -1);
    CommandLineRun done = withoutEtcd();

    assertThat(done.code()).as(done.toString()).isZero();
    assertOnZooKeeper();
    CommandLineRun again = withoutEtcd();
    assertThat(again.code()).as(again.toString()).isEqualTo(3);
  }

  /**
   * Bookies have moved, the brokers are down, ZooKeeper is fenced, and etcd knows nothing of it.
   */
  @Test
  void etcdFromBeforeTheCutoverIsNoDeadEnd() throws Exception {
    Path saved = save();

    stopAt("drain");
    restore(saved);

    assertGivenUp("etcd holds no cutover");
  }

  /** etcd knows of the moved bookies, but neither of the fence nor of what was drained since. */
  @Test
  void etcdFromTheMiddleOfTheCutoverIsRefused() throws Exception {
    stopAt("fence");
    Path saved = save();

    stopAt("no-return");
    restore(saved);

    assertGivenUp("etcd holds less of this cutover than was recorded");
  }

  /** What brokers wrote is on etcd alone, so nothing leads back; the command reports it. */
  @Test
  void etcdFromAfterTheFirstStartIsAnAlarm() throws Exception {
    stopAt("start-brokers");
    Path saved = save();
    stopAt("observe");
    restore(saved);

    CommandLineRun resumed = run("cutover");

    assertThat(resumed.toString())
        .contains("ALARM: etcd holds less of this cutover than was recorded")
        .doesNotContain("TARGET_WENT_BACK");
    assertThat(withoutEtcd().code()).isEqualTo(3);
  }

  private void stopAt(String step) throws Exception {
    config = withHooks("beforeStep: \"test $METAMIGRATE_STEP != %s\"".formatted(step));
    assertThat(run("cutover").out()).contains("stopped at " + step);
    config = nodes.config("plain-" + System.nanoTime() + ".yaml", "");
  }

  private Path save() throws Exception {
    Path saved = folder.resolve("saved-" + System.nanoTime());
    etcd.process().kill();
    FileUtils.copyDirectory(data().toFile(), saved.toFile());
    etcd.start();
    return saved;
  }

  private void restore(Path saved) throws Exception {
    etcd.process().kill();
    FileUtils.deleteDirectory(data().toFile());
    FileUtils.copyDirectory(saved.toFile(), data().toFile());
    etcd.start();
  }

  private Path data() {
    return folder.resolve("etcd-0/data");
  }

  private void assertGivenUp(String reason) throws Exception {
    int actions = bed.driver.actions().size();
    for (String command : List.of("cutover", "rollback")) {
      CommandLineRun refused = run(command);
      assertThat(refused.code()).as(refused.toString()).isEqualTo(3);
      assertThat(refused.err())
          .contains("TARGET_WENT_BACK", reason, "migrate rollback --confirm c1 --without-etcd");
    }
    assertThat(bed.driver.actions()).hasSize(actions);

    CommandLineRun back = withoutEtcd();

    assertThat(back.code()).as(back.toString()).isZero();
    assertOnZooKeeper();
  }

  private void stopAtStopBrokers() throws Exception {
    config = withHooks("beforeStep: \"test $METAMIGRATE_STEP != stop-brokers\"");
    assertThat(run("cutover").out()).contains("stopped at stop-brokers");
    config = nodes.config("plain-" + System.nanoTime() + ".yaml", "");
  }

  private CommandLineRun withoutEtcd() {
    return run("rollback", "--without-etcd");
  }

  private MigrateCommand process(String command, Stream<String> more) {
    Stream<String> words = Stream.of(command, "--config", config.toString(), "--confirm", "c1");
    return MigrateCommand.start(
        folder.resolve(command + "-" + System.nanoTime()),
        Stream.concat(words, more).toArray(String[]::new));
  }

  private void assertOnZooKeeper() throws Exception {
    assertThat(bed.all()).allMatch(node -> bed.existsInZooKeeper(node.path()));
    assertThat(bed.all()).allMatch(node -> bed.zkOwner(node.path()) != 0);
    assertThat(bed.bookies).noneMatch(StandIn.StandInBookie::hasGarbageCollectionSuspended);
    assertThat(bed.leftBehind()).isEmpty();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(2, TimeUnit.MINUTES)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
