package io.metamigrate.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.metamigrate.lab.CommandLineRun;
import io.metamigrate.migrator.cutover.StepRecord.StepState;
import io.metamigrate.migrator.replay.StateStore;
import io.metamigrate.verifier.check.Sequences;
import io.metamigrate.verifier.store.SourceSnapshot;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.zookeeper.ZooDefs.Ids;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A move whose ZooKeeper is permanently lost can be ended, and the record names what was not
 * checked.
 */
@Timeout(300)
final class WithoutZooKeeperTest extends OnHookedCommands {
  private static final ObjectMapper JSON = new ObjectMapper();

  WithoutZooKeeperTest() {
    super("60s");
  }

  @AfterEach
  void startZooKeeperAgain() {
    if (!zookeeper.process().alive()) {
      zookeeper.start();
    }
  }

  @Test
  void finalizeNamesSkippedChecks() throws Exception {
    Path config = config("gone", "");
    CommandLineRun done = run(config, "cutover --yes");
    assertThat(done.code()).as(done.toString()).isZero();
    String finalize = "finalize --without-zookeeper --record " + home.resolve("record.json");

    CommandLineRun refused = run(config, finalize);

    assertThat(refused.code()).as(refused.toString()).isEqualTo(3);
    assertThat(refused.err()).contains("ZOOKEEPER_ANSWERS");
    zookeeper.process().kill();
    StandIn.StandInBookie bookie = bed.bookies.get(1);
    bookie.stop();
    CommandLineRun down = run(config, finalize);
    assertThat(down.code()).as(down.toString()).isEqualTo(3);
    assertThat(down.err()).contains("bookie " + bookie.id + " has no key with a lease on etcd");
    CommandLineRun ended = run(config, finalize + " --lost-bookie " + bookie.id);

    assertThat(ended.code()).as(ended.toString()).isZero();
    assertThat(ended.json().path("fence").asText()).contains("not checked");
    assertThat(ended.json().path("notes").toString())
        .contains(
            "connected",
            "fence",
            "/metamigrate",
            bookie.id + " is recorded as lost",
            "not checked");
    assertThat(home.resolve("record.json")).exists();
    assertThat(bed.key("metamigrate/checkpoint")).isEmpty();
    CommandLineRun again = run(config, finalize);
    assertThat(again.code()).as(again.toString()).isEqualTo(3);
    assertThat(again.err())
        .contains("FINALIZED", "nothing is left to do")
        .doesNotContain("migrate run");
  }

  /**
   * Killed after the point of no return: with brokers down, then with bookies that do not collect.
   */
  @Test
  void committedCutoverCompletesWithoutZooKeeper() throws Exception {
    Path config = stopping("start-first-broker");
    CommandLineRun stopped = run(config, "cutover --yes");
    assertThat(stopped.json().path("step").asText()).isEqualTo("start-first-broker");
    CommandLineRun early = run(config, "cutover --without-zookeeper");
    assertThat(early.code()).as(early.toString()).isEqualTo(3);
    assertThat(early.err()).contains("ZOOKEEPER_ANSWERS");
    zookeeperIsGone();
    lostRightAfterCommit();
    bed.driver.reportAsRunning(bed.brokers.get(1).id);
    bed.budget("5s");
    CommandLineRun runs = run(config("second", ""), "cutover --without-zookeeper");
    assertThat(runs.code()).as(runs.toString()).isEqualTo(7);
    assertThat(runs.toString()).contains("still runs, according to the driver's probe");
    bed.driver.reportAsRunning("");
    bed.budget("60s");
    String unlisted = "/admin/policies/public/stray";
    bed.put(unlisted, TestBed.NOTHING);

    CommandLineRun done = run(config("third", ""), "cutover --without-zookeeper");

    assertThat(done.code()).as(done.toString()).isZero();
    assertThat(done.err())
        .contains("ALARM: another writer changed etcd since the verification, first " + unlisted);
    assertThat(done.toString()).contains("ZooKeeper", "it is gone");
    assertServing();
    CommandLineRun again = run(config("fourth", ""), "cutover --without-zookeeper");
    assertThat(again.code()).as(again.toString()).isZero();

    zookeeper.start();
    CommandLineRun returned = run(config("fifth", ""), "cutover");
    assertThat(returned.code()).as(returned.toString()).isEqualTo(7);
    for (StandIn.StandInBookie bookie : bed.bookies) {
      assertThat(returned.toString()).contains("zookeeper-shell delete " + bookie.path());
      bed.deleteInZooKeeper(bookie.path());
    }
    CommandLineRun clean = run(config("sixth", ""), "cutover");
    assertThat(clean.code()).as(clean.toString()).isZero();
  }

  @Test
  void isRefusedBeforePointOfNoReturn() throws Exception {
    Path config = stopping("stop-brokers");
    run(config, "cutover --yes");
    zookeeperIsGone();
    CommandLineRun refused = run(config, "cutover --without-zookeeper");

    assertThat(refused.code()).as(refused.toString()).isEqualTo(3);
    assertThat(refused.err()).contains("NOT_COMMITTED", "ZooKeeper is authoritative");
  }

