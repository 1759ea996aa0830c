package io.metamigrate.cutover;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import io.metamigrate.lab.MigrateCommand;
import io.metamigrate.lab.PrometheusServer;
import io.metamigrate.migrator.config.Configuration;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs.Ids;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A real Prometheus scrapes a real window: the panels of the steps have data, and the alerts fire
 * for a step that takes too long and for a write to ZooKeeper after the fence.
 */
@Tag("campaign")
@Timeout(900)
final class WindowAlertsCampaignTest extends TwoStores {
  private static final Duration TIMEOUT = Duration.ofMinutes(8);
  private static final Path RUNBOOKS = Path.of("../../runbooks");

  @Test
  @SuppressWarnings("try") // the command only has to run
  void stalledStepAndLateWriteFire() throws Exception {
    Path home = folder.resolve("alerts");
    Path waiting = folder.resolve("waits-before-observe");
    try (TestBed bed = new TestBed(folder, zookeeper, etcd, "60s");
        CommandNodes nodes = CommandNodes.start(home.resolve("nodes"), bed)) {
      bed.copy();
      Path config =
          nodes.config(
              "alerts.yaml",
              "hooks: {timeout: 5m, beforeStep: \"test $METAMIGRATE_STEP != observe || { touch %s; sleep 240; }\"}\n"
                  .formatted(waiting));
      int port = Configuration.load(config).control().listen().port();
      try (PrometheusServer prometheus =
              PrometheusServer.start(
                  home.resolve("prometheus"), RUNBOOKS.toAbsolutePath(), "", port);
          MigrateCommand cutover =
              MigrateCommand.start(
                  home.resolve("cutover"),
                  "cutover",
                  "--config",
                  config.toString(),
                  "--confirm",
                  "c1",
                  "--yes")) {
        for (Map.Entry<String, String> panel : PrometheusServer.panels(RUNBOOKS).entrySet()) {
          if (panel.getValue().contains("metamigrate_step")) {
            prometheus.awaitData(panel.getKey(), panel.getValue());
          }
        }
        await("the last step waits").atMost(TIMEOUT).until(() -> Files.exists(waiting));
        prometheus.awaitFiring("MetamigrateStepStalled");
        bed.zk()
            .create(
                "/admin/clusters/written-late",
                "{}".getBytes(UTF_8),
                Ids.OPEN_ACL_UNSAFE,
                CreateMode.PERSISTENT);
        prometheus.awaitFiring("MetamigrateLateWrite");
      }
    }
  }
}
