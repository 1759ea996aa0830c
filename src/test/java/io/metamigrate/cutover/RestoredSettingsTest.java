package io.metamigrate.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.config.CutoverConfig.Strategy;
import io.metamigrate.migrator.cutover.Rehearsal;
import io.metamigrate.migrator.cutover.WindowResult;
import io.metamigrate.migrator.restart.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A rollback gives each node the address of ZooKeeper that it had, not that of this tool. */
@Timeout(300)
final class RestoredSettingsTest extends OnTwoStores {
  private static final String BOOKIE = "zk+hierarchical://zk-of-bookies:2181/ledgers";
  private static final String BROKER = "zk:zk-of-brokers:2181";

  RestoredSettingsTest() {
    super("30s");
  }

  @Test
  void restoresSettingsOfEachNode() throws Exception {
    bed.bookies.forEach(bookie -> bookie.ownAddress = Optional.of(BOOKIE));
    bed.brokers.forEach(broker -> broker.ownAddress = Optional.of(BROKER));
    WindowResult there = bed.cutover(Strategy.ROLLING);
    assertThat(there.done()).as(there.text()).isTrue();
    assertThat(bed.bookies.get(1).settings().set().get("metadataServiceUri")).contains("etcd:");

    WindowResult back = bed.rollback();

    assertThat(back.done()).as(back.text()).isTrue();
    bed.assertServingOnZooKeeper();
    assertThat(bed.bookies)
        .allSatisfy(
            bookie ->
                assertThat(bookie.settings().set()).containsEntry("metadataServiceUri", BOOKIE));
    assertThat(bed.brokers)
        .allSatisfy(
            broker -> {
              assertThat(broker.settings().set()).containsEntry("metadataStoreUrl", BROKER);
              assertThat(broker.settings().restore()).contains("configurationMetadataStoreUrl");
            });
  }

  /**
   * A bookie has no HTTP server by default, and a broker may refuse its settings. What the driver
   * reads is saved in full, before the first node is configured, and without secrets.
   */
  @Test
  void usesDriverSettingsOfASilentNode() throws Exception {
    StandIn.StandInBookie bookie = bed.bookies.get(0);
    StandIn.StandInBroker broker = bed.brokers.get(0);
    bed.driver.own.put(
        bookie.id,
        Map.of(
            "zkServers", "zk-of-bookies:2181",
            "gcWaitTime", "900000",
            "tlsKeyStorePassword", "hunter2"));
    List<String> kept = new ArrayList<>();
    bed.driver.before(
        action -> {
          if (action.startsWith("configure") && kept.isEmpty()) {
            kept.add(bed.document("configuration-before/bookie " + bookie.id));
            kept.add(bed.document("addresses-before"));
          }
        });
    bed.driver.own.put(broker.id, Map.of("metadataStoreUrl", BROKER));
    Rehearsal rehearsal = bed.rehearse(bed.configuration, false);
    assertThat(rehearsal.warnings())
        .noneMatch(line -> line.contains("which address") && line.contains(bookie.id))
        .anyMatch(
            line ->
                line.startsWith("not verifiable: which address of ZooKeeper bookie ")
                    && line.contains(bed.bookies.get(1).id)
                    && line.contains("cutover.originals: {bookies: {metadataServiceUri:"));
    WindowResult there = bed.cutover(Strategy.STOP_ALL);
    assertThat(there.done()).as(there.text()).isTrue();
    assertThat(kept.get(0))
        .contains("\"gcWaitTime\":\"900000\"", "\"zkServers\":\"zk-of", "(hidden)")
        .doesNotContain("hunter2");
    assertThat(kept.get(1)).contains("bookie " + bookie.id, "broker " + broker.id);
    // What manages configurations restores the file; the bookie itself runs on.
    Settings given = bookie.settings();
    bookie.configure(Settings.none());
    WindowResult drifted = bed.cutover(Strategy.STOP_ALL);
    assertThat(drifted.exitCode()).as(drifted.text()).isEqualTo(7);
    assertThat(drifted.text()).contains(bookie.id + " would not start on etcd again");
    bookie.configure(given);

    WindowResult back = bed.rollback();

    assertThat(back.done()).as(back.text()).isTrue();
    bed.assertServingOnZooKeeper();
    assertThat(bookie.settings().set()).doesNotContainKeys("metadataServiceUri", "gcWaitTime");
    assertThat(bookie.settings().restore())
        .contains("metadataServiceUri", "zkServers", "gcWaitTime");
    assertThat(broker.settings().restore()).contains("metadataStoreUrl");
    assertThat(bed.bookies.get(1).settings().set())
        .as("nothing is known of it")
        .containsKey("metadataServiceUri");
  }

