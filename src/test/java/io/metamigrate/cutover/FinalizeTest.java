package io.metamigrate.cutover;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.metamigrate.lab.EtcdServer;
import io.metamigrate.lab.ZooKeeperServer;
import io.metamigrate.migrator.config.CutoverConfig.Strategy;
import io.metamigrate.migrator.cutover.Window.FinalizeOptions;
import io.metamigrate.verifier.Verifier;
import io.metamigrate.verifier.report.Digest;
import io.metamigrate.verifier.report.VerificationReport;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.StoreException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The end of a move: its blockers, and what it leaves behind. */
@Timeout(300)
final class FinalizeTest {
  private static final String TOPIC = "/managed-ledgers/public/default/persistent/a";
  private static final int FENCED = 17;
  private static final String NAMES = "4lw.commands.whitelist=*";

  @TempDir static Path folder;
  private static ZooKeeperServer zookeeper;
  private static EtcdServer etcd;

  private TestBed bed;

  @BeforeAll
  static void start() {
    zookeeper = ZooKeeperServer.start(folder, NAMES);
    etcd = EtcdServer.start(folder);
  }

  @AfterAll
  static void stop() {
    zookeeper.close();
    etcd.close();
  }

  @BeforeEach
  void cutOver() throws Exception {
    bed = new TestBed(folder, zookeeper, etcd, "30s");
    bed.create("/managed-ledgers/public/empty/persistent", TestBed.NOTHING);
    bed.copy();
    assertThat(bed.cutover(Strategy.STOP_ALL).done()).isTrue();
  }

  @AfterEach
  void closeBed() {
    bed.close();
  }

  @Test
  void recordHasTheDigestOfZooKeeper() throws Exception {
    VerificationReport now =
        new Verifier(bed.stores.znodes(), bed.stores.keys(), compared -> {})
            .verify(Scope.ALL, Duration.ZERO);
    Digest digest = bed.state().commitProof().orElseThrow().digest();
    assertThat(digest.agrees()).isTrue();
    assertThat(now.digest().orElseThrow().zookeeper()).isEqualTo(digest.zookeeper());

    bed.end(options(false, false, false));

    JsonNode record = new ObjectMapper().readTree(Files.readAllBytes(bed.folderOfRecord()));
    assertThat(record.at("/state/gate/digest/zookeeper").asText()).isEqualTo(digest.zookeeper());
    assertThat(bed.zk().getACL("/loadbalance/brokers", null).get(0).getPerms()).isEqualTo(FENCED);
    assertThatThrownBy(bed::rollback).hasMessageContaining("FINALIZED");
  }

  @Test
  void findsUnobservedDeletion() throws Exception {
    bed.zk().delete(TOPIC + "/sub", -1);

    assertThatThrownBy(() -> bed.end(options(false, false, false)))
        .hasMessageContaining("NOT_READY")
        .hasMessageContaining(TOPIC + " child-deleted at zxid");
    assertThat(bed.existsInZooKeeper("/metamigrate")).isTrue();

    assertThat(bed.end(options(false, false, true))).anyMatch(note -> note.contains(TOPIC));
  }

  @Test
  void reapedContainerIsNotALateWrite() throws Exception {
    bed.zk().delete("/managed-ledgers/public/empty/persistent", -1);
    bed.zk().delete("/managed-ledgers/public/empty", -1);

    assertThat(bed.end(options(false, false, false)))
        .allMatch(note -> note.startsWith("not checked: "));
  }

  @Test
  void openConnectionBlocks() throws Exception {
    ZooKeeper other = connected();
    try {
      assertThatThrownBy(() -> bed.end(options(false, false, false)))
          .hasMessageContaining("others are connected to ZooKeeper at 127.0.0.1:");

      assertThat(bed.end(options(false, true, false)))
          .anyMatch(note -> note.startsWith("others are connected"));
      assertThat(other.getState().isConnected()).isTrue();
    } finally {
      other.close();
    }
  }

  /** Servers allow {@code srvr} alone by default, which has no names. */
  @Test
  void countsConnectionsThatServersDoNotName() throws Exception {
    zookeeper.restartWith(NAMES, "4lw.commands.whitelist=srvr");
    try {
      ZooKeeper other = connected();
      try {
        assertThatThrownBy(() -> bed.end(options(false, false, false)))
            .hasMessageContaining("others are connected to ZooKeeper at 127.0.0.1:")
            .hasMessageContaining("1 whose addresses it does not report");
      } finally {
        other.close();
      }
      assertThat(bed.end(options(false, false, false)))
          .allMatch(note -> note.startsWith("not checked: "));
    } finally {
      zookeeper.restartWith("4lw.commands.whitelist=srvr", NAMES);
    }
  }

  @Test
  void brokerOnZooKeeperBlocks() throws Exception {
    bed.zk().setACL("/loadbalance/brokers", Ids.OPEN_ACL_UNSAFE, -1);
    bed.create("/loadbalance/brokers/left-behind:8080", TestBed.NOTHING);

    assertThatThrownBy(() -> bed.end(options(false, false, true)))
        .hasMessageContaining("broker left-behind:8080 is registered in ZooKeeper");
  }

  @Test
  void bookieOnZooKeeperBlocks() throws Exception {
    bed.create("/ledgers/available/b9:3181", TestBed.NOTHING);

    assertThatThrownBy(() -> bed.end(options(false, false, true)))
        .hasMessageContaining("bookie b9:3181 still has /ledgers/available/b9:3181 in ZooKeeper");
  }

  @Test
  void bookieWithSuspendedCollectionBlocks() throws Exception {
    bed.create("/ledgers/cookies/b9:3181", "cookie".getBytes(UTF_8));

    assertThatThrownBy(() -> bed.end(options(false, false, true)))
        .hasMessageContaining("bookie b9:3181 never had garbage collection enabled again");
  }

  @Test
  void resumesAtTheStepWhereItStopped() throws Exception {
    bed.create("/metamigrate/mark/in-the-way", TestBed.NOTHING);
    assertThatThrownBy(() -> bed.end(options(false, false, false)))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("/metamigrate");
    byte[] record = Files.readAllBytes(bed.folderOfRecord());
    assertThat(bed.move().checkpoint().orElseThrow().stopped().orElseThrow())
        .satisfies(
            stop -> {
              assertThat(stop.reason()).startsWith("finalize: ").contains("/metamigrate");
              assertThat(stop.next()).contains("migrate finalize --confirm c1");
            });
    assertThatThrownBy(bed::rollback).hasMessageContaining("FINALIZED");

    bed.zk().delete("/metamigrate/mark/in-the-way", -1);
    bed.end(options(true, false, false));

    assertThat(bed.leftBehind()).isEmpty();
    assertThat(bed.move().checkpoint()).isEmpty();
    assertThat(Files.readAllBytes(bed.folderOfRecord())).isEqualTo(record);
    bed.allocateLedgerId();
  }

  private FinalizeOptions options(boolean liftFence, boolean connections, boolean lateWrites) {
    return new FinalizeOptions(bed.folderOfRecord(), liftFence, connections, lateWrites);
  }

  private static ZooKeeper connected() throws Exception {
    CountDownLatch through = new CountDownLatch(1);
    ZooKeeper client = new ZooKeeper(zookeeper.connect(), 10_000, event -> through.countDown());
    assertThat(through.await(20, TimeUnit.SECONDS)).isTrue();
    return client;
  }
}
