package io.metamigrate.cutover;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.lab.CommandLineRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.zookeeper.ZooDefs.Ids;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The commands of the window report done only after they checked both stores and all nodes. */
@Timeout(600)
final class FinalCheckTest extends OnCommands {
  /** Something that goes wrong after the cutover, and its repair. */
  private record LateFault(Runnable happens, Runnable repair, List<String> seen) {
    LateFault(Runnable happens, Runnable repair, String... seen) {
      this(happens, repair, List.of(seen));
    }
  }

  @Test
  void cutoverAndFinalizeRequireEverythingOnEtcd() throws Exception {
    Path failures = folder.resolve("failures");
    config = withHooks("onFailure: \"echo $METAMIGRATE_STEP >>%s\"".formatted(failures));
    cutOver();
    refused(faults());
    refused(List.of(everyNodeDies()));
    assertThat(Files.readAllLines(failures))
        .containsExactly("final-check", "finalize", "final-check", "finalize");
    assertThat(bed.move().checkpoint().orElseThrow().stopped().orElseThrow().reason())
        .startsWith("finalize: ")
        .contains("bookie " + bed.bookies.get(0).id);

    assertThat(Files.exists(record())).isFalse();
    assertThat(run("cutover").out()).contains("done: cluster c1, phase Observing");
    assertThat(bed.move().checkpoint().orElseThrow().stopped()).isEmpty();
    bed.assertServingOnEtcd();
    CommandLineRun finalized = run("finalize");
    assertThat(finalized.code()).as(finalized.toString()).isZero();
    assertThat(finalized.out()).contains("finalized;");
    CommandLineRun again = run("finalize");
    assertThat(again.code()).as(again.toString()).isEqualTo(3);
    assertThat(again.err())
        .contains("FINALIZED", "nothing is left to do", "the fence on ZooKeeper is in place at [/");
  }

  /** All at once, each named by both commands. */
  private void refused(List<LateFault> faults) {
    faults.forEach(fault -> fault.happens().run());
    CommandLineRun cutover = run("cutover");
    CommandLineRun finalize = run("finalize");
    faults.forEach(fault -> fault.repair().run());

    assertThat(cutover.code()).as(cutover.toString()).isEqualTo(7);
    assertThat(cutover.out())
        .contains("next: ", "migrate cutover --confirm c1")
        .doesNotContain("done:");
    assertThat(finalize.code()).as(finalize.toString()).isEqualTo(3);
    faults.forEach(
        fault -> {
          assertThat(cutover.out()).contains(fault.seen());
          assertThat(finalize.err()).contains(fault.seen());
        });
  }

  private List<LateFault> faults() {
    StandIn.StandInBookie bookie = bed.bookies.get(1);
    StandIn.StandInBroker broker = bed.brokers.get(1);
    String cookie = "/ledgers/cookies/" + bed.bookies.get(2).id;
    String highest = "/ledgers/000/0009/9999/9999/L9999";
    byte[] ledger = bed.ledger(bookie.id, bed.bookies.get(0).id);
    List<LateFault> faults = new ArrayList<>();
    faults.add(new LateFault(bookie::stop, bookie::start, "bookie " + bookie.id + " has no key"));
    faults.add(new LateFault(broker::stop, broker::start, "broker " + broker.id));
    faults.add(
        new LateFault(
            () -> bed.driver.hide(bed.brokers.get(0).id),
            () -> bed.driver.hide(""),
            "broker " + bed.brokers.get(0).id + " does not run, according to the driver's probe"));
    faults.add(
        new LateFault(() -> bed.delete(LEDGER), () -> bed.put(LEDGER, ledger), TOPIC, "ledger 3"));
    faults.add(
        new LateFault(
            () -> bed.put(highest, ledger),
            () -> bed.delete(highest),
            "the next ledger id on etcd is "));
    faults.add(
        new LateFault(
            () -> bed.delete(cookie),
            () -> bed.put(cookie, ("cookie of " + bed.bookies.get(2).id).getBytes(UTF_8)),
            "etcd has no cookie of bookie " + bed.bookies.get(2).id));
    faults.add(
        new LateFault(
            () -> bed.delete("/ledgers/INSTANCEID"),
            () -> bed.put("/ledgers/INSTANCEID", "3f1c".getBytes(UTF_8)),
            "etcd lacks /ledgers/INSTANCEID"));
    faults.add(
        new LateFault(
            () -> bed.setAcl("/ledgers/idgen", Ids.OPEN_ACL_UNSAFE),
            () -> bed.setAcl("/ledgers/idgen", Ids.READ_ACL_UNSAFE, 17),
            "the fence is gone at /ledgers/idgen"));
    return faults;
  }