  /** Its configure command ends with 0 and does nothing; it is not started. */
  @Test
  void reportsIneffectiveConfigureBeforeTheStart() {
    StandIn.StandInBookie bookie = bed.bookies.get(0);
    bed.driver.own.put(bookie.id, Map.of("metadataServiceUri", BOOKIE));
    bed.driver.after(
        action -> {
          if (action.equals("configure " + bookie.id)) {
            bookie.configure(Settings.none());
          }
        });
    long begun = System.nanoTime();

    WindowResult stopped = bed.cutover(Strategy.ROLLING);

    assertThat(stopped.exitCode()).as(stopped.text()).isEqualTo(7);
    assertThat(stopped.reason().orElseThrow()).contains("reports that it configured", "after 5 s");
    assertThat(bed.driver.actions()).doesNotContain("start " + bookie.id);
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(25));
  }

  /** Without a show command it comes up where it was, which is seen as soon as it registers. */
  @Test
  void nodeOnTheOldStoreStopsMoveAtOnce() {
    StandIn.StandInBookie bookie = bed.bookies.get(0);
    bed.driver.before(
        action -> {
          if (action.equals("start " + bookie.id)) {
            bookie.configure(Settings.none());
          }
        });

    WindowResult stopped = bed.cutover(Strategy.ROLLING);

    assertThat(stopped.exitCode()).as(stopped.text()).isEqualTo(7);
    assertThat(stopped.reason().orElseThrow())
        .contains(bookie.id + " came up on ZooKeeper", "configure")
        .doesNotContain("timed out");
  }

  /** What the file names for a kind of node counts more than what the nodes reported. */
  @Tag("campaign")
  @Test
  void configuredOriginalAddressIsNotADifference() throws Exception {
    bed.bookies.forEach(bookie -> bookie.ownAddress = Optional.of(BOOKIE));
    String named = "zk+hierarchical://named:2181/ledgers";
    bed.configuration =
        Configuration.load(
            bed.fileWith(
                "named.yaml", "  originals: {bookies: {metadataServiceUri: '" + named + "'}}\n"));
    WindowResult there = bed.cutover(Strategy.STOP_ALL);
    assertThat(there.done()).as(there.text()).isTrue();

    WindowResult back = bed.rollback();

    assertThat(back.done()).as(back.text()).isTrue();
    assertThat(bed.bookies)
        .allSatisfy(
            bookie ->
                assertThat(bookie.settings().set()).containsEntry("metadataServiceUri", named));
  }

  /** AutoRecovery of 2.10 does not run on etcd, and after an upgrade nothing keeps it off. */
  @Test
  void removesAutoRecoveryFlagFromEtcdOnPulsar2100() throws Exception {
    Path file = bed.fileWith("release-2.10.yaml", "");
    Files.writeString(file, Files.readString(file).replace("3.0.9", "2.10.0"));
    bed.configuration = Configuration.load(file);

    WindowResult done = bed.cutover(Strategy.STOP_ALL);

    assertThat(done.done()).as(done.text()).isTrue();
    assertThat(done.text()).contains("/ledgers/underreplication/disable is not on etcd");
    assertThat(bed.key("/ledgers/underreplication/disable")).isEmpty();
  }

  /** Its configure command did not do what it was asked. */
  @Test
  void nodeWithAnotherAddressIsNotRestored() {
    StandIn.StandInBroker broker = bed.brokers.get(1);
    broker.ownAddress = Optional.of(BROKER);
    WindowResult there = bed.cutover(Strategy.STOP_ALL);
    assertThat(there.done()).as(there.text()).isTrue();
    bed.driver.after(
        action -> {
          if (action.equals("start " + broker.id)) {
            broker.configure(Settings.none());
            broker.ownAddress = Optional.of("zk:somewhere-else:2181");
          }
        });

    WindowResult stopped = bed.rollback();

    assertThat(stopped.exitCode()).as(stopped.text()).isEqualTo(7);
    assertThat(stopped.reason().orElseThrow())
        .contains("zk:somewhere-else:2181", "but had " + BROKER);
  }

  /** The operator may have changed them on purpose, and then accepts it by name. */
  @Test
  void differingJvmOptionsAndReplicasStopRollbackUntilAccepted() throws Exception {
    StandIn.StandInBroker broker = bed.brokers.get(0);
    StandIn.StandInBookie bookie = bed.bookies.get(2);
    bed.driver.own.put(broker.id, Map.of("metadataStoreUrl", BROKER));
    bed.driver.own.put(bookie.id, Map.of());
    bed.driver.ownOptions.put(bookie.id, List.of("-Dmine=1"));
    bed.driver.ownReplicas.put(broker.id, 2);
    WindowResult there = bed.cutover(Strategy.STOP_ALL);
    assertThat(there.done()).as(there.text()).isTrue();
    bed.driver.ownOptions.put(bookie.id, List.of("-Dmine=1", "-Dleft=over"));
    bed.driver.ownReplicas.put(broker.id, 3);

    assertThat(stopped(bed.rollback()))
        .contains(
            "bookie " + bookie.id + " starts with JVM options=-Dmine=1 -Dleft=over",
            "but had -Dmine=1 before the move",
            "add \"SETTINGS_DIFFER:" + bookie.id + "\" to cutover.accept");
    bed.driver.ownOptions.put(bookie.id, List.of("-Dmine=1"));

    assertThat(stopped(bed.rollback()))
        .contains("broker " + broker.id + " starts with replicas=3, but had 2 before the move");
    bed.configuration =
        Configuration.load(
            bed.fileWith("accepted.yaml", "  accept: ['SETTINGS_DIFFER:" + broker.id + "']\n"));

    WindowResult back = bed.rollback();

    assertThat(back.done()).as(back.text()).isTrue();
    bed.assertServingOnZooKeeper();
  }

  /** AutoRecovery and function workers report nothing themselves. */
  @Test
  @Tag("campaign")
  void comparesSettingsOfOtherMetadataWritersAfterRollback() throws Exception {
    bed.configuration =
        Configuration.load(
            bed.fileWith(
                "writers.yaml",
                "  metadataWriters: {autoRecovery: [ar1], functionWorkers: [fw1]}\n"));
    bed.driver.addWriter("ar1", true);
    bed.driver.addWriter("fw1", true);
    bed.driver.own.put("ar1", Map.of("metadataServiceUri", BOOKIE));
    bed.driver.own.put("fw1", Map.of("configurationMetadataStoreUrl", BROKER));
    bed.driver.ownOptions.put("fw1", List.of("-Dmine=1"));
    bed.driver.ownReplicas.put("fw1", 2);
    WindowResult there = bed.cutover(Strategy.STOP_ALL);
    assertThat(there.done()).as(there.text()).isTrue();
    assertThat(bed.driver.isWriterRunning("fw1")).as("needs ZooKeeper").isFalse();
    bed.driver.own.put("ar1", Map.of("metadataServiceUri", "zk:elsewhere:2181"));
    bed.driver.own.put("fw1", Map.of("configurationMetadataStoreUrl", "zk:elsewhere:2181"));
    bed.driver.ownOptions.put("fw1", List.of("-Dmine=2"));
    bed.driver.ownReplicas.put("fw1", 3);

    assertThat(stopped(bed.rollback()))
        .contains(
            "autorecovery ar1 starts with metadataServiceUri=zk:elsewhere:2181, but had " + BOOKIE);
    bed.driver.own.put("ar1", Map.of("metadataServiceUri", BOOKIE));
    assertThat(stopped(bed.rollback()))
        .contains(
            "function-worker fw1 starts with configurationMetadataStoreUrl=zk:elsewhere:2181, but"
                + " had "
                + BROKER);
    bed.driver.own.put("fw1", Map.of("configurationMetadataStoreUrl", BROKER));
    assertThat(stopped(bed.rollback()))
        .contains("function-worker fw1 starts with JVM options=-Dmine=2, but had -Dmine=1");
    bed.driver.ownOptions.put("fw1", List.of("-Dmine=1"));
    assertThat(stopped(bed.rollback()))
        .contains("function-worker fw1 starts with replicas=3, but had 2 before the move");
    bed.driver.ownReplicas.put("fw1", 2);

    WindowResult back = bed.rollback();

    assertThat(back.done()).as(back.text()).isTrue();
    assertThat(bed.driver.isWriterRunning("fw1")).isTrue();
  }

  private static String stopped(WindowResult result) {
    assertThat(result.exitCode()).as(result.text()).isEqualTo(7);
    return result.reason().orElseThrow();
  }
}
