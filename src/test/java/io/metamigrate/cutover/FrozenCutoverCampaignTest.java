package io.metamigrate.cutover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.metamigrate.lab.CommandLineRun;
import io.metamigrate.lab.MigrateCommand;
import io.metamigrate.migrator.cutover.CutoverState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A cutover is frozen at each of its steps and at each action of the driver, another command takes
 * over and comes to its end, and the first is thawed: it does nothing more to nodes or stores.
 */
@Tag("campaign")
@Timeout(600)
final class FrozenCutoverCampaignTest extends OnCommands {
  private static final List<String> STEPS =
      List.of(
          "check",
          "claim-zookeeper",
          "stop-metadata-writers",
          "start-bridge",
          "move-bookie",
          "stop-brokers",
          "fence",
          "drain",
          "verify",
          "no-return",
          "start-first-broker",
          "start-brokers",
          "end-bridge",
          "enable-garbage-collection",
          "start-metadata-writers-on-etcd",
          "observe");

  private static final int ACTIONS = 24;

  static Stream<Arguments> steps() {
    return STEPS.stream()
        .flatMap(
            step ->
                Stream.of("beforeStep", "afterStep")
                    .map(moment -> Arguments.of(step, moment, next(step.length()))));
  }

  /** The command that takes over. */
  private static String next(int number) {
    return number % 2 == 0 ? "cutover" : "rollback";
  }

  @ParameterizedTest
  @MethodSource("steps")
  void isFrozenAtAStep(String step, String moment, String next) throws Exception {
    Path at = folder.resolve("at-" + System.nanoTime());
    Path proceed = folder.resolve("go-" + System.nanoTime());
    config =
        withHooks(
            "%s: \"test $METAMIGRATE_STEP != %s || ! mkdir %s 2> /dev/null || while test ! -e %s; do sleep 0.1; done\""
                .formatted(moment, step, at, proceed));
    try (MigrateCommand frozen = process("frozen")) {
      await()
          .atMost(Duration.ofMinutes(3))
          .failFast(frozen.log(), () -> !frozen.process().alive())
          .until(() -> Files.exists(at));
      frozen.process().freeze();
      takenOver(frozen, next, () -> Files.createFile(proceed));
    }
  }

  static Stream<Arguments> actions() {
    return IntStream.rangeClosed(1, ACTIONS)
        .boxed()
        .map(number -> Arguments.of(number, next(number)));
  }

  @ParameterizedTest
  @MethodSource("actions")
  void isFrozenInAnAction(int number, String next) throws Exception {
    AtomicInteger count = new AtomicInteger();
    CountDownLatch reached = new CountDownLatch(1);
    try (MigrateCommand frozen = process("frozen")) {
      bed.driver.before(
          action -> {
            if (count.incrementAndGet() == number) {
              frozen.process().freeze();
              reached.countDown();
            }
          });
      await()
          .atMost(Duration.ofMinutes(3))
          .failFast(frozen.log(), () -> !frozen.process().alive())
          .until(() -> reached.getCount() == 0);
      takenOver(frozen, next, () -> {});
    }
  }

  private interface Act {
    void run() throws Exception;
  }

  private void takenOver(MigrateCommand frozen, String next, Act meanwhile) throws Exception {
    CommandLineRun taken = run(next);
    if (taken.code() == 3 && taken.err().contains("NO_CUTOVER")) {
      taken = run("cutover");
    }
    assertThat(taken.code()).as(taken.toString()).isZero();
    List<String> actions = bed.driver.actions();
    CutoverState state = bed.state();
    List<String> tree = tree();
    long revision = bed.stores.keys().revision().value();

    meanwhile.run();
    frozen.process().thaw();

    assertThat(frozen.awaitEnd()).as(frozen.log()).isEqualTo(3);
    assertThat(bed.driver.actions()).as(frozen.log()).isEqualTo(actions);
    assertThat(bed.state()).isEqualTo(state);
    assertThat(tree()).isEqualTo(tree);
    assertThat(bed.stores.keys().revision().value()).isEqualTo(revision);
    if (taken.out().contains("RolledBack")) {
      bed.assertServingOnZooKeeper();
    } else {
      bed.assertServingOnEtcd();
    }
  }

  /** Persistent znodes with the zxid of their last change and their access lists. */
  private List<String> tree() throws Exception {
    List<String> tree = new ArrayList<>();
    for (String path : bed.persistentNodes()) {
      Stat stat = bed.zk().exists(path, false);
      tree.add(path + stat.getMzxid() + " " + stat.getAversion() + bed.zk().getACL(path, null));
    }
    return tree;
  }

  private MigrateCommand process(String name) throws Exception {
    String text = Files.readString(config).replace("target: {", "target: {lockTtl: 5s, ");
    Path impatient =
        Files.writeString(config.resolveSibling("frozen-" + System.nanoTime() + ".yaml"), text);
    return MigrateCommand.start(
        Files.createTempDirectory(folder, name),
        "cutover",
        "--config",
        impatient.toString(),
        "--confirm",
        "c1",
        "--yes");
  }
}
