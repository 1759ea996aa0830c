package io.metamigrate.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.config.CutoverConfig.Strategy;
import io.metamigrate.migrator.cutover.WindowResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
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
  void eachNodeGetsBackWhatItHad() throws Exception {
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

  /** AutoRecovery of 2.10 does not run on etcd, and after an upgrade nothing keeps it off. */
  @Test
  void theFlagThatKeptAutoRecoveryOffIsGoneFromEtcdOn2100Too() throws Exception {
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
  void aNodeThatRunsWithAnotherAddressIsNotBack() {
    StandIn.Broker broker = bed.brokers.get(1);
    broker.ownAddress = Optional.of(BROKER);
    WindowResult there = bed.cutover(Strategy.STOP_ALL);
    assertThat(there.done()).as(there.text()).isTrue();
    bed.driver.after(
        action -> {
          if (action.equals("start " + broker.id)) {
            broker.configure(io.metamigrate.migrator.restart.Settings.none());
            broker.ownAddress = Optional.of("zk:somewhere-else:2181");
          }
        });

    WindowResult stopped = bed.rollback();

    assertThat(stopped.exitCode()).as(stopped.text()).isEqualTo(7);
    assertThat(stopped.reason().orElseThrow())
        .contains("zk:somewhere-else:2181", "but had " + BROKER);
  }
}
