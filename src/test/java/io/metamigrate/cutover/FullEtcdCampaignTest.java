package io.metamigrate.cutover;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.KV;
import io.metamigrate.lab.CommandLineRun;
import io.metamigrate.lab.EtcdServer;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An etcd without space answers and takes no write: to a window it is gone. */
@Tag("campaign")
@Timeout(600)
final class FullEtcdCampaignTest extends OnCommands {
  private static final int MOST = 64;

  @BeforeAll
  static void startSmallEtcd() {
    etcd.close();
    etcd = EtcdServer.start(folder.resolve("small"), "--quota-backend-bytes=16777216");
  }

  @Test
  void movedBookiesReturnWithoutAnEtcdThatIsFull() throws Exception {
    config = withHooks("beforeStep: \"test $METAMIGRATE_STEP != stop-brokers\"");
    assertThat(run("cutover").out()).contains("stopped at stop-brokers");
    config = nodes.config("plain-" + System.nanoTime() + ".yaml", "");
    fill();

    for (String command : new String[] {"cutover", "rollback"}) {
      CommandLineRun full = run(command);
      assertThat(full.code()).as(full.toString()).isEqualTo(5);
      assertThat(full.err())
          .contains(
              "space exceeded",
              "etcdctl alarm disarm",
              "migrate rollback --confirm c1 --without-etcd");
    }
    CommandLineRun back = run("rollback", "--without-etcd");

    assertThat(back.code()).as(back.toString()).isZero();
    for (StandIn node : bed.all()) {
      assertThat(bed.existsInZooKeeper(node.path())).as(node.path()).isTrue();
      assertThat(bed.key(node.path())).as(node.path()).isEmpty();
    }
    assertThat(bed.bookies).noneMatch(StandIn.StandInBookie::hasGarbageCollectionSuspended);
    assertThat(bed.leftBehind()).isEmpty();
    CommandLineRun older = run("cutover");
    assertThat(older.code()).as(older.toString()).isEqualTo(3);
  }

  /** Until etcd raises the alarm by itself. */
  private void fill() throws InterruptedException {
    KV keys = bed.servers.etcd().getKVClient();
    byte[] large = new byte[1_000_000];
    for (int i = 0; i < MOST; i++) {
      try {
        keys.put(ByteSequence.from("filler/" + i, UTF_8), ByteSequence.from(large)).get();
      } catch (ExecutionException e) {
        assertThat(e).hasMessageContaining("space exceeded");
        return;
      }
    }
    throw new IllegalStateException("etcd took " + MOST + " MB");
  }
}
