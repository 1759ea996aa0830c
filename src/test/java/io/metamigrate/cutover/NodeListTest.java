package io.metamigrate.cutover;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.lab.CommandLineRun;
import io.metamigrate.migrator.restart.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nodes that come and go while a move is under way: the file is compared with what is known. */
@Timeout(600)
final class NodeListTest extends OnCommands {
  /**
   * The brokers are down and ZooKeeper is fenced: a bookie that is taken out of the file is
   * refused, one that is found is moved, and everything from the check on is asked again. After the
   * commit a broker joins and a bookie dies permanently.
   */
  @Test
  void allowsNewNodesAndRemovesBookiesOnlyByName() throws Exception {
    Path stop = stopBefore("no-return");
    String gone = bed.bookies.get(2).id;
    takenOutIsRefused(gone);
    StandIn.StandInBookie late = bed.anotherBookie();
    late.start();
    Files.delete(stop);

    assertRefused(run("cutover"), "add {id: \"" + late.id + "\"} to cutover.bookies");
    write(named("bookies", late.id));
    CommandLineRun noCookie = run("cutover");
    assertThat(noCookie.code()).as(noCookie.toString()).isEqualTo(7);
    assertThat(noCookie.out()).contains("stopped at check", late.id + " has no cookie");
    bed.create("/ledgers/cookies/" + late.id, ("cookie of " + late.id).getBytes(UTF_8));
    StandIn.StandInBroker added = bed.anotherBroker();
    cutOver();
    write(named("brokers", added.id));
    cutOver();
    bed.assertServingOnEtcd();
    late.stop();
    lostBookieRaisesAlarmIfItRegisters(late);
  }

  private void takenOutIsRefused(String gone) throws Exception {
    String whole = Files.readString(config);
    String line = ", {id: \"%s\", adminUrl: \"http://%s\"}".formatted(gone, gone);
    assertThat(whole).contains(line);
    write(whole.replace(line, ""));
    int actions = bed.driver.actions().size();

    for (String command : new String[] {"cutover", "rollback"}) {
      assertRefused(run(command), gone, "add {id: \"" + gone + "\"} to cutover.bookies");
    }
    bed.bookies.get(2).stop();
    assertRefused(run("rollback"), "records the bookies", "--lost-bookie " + gone);

    assertThat(bed.driver.actions()).hasSize(actions);
    bed.bookies.get(2).start();
    write(whole);
  }

  private void lostBookieRaisesAlarmIfItRegisters(StandIn.StandInBookie dead) {
    assertRefused(run("cutover", "--lost-bookie", "nobody:1"), "which is unknown");
    CommandLineRun checked = run("cutover", "--lost-bookie", dead.id);
    assertThat(checked.code()).as(checked.toString()).isZero();
    assertThat(checked.out()).contains("bookie " + dead.id + " is recorded as lost");
    dead.start();
    assertRefused(run("rollback"), "ALARM: bookie " + dead.id);
    dead.stop();

    CommandLineRun finalized = run("finalize");

    assertThat(finalized.code()).as(finalized.toString()).isZero();
    assertThat(finalized.err()).contains("bookie " + dead.id + " is recorded as lost");
  }

  /**
   * After the commit: one that is found in ZooKeeper does not keep brokers from being started, but
   * garbage collection suspended; one that joined on etcd is moved by the rollback.
   */
  @Test
  void namesBookieFoundAfterTheCommit() throws Exception {
    Path stop = stopBefore("start-brokers");
    StandIn.StandInBookie late = bed.anotherBookie();
    late.start();
    Files.delete(stop);

    CommandLineRun stopped = run("cutover");

    assertThat(stopped.code()).as(stopped.toString()).isEqualTo(7);
    assertThat(stopped.err()).contains("ALARM: bookie " + late.id);
    assertThat(stopped.out())
        .contains("stopped at enable-garbage-collection", late.id + " is registered in ZooKeeper");
    assertThat(bed.brokers).allMatch(StandIn::running);
    assertThat(bed.bookies.subList(0, 3))
        .allMatch(StandIn.StandInBookie::hasGarbageCollectionSuspended);
    late.stop();
    cutOver();
    late.configure(Settings.of(Map.of("metadataServiceUri", "metadata-store:etcd:x"), Set.of()));
    bed.put("/ledgers/cookies/" + late.id, ("cookie of " + late.id).getBytes(UTF_8));
    late.start();
    int actions = bed.driver.actions().size();
    assertRefused(
        run("rollback"), late.id + " is registered on etcd", "add {id: \"" + late.id + "\"}");
    assertThat(bed.driver.actions()).hasSize(actions);
    write(named("bookies", late.id));
    rollBack();
    bed.assertServingOnZooKeeper();
    assertThat(bed.existsInZooKeeper("/ledgers/cookies/" + late.id)).isTrue();
  }

