package io.metamigrate.migrator.restart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The script that a configure command may use, driven by the driver that it is for. */
@Timeout(30)
final class ApplySettingsTest {
  private static final Node BROKER = new Node(Component.BROKER, "broker-1:8080");
  private static final String OWN =
      """
      # a comment with zookeeperServers=in it
      zookeeperServers=z:2181
      metadataStoreUrl = zk:z:2181
      clusterName=c1
      """;

  private final Path conf;
  private final CommandDriver driver;

  ApplySettingsTest(@TempDir Path folder) throws IOException {
    conf = Files.writeString(folder.resolve("broker.conf"), OWN);
    Path script = Path.of("bin/apply-settings").toAbsolutePath();
    driver =
        new CommandDriver(
            "true",
            script + " " + conf,
            "true",
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            folder.resolve("state"),
            Duration.ofSeconds(10));
  }

  @Test
  void replacesAddsAndRemovesSettingsAndKeepsTheRest() throws IOException {
    configure(
        Settings.of(Map.of("metadataStoreUrl", "etcd:x", "new", "1"), Set.of("zookeeperServers")));

    assertThat(Files.readString(conf))
        .isEqualTo(
            """
            # a comment with zookeeperServers=in it
            clusterName=c1
            metadataStoreUrl=etcd:x
            new=1
            """);
  }

  @Test
  void replacesEarlierLayerOnRepeat() throws IOException {
    configure(Settings.of(Map.of("gcWaitTime", "1"), Set.of("zookeeperServers")));
    configure(Settings.of(Map.of("new", "1"), Set.of()));
    configure(Settings.of(Map.of("new", "1"), Set.of()));

    assertThat(Files.readString(conf)).isEqualTo(OWN + "new=1\n");
  }

  @Test
  void emptyLayerRestoresOperatorsFile() throws IOException {
    configure(Settings.of(Map.of("new", "1"), Set.of("clusterName"), Set.of(), List.of()));
    configure(Settings.none());

    assertThat(Files.readString(conf)).isEqualTo(OWN);
  }

  private void configure(Settings settings) {
    assertThat(driver.configure(BROKER, settings)).isInstanceOf(StepOutcome.Done.class);
  }
}
