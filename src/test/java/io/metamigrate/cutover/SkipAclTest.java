package io.metamigrate.cutover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.metamigrate.lab.CuttableProxy;
import io.metamigrate.lab.EtcdServer;
import io.metamigrate.lab.ZooKeeperServer;
import io.metamigrate.migrator.config.CutoverConfig.Strategy;
import io.metamigrate.migrator.cutover.Confirmation;
import io.metamigrate.migrator.cutover.Hooks;
import io.metamigrate.migrator.cutover.Hooks.HookPoint;
import io.metamigrate.migrator.cutover.Window.FinalizeOptions;
import io.metamigrate.migrator.cutover.WindowResult;
import io.metamigrate.migrator.cutover.fence.Fence;
import io.metamigrate.migrator.cutover.fence.GuardedZooKeeper;
import io.metamigrate.migrator.restart.StepOutcome;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.ZooKeeperConnection;
import io.metamigrate.verifier.store.ZooKeeperSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs.Ids;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A ZooKeeper that ignores its access lists: the fence is the operator's own hook, which here
 * restarts the server so that it obeys them, and is proven like any other.
 */
@Timeout(300)
final class SkipAclTest {
  @TempDir Path folder;
  private ZooKeeperServer zookeeper;
  private EtcdServer etcd;
  private TestBed bed;

  @BeforeEach
  void start() throws Exception {
    zookeeper = ZooKeeperServer.start(folder, "skipACL=yes");
    etcd = EtcdServer.start(folder);
    bed = new TestBed(folder, zookeeper, etcd, "60s");
    bed.copy();
  }

  @AfterEach
  void stop() {
    bed.close();
    zookeeper.close();
    etcd.close();
  }

  @Test
  void stopsBeforePointOfNoReturnWithoutAHook() throws Exception {
    WindowResult stopped = bed.cutover(Strategy.ROLLING);

    assertThat(stopped.step()).contains("fence");
    assertThat(stopped.reason().orElseThrow())
        .contains("a second session got past the fence", "skipACL=yes", "configure hooks.fence");
    assertThat(stopped.pointOfNoReturn()).isEmpty();
    assertThat(bed.rollback().done()).isTrue();
    bed.assertServingOnZooKeeper();
  }

  @Test
  void hookRaisesFenceAndRollbackLiftsIt() throws Exception {
    bed.hooks = hooks(restart("yes", "no"), restart("no", "yes"));
    bed.confirmation = announcement -> StepOutcome.failed("the operator answered no");

    WindowResult refused = bed.cutover(Strategy.ROLLING);

    assertThat(refused.step()).contains("no-return");
    assertThat(bed.state().fence().byHook()).isTrue();
    assertThat(setting()).isEqualTo("skipACL=no");
    WindowResult back = bed.rollback();
    assertThat(back.text()).contains("phase RolledBack");
    assertThat(setting()).isEqualTo("skipACL=yes");
    bed.assertServingOnZooKeeper();
  }

  @Test
  @Tag("campaign")
  void finalizeLiftsFenceOnRequest() throws Exception {
    bed.hooks = hooks(restart("yes", "no"), restart("no", "yes"));
    bed.confirmation = Confirmation.GIVEN;
    assertThat(bed.cutover(Strategy.ROLLING).done()).isTrue();

    Hooks configured = bed.hooks;
    bed.hooks = Hooks.none();
    FinalizeOptions lift = new FinalizeOptions(bed.folderOfRecord(), true, true, false);
    assertThatThrownBy(() -> bed.end(lift))
        .hasMessageContaining("FENCE_STANDS")
        .hasMessageContaining("hooks.unfence is not configured");
    assertThat(setting()).isEqualTo("skipACL=no");

    bed.hooks = configured;
    bed.end(lift);

    assertThat(setting()).isEqualTo("skipACL=yes");
    assertThat(bed.leftBehind()).isEmpty();
  }

  /**
   * A firewall that lets the daemon's own session live is a fence; a server that is away is none.
   */
  @Test
  @Tag("campaign")
  void failedSessionProvesHookOnlyIfTheDaemonIsServed() throws Exception {
    try (CuttableProxy proxy = CuttableProxy.to(zookeeper.port());
        ZooKeeperConnection own =
            ZooKeeperConnection.open(
                ZooKeeperSettings.of("127.0.0.1:" + proxy.port())
                    .withTimeout(Duration.ofSeconds(5)))) {
      Fence fence = new Fence(own, GuardedZooKeeper.take(own, () -> {}, path -> true, "the test"));
      List<ZkPath> paths = List.of(new ZkPath("/"));
      assertThat(fence.prove(paths, true)).isInstanceOf(StepOutcome.Failed.class);

      // Without a hook only the access list's own refusal is a proof.
      own.client()
          .create("/metamigrate-probe", new byte[0], Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
      assertThat(fence.prove(paths, false)).isInstanceOf(StepOutcome.Failed.class);

      proxy.refuseNewConnections();
      assertThat(fence.prove(paths, false)).isInstanceOf(StepOutcome.NotYet.class);
      assertThat(fence.prove(paths, true))
          .isEqualTo(StepOutcome.done("a second session could not be opened"));

      proxy.cut();
      assertThat(fence.prove(paths, true)).isInstanceOf(StepOutcome.NotYet.class);
    }
  }

  private static Hooks hooks(String fence, String unfence) {
    return new Hooks(
        Map.of(HookPoint.FENCE, fence, HookPoint.UNFENCE, unfence), Duration.ofMinutes(1));
  }

  private String restart(String from, String to) {
    return "grep -q skipACL=%s %s || exit 0; %s stop && sed -i s/skipACL=%s/skipACL=%s/ %s && %s start && until bash -c 'exec 3<>/dev/tcp/127.0.0.1/%d' 2>/dev/null; do sleep 0.1; done"
        .formatted(from, file(), node(), from, to, file(), node(), zookeeper.port());
  }

  private String node() {
    return zookeeper.process().script().toString();
  }

  private Path file() {
    return zookeeper.process().log().resolveSibling("zoo.cfg");
  }

  private String setting() throws Exception {
    return Files.readAllLines(file()).stream()
        .filter(line -> line.startsWith("skipACL"))
        .findFirst()
        .orElseThrow();
  }
}
