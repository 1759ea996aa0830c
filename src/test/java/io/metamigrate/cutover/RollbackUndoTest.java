package io.metamigrate.cutover;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.metamigrate.lab.CommandLineRun;
import io.metamigrate.migrator.phase.Direction;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooDefs.Perms;
import org.apache.zookeeper.data.ACL;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A rollback that cannot finish is found out before brokers stop, or can be undone. */
@Timeout(400)
final class RollbackUndoTest extends OnHookedCommands {
  private static final String TOPICS = "/managed-ledgers/public/default/persistent";
  private static final String POLICIES = "/admin/policies/public/default";
  private static final String LEDGER = OnCommands.LEDGER;

  /** Fewer than the state of a move records. */
  private static final int MOST_WRITTEN = 90;

  private static final String UNDO = "migrate rollback --confirm c1 --undo";

  RollbackUndoTest() {
    super("60s");
  }

  @Test
  void refusedRollbackIsUndoneAndRepeatedLater() throws Exception {
    refusedRollbackIsUndoneAndRepeatedLater("rolling");
  }

  @Test
  @Tag("campaign")
  void refusedRollbackIsUndoneAndRepeatedLaterElsewhere() throws Exception {
    refusedRollbackIsUndoneAndRepeatedLater("stop-all");
  }

  private void refusedRollbackIsUndoneAndRepeatedLater(String strategy) throws Exception {
    Path config = config("refused", "");
    done(run(config, "cutover --yes --strategy " + strategy), "Observing");
    bed.put(TOPICS + "/written-on-etcd", "ml".getBytes(UTF_8));
    bed.zk().setACL(TOPICS, readOnly(), -1);

    CommandLineRun stopped = run(config, "rollback");

    assertThat(stopped.code()).as(stopped.toString()).isNotZero();
    assertThat(stopped.json().path("step").asText()).isEqualTo("copy-back");
    assertThat(commands(stopped.json())).contains(UNDO);
    assertThat(bed.brokers).noneMatch(StandIn::running);
    bed.zk().setData(POLICIES, "late".getBytes(UTF_8), -1);
    CommandLineRun undone = run(config, "rollback --undo");
    done(undone, "Observing");
    assertThat(undone.json().path("remarks").toString())
        .contains("ALARM: 1 late writes on ZooKeeper, first " + POLICIES);
    bed.assertServingOnEtcd();
    assertThat(bed.move().direction()).contains(Direction.NONE);
    assertThat(run(config, "rollback --undo").code()).isEqualTo(3);

    bed.zk().setACL(TOPICS, Ids.OPEN_ACL_UNSAFE, -1);
    CommandLineRun back = run(config, "rollback");
    done(back, "RolledBack");
    assertThat(back.json().path("remarks").toString())
        .contains("ALARM: 1 late writes on ZooKeeper, first " + POLICIES);
    bed.assertServingOnZooKeeper();
    assertThat(bed.existsInZooKeeper(TOPICS + "/written-on-etcd")).isTrue();
  }

  /** The latest moment: bookies are on ZooKeeper again, the fence is lifted. */
  @Test
  @Tag("campaign")
  void undoesRollbackAfterBookiesMovedAndFenceLifted() throws Exception {
    undoesRollbackAfterBookiesMovedAndFenceLifted("stop-all");
  }

  @Test
  @Tag("campaign")
  void undoesRollbackAfterBookiesMovedAndFenceLiftedElsewhere() throws Exception {
    undoesRollbackAfterBookiesMovedAndFenceLifted("rolling");
  }

  /** A hook stops the rollback before the first broker starts; the fence is lifted by then. */
  private Path rollBackUntilBrokersStart(String name) throws Exception {
    Path config =
        config(
            name,
            "hooks: {beforeStep: \"test $METAMIGRATE_STEP != start-brokers-on-zookeeper\"}\n");
    done(run(config, "cutover --yes"), "Observing");
    assertThat(run(config, "rollback").json().path("step").asText())
        .isEqualTo("start-brokers-on-zookeeper");
    return config;
  }

