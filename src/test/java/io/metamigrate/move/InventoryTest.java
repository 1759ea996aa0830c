package io.metamigrate.move;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.metamigrate.lab.BookieServer;
import io.metamigrate.lab.EtcdServer;
import io.metamigrate.lab.FreePorts;
import io.metamigrate.lab.MoveArguments;
import io.metamigrate.lab.PulsarClassPath;
import io.metamigrate.lab.PulsarCluster;
import io.metamigrate.lab.ZooKeeperServer;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code plan} asks the brokers and bookies of a real cluster, and lists those that did not answer
 * as not known. Not on 2.10, whose bookies' HTTP server cannot be bound to loopback.
 */
@Tag("campaign")
final class InventoryTest {

  @ParameterizedTest
  @ValueSource(strings = {"3.0.7", "4.0.0"})
  void queriesEveryComponentAndListsSilentOnes(String version, @TempDir Path directory)
      throws Exception {
    PulsarClassPath pulsar = PulsarClassPath.of(version);
    try (ZooKeeperServer zooKeeper = ZooKeeperServer.start(pulsar, directory);
        EtcdServer etcd = EtcdServer.start(directory);
        PulsarCluster cluster = PulsarCluster.on(zooKeeper, pulsar, directory, 2)) {
      BookieServer answering = cluster.bookies().get(0);
      BookieServer silent = cluster.bookies().get(1);
      answering
          .settings()
          .set(
              Map.of(
                  "httpServerEnabled", "true",
                  "httpServerHost", "127.0.0.1",
                  "httpServerPort", Integer.toString(FreePorts.next()),
                  "httpServerClass", "org.apache.bookkeeper.http.vertx.VertxHttpServer"));
      cluster.create();
      MoveArguments move = new MoveArguments(zooKeeper, etcd, version);

      JsonNode running = move.migrate("plan").json();
      cluster.stop();
      JsonNode stopped = move.migrate("plan").json();

      JsonNode broker = running.path("components").path("brokers").path(0);
      assertThat(broker.path("id").asText()).isEqualTo(cluster.brokers().get(0).id());
      assertThat(broker.path("version").asText()).isEqualTo(version);
      assertThat(broker.path("settings").path("metadataStoreUrl").asText())
          .isEqualTo("zk:" + zooKeeper.connect());
      JsonNode bookie = bookie(running, answering.id());
      assertThat(bookie.path("settings").path("metadataServiceUri").asText())
          .startsWith("metadata-store:zk:" + zooKeeper.connect());
      assertThat(bookie.path("freeBytes").asLong()).isPositive();
      assertThat(bookie.path("silence").isNull()).isTrue();
      assertThat(bookie(running, silent.id()).path("silence").asText()).isNotEmpty();
      assertThat(notAsked(running))
          .contains("not known", "bookie " + silent.id())
          .doesNotContain(answering.id(), broker.path("id").asText());
      assertThat(notAsked(stopped))
          .contains("not known", "bookie " + silent.id(), "bookie " + answering.id());
    }
  }

  private static JsonNode bookie(JsonNode plan, String id) {
    return StreamSupport.stream(plan.path("components").path("bookies").spliterator(), false)
        .filter(bookie -> bookie.path("id").asText().equals(id))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no bookie " + id));
  }

  private static String notAsked(JsonNode plan) {
    return StreamSupport.stream(plan.path("findings").spliterator(), false)
        .filter(finding -> finding.path("id").asText().equals("COMPONENTS_NOT_ASKED"))
        .map(finding -> finding.path("message").asText())
        .reduce("", String::concat);
  }
}