  private LateFault everyNodeDies() {
    return new LateFault(
        () -> {
          bed.bookies.forEach(StandIn::stop);
          bed.brokers.forEach(StandIn::stop);
        },
        () -> {
          bed.bookies.forEach(StandIn::start);
          bed.brokers.forEach(StandIn::start);
        },
        "bookie " + bed.bookies.get(0).id,
        "bookie " + bed.bookies.get(1).id,
        "bookie " + bed.bookies.get(2).id,
        "broker " + bed.brokers.get(0).id,
        "broker " + bed.brokers.get(1).id);
  }

  /** A read-only bookie has its data; a topic's last ledger may go with its name. */
  @Test
  void acceptsCorrectEtcdAndNamesUnverifiableNodes() throws Exception {
    config = nodes.configWithoutProbe("no-probe.yaml");
    cutOver();
    bed.put(TOPIC, topic());
    bed.delete(LEDGER);
    bed.makeReadOnly(bed.bookies.get(0));

    CommandLineRun checked = run("cutover");

    assertThat(checked.code()).as(checked.toString()).isZero();
    assertThat(checked.out())
        .contains("bookie " + bed.bookies.get(0).id + " is read-only on etcd")
        .contains("not checked: ", "no probe command", "garbage collection");
  }

  @Test
  void repeatedRollbackChecksAgainAndCutoverNamesIt() throws Exception {
    cutOver();
    rollBack();
    int actions = bed.driver.actions().size();

    CommandLineRun cutover = run("cutover");

    assertThat(cutover.code()).as(cutover.toString()).isEqualTo(3);
    assertThat(cutover.out()).doesNotContain("done");
    assertThat(cutover.err()).contains("rolled back", "migrate run");
    assertThat(bed.driver.actions()).hasSize(actions);
    bed.assertServingOnZooKeeper();
    bed.bookies.get(1).stop();
    bed.brokers.get(0).stop();
    bed.put("/ledgers/available/127.0.0.1:1", TestBed.NOTHING);
    bed.deleteInZooKeeper(LEDGER);

    CommandLineRun checked = run("rollback");

    assertThat(checked.code()).as(checked.toString()).isEqualTo(7);
    assertThat(checked.out())
        .contains("bookie " + bed.bookies.get(1).id, "broker " + bed.brokers.get(0).id)
        .contains("/ledgers/available/127.0.0.1:1", TOPIC, "ledger 3")
        .contains("migrate rollback --confirm c1")
        .doesNotContain("done:");
    bed.bookies.get(1).start();
    bed.brokers.get(0).start();
    bed.delete("/ledgers/available/127.0.0.1:1");
    bed.create(LEDGER, bed.ledger(bed.bookies.get(0).id));
    assertThat(run("rollback").out()).contains("done: cluster c1, phase RolledBack");
    assertThat(bed.driver.actions()).hasSize(actions);

    bed.copy();

    CommandLineRun nothing = run("rollback");
    assertThat(nothing.code()).as(nothing.toString()).isEqualTo(3);
    assertThat(nothing.err()).contains("no cutover was begun");
  }

  @Test
  void rollbackIsNotDoneWhileANodeIsMissing() throws Exception {
    cutOver();
    bed.driver.after(
        action -> {
          if (action.equals("start " + bed.brokers.get(1).id)) {
            bed.bookies.get(2).stop();
          }
        });

    CommandLineRun back = run("rollback");

    assertThat(back.code()).as(back.toString()).isEqualTo(7);
    assertThat(back.out()).contains("bookie " + bed.bookies.get(2).id).doesNotContain("done:");
    bed.driver.after(action -> {});
    bed.bookies.get(2).start();
    rollBack();
    bed.assertServingOnZooKeeper();
  }
}
