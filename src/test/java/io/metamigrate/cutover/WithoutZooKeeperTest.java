package io.metamigrate.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.lab.CommandLineRun;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A move whose ZooKeeper is gone for good can be ended, and the record names what was not checked.
 */
@Timeout(300)
final class WithoutZooKeeperTest extends OnHookedCommands {
  WithoutZooKeeperTest() {
    super("60s");
  }

  @Test
  void finalizeNamesWhatItDidNotLookAt() throws Exception {
    Path config = config("gone", "");
    CommandLineRun done = run(config, "cutover --yes");
    assertThat(done.code()).as(done.toString()).isZero();
    String finalize = "finalize --without-zookeeper --record " + home.resolve("record.json");

    CommandLineRun refused = run(config, finalize);

    assertThat(refused.code()).as(refused.toString()).isEqualTo(3);
    assertThat(refused.err()).contains("ZOOKEEPER_ANSWERS");
    zookeeper.process().kill();
    StandIn.Bookie bookie = bed.bookies.get(1);
    bookie.stop();
    CommandLineRun down = run(config, finalize);
    assertThat(down.code()).as(down.toString()).isEqualTo(3);
    assertThat(down.err()).contains("bookie " + bookie.id + " is not registered on etcd");
    CommandLineRun ended = run(config, finalize + " --lost-bookie " + bookie.id);

    assertThat(ended.code()).as(ended.toString()).isZero();
    assertThat(ended.json().path("fence").asText()).contains("not checked");
    assertThat(ended.json().path("notes").toString())
        .contains("connected", "fence", "/metamigrate", bookie.id + " is recorded as lost");
    assertThat(home.resolve("record.json")).exists();
    assertThat(bed.key("metamigrate/checkpoint")).isEmpty();
    zookeeper.start();
  }
}