  private void undoesRollbackAfterBookiesMovedAndFenceLifted(String strategy) throws Exception {
    Path config =
        config(
            "late",
            "hooks: {beforeStep: \"test $METAMIGRATE_STEP != start-brokers-on-zookeeper || test -e %s/go\"}\n"
                .formatted(home));
    done(run(config, "cutover --yes --strategy " + strategy), "Observing");
    CommandLineRun stopped = run(config, "rollback");
    assertThat(stopped.json().path("step").asText()).isEqualTo("start-brokers-on-zookeeper");
    assertThat(commands(stopped.json())).contains(UNDO);

    done(run(config, "rollback --undo"), "Observing");

    bed.assertServingOnEtcd();
    CommandLineRun late = run(config, "cutover --yes");
    done(late, "Observing");
    assertThat(late.toString()).doesNotContain("ALARM");
    java.nio.file.Files.createFile(home.resolve("go"));
    done(run(config, "rollback"), "RolledBack");
    bed.assertServingOnZooKeeper();
    assertThat(run(config, "rollback --undo").code()).isEqualTo(3);
  }

  /** While the fence is lifted, a broker that was left behind can write to ZooKeeper. */
  @Test
  @Tag("campaign")
  void ledgerFromWhileTheFenceWasLiftedStopsTheUndo() throws Exception {
    Path config = rollBackUntilBrokersStart("stray");
    String late = "/ledgers/00/0000/L0099";
    bed.create(late, bed.ledger(bed.bookies.get(0).id));

    CommandLineRun refused = run(config, "rollback --undo");

    assertThat(refused.code()).as(refused.toString()).isNotZero();
    assertThat(refused.json().path("step").asText()).isEqualTo("fence");
    assertThat(commands(refused.json()))
        .contains("migrate cutover --confirm c1 --accept-late-write " + late);
    assertThat(bed.brokers).noneMatch(StandIn::running);
    assertThat(run(config, "cutover --yes").code()).isNotZero();
    done(run(config, "cutover --yes --accept-late-write " + late), "Observing");
    bed.assertServingOnEtcd();
  }

  /**
   * So can its changes to what both stores have, and the ids that it allocates. ZooKeeper reaps
   * empty containers at any time.
   */
  @Test
  void changesFromWhileTheFenceWasLiftedStopTheUndo() throws Exception {
    bed.create("/managed-ledgers/public/empty/persistent", TestBed.NOTHING);
    bed.copy();
    Path config = rollBackUntilBrokersStart("changed");
    bed.zk().setData(TOPICS + "/a", "changed".getBytes(UTF_8), -1);
    bed.zk().delete(TOPICS + "/b", -1);
    bed.zk().delete("/managed-ledgers/public/empty/persistent", -1);
    bed.zk().delete("/managed-ledgers/public/empty", -1);
    bed.create(TOPICS + "/c", "created".getBytes(UTF_8));
    byte[] changed = bed.ledger(bed.bookies.get(1).id, bed.bookies.get(2).id);
    bed.zk().setData(LEDGER, changed, -1);
    // What was written on etcd alone stays.
    bed.put(TOPICS + "/d", "on etcd".getBytes(UTF_8));

    CommandLineRun refused = run(config, "rollback --undo");

    assertThat(refused.code()).as(refused.toString()).isEqualTo(7);
    assertThat(refused.json().path("step").asText()).isEqualTo("fence");
    assertThat(refused.json().path("reason").asText())
        .contains("4 nodes were written", "--accept-late-write " + LEDGER);
    assertThat(commands(refused.json()))
        .contains(
            "migrate cutover --confirm c1 --accept-late-write %1$s --accept-late-write %2$s/a --accept-late-write %2$s/b --accept-late-write %2$s/c"
                .formatted(LEDGER, TOPICS));
    CommandLineRun topics = run(config, "cutover --yes --accept-late-write " + LEDGER);
    assertThat(topics.json().path("reason").asText())
        .contains("3 nodes were written", "--accept-late-write " + TOPICS + "/a");
    assertThat(commands(topics.json()))
        .anyMatch(
            command ->
                command.startsWith(
                    "migrate cutover --confirm c1 --accept-late-write %s --accept-late-write %s/a"
                        .formatted(LEDGER, TOPICS)));
    String first = " --accept-late-write " + LEDGER + " --accept-late-write " + TOPICS;
    assertThat(run(config, "cutover --yes" + first + "/a").json().path("reason").asText())
        .contains("2 nodes were written", "--accept-late-write " + TOPICS + "/b");
    assertThat(bed.brokers).noneMatch(StandIn::running);
    done(run(config, "cutover --yes" + first), "Observing");
    bed.assertServingOnEtcd();
  }