  /** Bookies are on ZooKeeper again, and it dies. */
  @Test
  @Tag("campaign")
  void rollbackIsUndoneWithoutZooKeeper() throws Exception {
    Path config = stopping("start-brokers-on-zookeeper");
    assertThat(run(config, "cutover --yes").code()).isZero();
    CommandLineRun stopped = run(config, "rollback");
    assertThat(stopped.json().path("step").asText()).isEqualTo("start-brokers-on-zookeeper");
    long half = bed.nextLedgerIdOnEtcd() >> Integer.SIZE;
    zookeeperIsGone();
    CommandLineRun advised = run(config, "rollback");
    assertThat(advised.code()).as(advised.toString()).isEqualTo(4);
    assertThat(advised.json().path("next").get(0).asText())
        .isEqualTo("migrate rollback --confirm c1 --undo --without-zookeeper");
    CommandLineRun back = run(config, "rollback --without-zookeeper");
    assertThat(back.code()).as(back.toString()).isEqualTo(2);
    assertThat(back.err()).contains("add --undo");

    CommandLineRun undone = run(config, "rollback --undo --without-zookeeper");

    assertThat(undone.code()).as(undone.toString()).isZero();
    assertServing();
    // The ids that brokers allocated in the unfenced ZooKeeper cannot be read.
    assertThat(bed.key(Sequences.highOrderBitsPath(half + 1).value())).isPresent();
    CommandLineRun ended =
        run(config, "finalize --without-zookeeper --record " + home.resolve("record.json"));
    assertThat(ended.code()).as(ended.toString()).isZero();
  }

  /** ZooKeeper comes back as the rollback had left it, with a copy by which it has everything. */
  @ParameterizedTest
  @Tag("campaign")
  @ValueSource(booleans = {false, true})
  void copyFromBeforeTheUndoIsNotBelieved(boolean seenByACommand) throws Exception {
    Path config = stopping("start-brokers-on-zookeeper");
    assertThat(run(config, "cutover --yes").code()).isZero();
    assertThat(run(config, "rollback").json().path("step").asText())
        .isEqualTo("start-brokers-on-zookeeper");
    zookeeperIsGone();
    CommandLineRun undone = run(config, "rollback --undo --without-zookeeper");
    assertThat(undone.code()).as(undone.toString()).isZero();
    zookeeper.start();
    if (seenByACommand) {
      assertThat(run(config, "cutover").toString()).contains("Observing");
      bed.brokers.forEach(StandIn::stop);
    }
    etcd.process().kill();
    try {
      CommandLineRun refused = run(config, "rollback --without-etcd");

      assertThat(refused.code()).as(refused.toString()).isEqualTo(3);
      assertThat(refused.err())
          .contains(
              "COMMITTED",
              seenByACommand
                  ? "a broker's start on etcd was issued"
                  : "is not registered in ZooKeeper");
    } finally {
      etcd.start();
    }
  }

  /** ZooKeeper is lost between the record of the first start there and the start itself. */
  @Test
  @Tag("campaign")
  void undoesRollbackThatCouldNotPassAuthority() throws Exception {
    Path config = config("lost", "");
    assertThat(run(config, "cutover --yes").code()).isZero();
    bed.zk().setACL(SourceSnapshot.EPOCH.toString(), Ids.READ_ACL_UNSAFE, -1);
    CommandLineRun stopped = run(config, "rollback");
    assertThat(stopped.code()).as(stopped.toString()).isEqualTo(4);
    assertThat(stopped.toString()).contains("ZooKeeper refused /metamigrate/epoch");
    assertThat(stopped.json().path("step").asText()).isEqualTo("start-brokers-on-zookeeper");
    zookeeperIsGone();
    CommandLineRun advised = run(config, "rollback");
    assertThat(advised.json().path("next").get(0).asText())
        .as(advised.toString())
        .isEqualTo("migrate rollback --confirm c1 --undo --without-zookeeper");

    CommandLineRun undone = run(config, "rollback --undo --without-zookeeper");

    assertThat(undone.code()).as(undone.toString()).isZero();
    assertServing();
  }

  /** The point of no return is recorded, and its step is still open. */
  private void lostRightAfterCommit() throws IOException {
    String document = StateStore.key("cutover");
    JsonNode state = JSON.readTree(bed.key(document).orElseThrow().getValue().getBytes());
    for (JsonNode step : state.path("forward")) {
      if (step.path("id").asText().equals("no-return")) {
        ((ObjectNode) step).put("state", "OPEN");
      }
    }
    bed.put(document, JSON.writeValueAsBytes(state));
    assertThat(bed.state().record("no-return").state()).isEqualTo(StepState.OPEN);
  }

  private Path stopping(String step) throws Exception {
    return config(
        "stopping", "hooks: {beforeStep: \"test $METAMIGRATE_STEP != %s\"}\n".formatted(step));
  }

  private void zookeeperIsGone() {
    zookeeper.process().kill();
    bed.bookies.forEach(bookie -> bookie.timeoutSeconds = 1);
    bed.brokers.forEach(broker -> broker.timeoutSeconds = 1);
  }

  private void assertServing() {
    for (StandIn node : bed.bookies) {
      assertThat(bed.key(node.path()).orElseThrow().getLease()).as(node.path()).isNotZero();
    }
    for (StandIn node : bed.brokers) {
      assertThat(bed.key(node.path()).orElseThrow().getLease()).as(node.path()).isNotZero();
    }
    assertThat(bed.bookies).noneMatch(StandIn.StandInBookie::hasGarbageCollectionSuspended);
    assertThat(bed.state().mirrors()).isEmpty();
  }
}