  /** Three have joined on etcd, and brokers serve on ZooKeeper already. */
  @Test
  @Tag("campaign")
  void bookiesReturnOneAtATimeOnceBrokersServe() throws Exception {
    cutOver();
    Path stop = Files.createTempFile(folder, "stop", "");
    config =
        withHooks(
            "beforeStep: \"test $METAMIGRATE_STEP != start-metadata-writers || test ! -e %s\""
                .formatted(stop));
    assertThat(run("rollback").out()).contains("stopped at start-metadata-writers");
    Files.delete(stop);
    Settings onEtcd = Settings.of(Map.of("metadataServiceUri", "metadata-store:etcd:x"), Set.of());
    for (int i = 0; i < 3; i++) {
      StandIn.StandInBookie late = bed.anotherBookie();
      late.configure(onEtcd);
      bed.put("/ledgers/cookies/" + late.id, ("cookie of " + late.id).getBytes(UTF_8));
      late.start();
      write(named("bookies", late.id));
    }
    int before = bed.driver.actions().size();

    rollBack();

    List<String> actions = bed.driver.actions();
    String lastAction = "";
    for (String action : actions.subList(before, actions.size())) {
      assertThat(lastAction.startsWith("stop ") && action.startsWith("stop "))
          .as("%s, then %s", lastAction, action)
          .isFalse();
      lastAction = action;
    }
    assertThat(actions.subList(before, actions.size())).contains("stop " + bed.bookies.get(5).id);
    bed.assertServingOnZooKeeper();
  }

  /** It registers while the command runs, which has compared the list before. */
  @Test
  void lostBookieThatReturnsDuringTheCommandIsAnAlarm() {
    cutOver();
    StandIn.StandInBookie dead = bed.bookies.get(2);
    dead.stop();
    String last = "start " + bed.brokers.get(1).id;
    bed.driver.after(
        action -> {
          if (action.equals(last)) {
            dead.start();
          }
        });

    CommandLineRun stopped = run("rollback", "--lost-bookie", dead.id);

    assertThat(stopped.code()).as(stopped.toString()).isEqualTo(7);
    assertThat(stopped.out())
        .contains(
            "ALARM: bookie %s is recorded as lost, but registered again at [%s]"
                .formatted(dead.id, dead.path()));
    dead.stop();
    rollBack();
  }

  private static void assertRefused(CommandLineRun run, String... words) {
    assertThat(run.code()).as(run.toString()).isEqualTo(3);
    assertThat(run.err()).contains(words);
  }

  /** A cutover that a hook stops; without the file that this answers it continues. */
  private Path stopBefore(String step) throws Exception {
    Path stop = Files.createTempFile(folder, "stop", "");
    config =
        withHooks(
            "beforeStep: \"test $METAMIGRATE_STEP != %s || test ! -e %s\"".formatted(step, stop));
    assertThat(run("cutover").out()).contains("stopped at " + step);
    return stop;
  }

  private void write(String text) throws Exception {
    Files.writeString(config, text);
  }

  /** The file with one more node. */
  private String named(String kind, String id) throws Exception {
    String line = "{id: \"%s\", adminUrl: \"http://%s\"}".formatted(id, id);
    return Files.readString(config).replace(kind + ": [", kind + ": [" + line + ", ");
  }
}