  /** Whatever is written while the undo compares both stores is found by the watch. */
  @Test
  @Tag("campaign")
  void writesDuringTheComparisonOfTheUndoAreRecorded() throws Exception {
    List<CompletableFuture<Void>> created = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      CompletableFuture<Void> one = new CompletableFuture<>();
      bed.zk()
          .create(
              TOPICS + "/many-" + i,
              TestBed.NOTHING,
              new ArrayList<>(Ids.OPEN_ACL_UNSAFE),
              CreateMode.PERSISTENT,
              (code, path, context, name) -> one.complete(null),
              null);
      created.add(one);
    }
    CompletableFuture.allOf(created.toArray(new CompletableFuture<?>[0])).get();
    bed.copy();
    Path config = rollBackUntilBrokersStart("compared");
    CompletableFuture<Set<String>> written =
        CompletableFuture.supplyAsync(this::writeWhileTheUndoCompares);

    done(run(config, "rollback --undo --accept-late-write /admin/policies/public"), "Observing");

    assertThat(written.get()).isNotEmpty();
    assertThat(lateWrites()).containsAll(written.get());
    // Whatever comes after the final check of a command is found by the next one.
    String unwatched = "/admin/policies/public/unwatched";
    bed.create(unwatched, TestBed.NOTHING);
    assertThat(run(config, "rollback").json().path("step").asText())
        .isEqualTo("start-brokers-on-zookeeper");
    assertThat(lateWrites()).contains(unwatched);
  }

  private List<String> lateWrites() {
    return bed.state().lateWrites().stream().map(write -> write.path().value()).toList();
  }

  /** Until the undo has recorded its own fence, which it does after the comparison. */
  private Set<String> writeWhileTheUndoCompares() {
    await()
        .pollInterval(Duration.ofMillis(2))
        .atMost(Duration.ofMinutes(2))
        .until(
            () -> bed.zk().getACL("/counters/producer-name", null).get(0).getPerms() != Perms.ALL);
    Set<String> written = new TreeSet<>();
    while (bed.state().fence().lifted().isPresent() && written.size() < MOST_WRITTEN) {
      String path = "/admin/policies/public/stray-" + written.size();
      bed.createUnchecked(path, TestBed.NOTHING);
      written.add(path);
      LockSupport.parkNanos(Duration.ofMillis(15).toNanos());
    }
    return written;
  }

  @Test
  void checksZooKeeperPermissionsBeforeBrokersStop() throws Exception {
    Path config = config("ready", "");
    done(run(config, "cutover --yes"), "Observing");
    bed.put("/admin/policies/public/bad//name", TestBed.NOTHING);
    bed.zk()
        .setData(
            "/ledgers/LAYOUT", "2\nLegacyHierarchicalLedgerManagerFactory:1".getBytes(UTF_8), -1);
    bed.put("/ledgers/000/0000/0042/9496/L7296", bed.ledger(bed.bookies.get(0).id));

    CommandLineRun stopped = run(config, "rollback");

    assertThat(stopped.code()).as(stopped.toString()).isEqualTo(7);
    assertThat(stopped.json().path("step").asText()).isEqualTo("stop-brokers-on-etcd");
    assertThat(stopped.json().path("reason").asText())
        .contains("LegacyHierarchicalLedgerManagerFactory", "L7296");
    assertThat(bed.brokers).allMatch(StandIn::running);
    done(run(config, "rollback --undo"), "Observing");
    bed.assertServingOnEtcd();
  }

  private static List<ACL> readOnly() {
    return new ArrayList<>(List.of(new ACL(Perms.READ | Perms.ADMIN, Ids.ANYONE_ID_UNSAFE)));
  }

  private static void done(CommandLineRun run, String phase) throws Exception {
    assertThat(run.code()).as(run.toString()).isZero();
    assertThat(run.json().path("phase").asText()).isEqualTo(phase);
  }

  private static List<String> commands(JsonNode result) {
    List<String> commands = new ArrayList<>();
    result.path("next").forEach(command -> commands.add(command.asText()));
    return commands;
  }
}
