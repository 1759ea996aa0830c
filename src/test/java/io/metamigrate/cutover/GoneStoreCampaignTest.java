package io.metamigrate.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.lab.CommandLineRun;
import io.metamigrate.migrator.config.CutoverConfig.Strategy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Either store is lost permanently at each step: there is a command that leads out. */
@Tag("campaign")
@Timeout(600)
final class GoneStoreCampaignTest extends OnCommands {
  private static final String FIRST_START = "start-first-broker";

  private static final List<String> ROLLING =
      List.of(
          "stop-metadata-writers",
          "start-bridge",
          "move-bookie",
          "stop-brokers",
          "fence",
          "drain",
          "verify",
          "no-return",
          FIRST_START,
          "start-brokers",
          "end-bridge",
          "enable-garbage-collection",
          "start-metadata-writers-on-etcd",
          "observe");
  private static final List<String> STOP_ALL =
      List.of(
          "stop-metadata-writers",
          "stop-brokers",
          "fence",
          "drain",
          "verify",
          "switch-bookies",
          "no-return",
          FIRST_START,
          "start-brokers",
          "enable-garbage-collection",
          "start-metadata-writers-on-etcd",
          "observe");

  @AfterEach
  void startStoresAgain() {
    if (!zookeeper.process().alive()) {
      zookeeper.start();
    }
    if (!etcd.process().alive()) {
      etcd.start();
    }
  }

  static Stream<Arguments> beforeTheFirstStartOnEtcd() {
    return Stream.of(Strategy.values())
        .flatMap(
            strategy ->
                labels(strategy).stream()
                    .takeWhile(step -> !step.equals("start-brokers"))
                    .map(step -> Arguments.of(strategy, step)));
  }

  @ParameterizedTest
  @MethodSource("beforeTheFirstStartOnEtcd")
  void etcdIsGoneAsAStepBegins(Strategy strategy, String step) throws Exception {
    config = killing(step, etcd.process().pid().orElseThrow());

    CommandLineRun stopped = run("cutover", "--strategy", name(strategy));

    assertThat(stopped.code()).as(stopped.toString()).isNotZero();
    assertAllOnZooKeeper(step);
  }

  /**
   * In the middle of a step: before the given action of the driver, one after another. The last two
   * stop and configure the first broker, before its start on etcd is issued.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13})
  void etcdIsGoneInTheMiddleOfAStep(int action) throws Exception {
    AtomicInteger actions = new AtomicInteger();
    bed.driver.before(
        text -> {
          if (actions.incrementAndGet() == action) {
            etcd.process().kill();
            shortenTimeouts();
          }
        });

    CommandLineRun stopped = run("cutover");

    assertThat(stopped.code()).as(stopped.toString()).isNotZero();
    bed.driver.before(text -> {});
    assertAllOnZooKeeper("action " + action);
  }

  private void assertAllOnZooKeeper(String where) throws Exception {
    shortenTimeouts();
    config = nodes.config("plain-" + System.nanoTime() + ".yaml", "");
    CommandLineRun back = run("rollback", "--without-etcd");
    assertThat(back.code()).as("%s: %s", where, back).isZero();
    for (StandIn node : bed.all()) {
      Stat stat = bed.zk().exists(node.path(), false);
      assertThat(stat).as(where + " " + node.path()).isNotNull();
      assertThat(stat.getEphemeralOwner()).as(where + " " + node.path()).isNotZero();
    }
    assertThat(bed.bookies)
        .as(where)
        .noneMatch(StandIn.StandInBookie::hasGarbageCollectionSuspended);
    assertThat(bed.leftBehind()).as(where).isEmpty();
    assertThat(bed.existsInZooKeeper("/ledgers/underreplication/disable")).as(where).isFalse();
    bed.allocateLedgerId();
  }

  static Stream<Arguments> afterThePointOfNoReturn() {
    return Stream.of(Strategy.values())
        .flatMap(
            strategy ->
                labels(strategy).stream()
                    .dropWhile(step -> !step.equals(FIRST_START))
                    .map(step -> Arguments.of(strategy, step)));
  }

  @ParameterizedTest
  @MethodSource("afterThePointOfNoReturn")
  void zooKeeperIsGoneAsAStepAfterThePointOfNoReturnBegins(Strategy strategy, String step)
      throws Exception {
    config = killing(step, zookeeper.process().pid().orElseThrow());

    CommandLineRun stopped = run("cutover", "--strategy", name(strategy));

    assertThat(stopped.code()).as(stopped.toString()).isNotZero();
    shortenTimeouts();
    config = nodes.config("plain-" + System.nanoTime() + ".yaml", "");
    assertCompleted(run("cutover", "--without-zookeeper"), step);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "stop-metadata-writers-on-etcd",
        "suspend-garbage-collection",
        "stop-brokers-on-etcd",
        "remove-mirrors",
        "reverse-direction",
        "copy-back",
        "raise-ids",
        "verify-back",
        "switch-bookies-back",
        "lift-fence",
        "start-brokers-on-zookeeper"
      })
  void zooKeeperIsGoneAsAStepOfAReverseMoveBegins(String step) throws Exception {
    cutOver();
    config = killing(step, zookeeper.process().pid().orElseThrow());

    CommandLineRun stopped = run("rollback");

    assertThat(stopped.code()).as(stopped.toString()).isNotZero();
    shortenTimeouts();
    config = nodes.config("plain-" + System.nanoTime() + ".yaml", "");
    assertCompleted(run("rollback", "--undo", "--without-zookeeper"), step);
  }

  private void assertCompleted(CommandLineRun done, String where) {
    assertThat(done.code()).as("%s: %s", where, done).isZero();
    for (StandIn node : bed.all()) {
      assertThat(bed.key(node.path()).orElseThrow().getLease())
          .as(where + " " + node.path())
          .isNotZero();
    }
    assertThat(bed.bookies)
        .as(where)
        .noneMatch(StandIn.StandInBookie::hasGarbageCollectionSuspended);
  }

  /** The configuration with a hook that kills the store permanently as the step begins. */
  private Path killing(String step, long pid) throws Exception {
    Path once = Files.createTempFile(folder, "once", "");
    return withHooks(
        "beforeStep: \"test $METAMIGRATE_STEP != %s || ! rm %s 2> /dev/null || kill -9 %d\""
            .formatted(step, once, pid));
  }

  private void shortenTimeouts() {
    bed.bookies.forEach(bookie -> bookie.timeoutSeconds = 1);
    bed.brokers.forEach(broker -> broker.timeoutSeconds = 1);
  }

  private static List<String> labels(Strategy strategy) {
    return strategy == Strategy.ROLLING ? ROLLING : STOP_ALL;
  }

  private static String name(Strategy strategy) {
    return strategy == Strategy.ROLLING ? "rolling" : "stop-all";
  }
}
