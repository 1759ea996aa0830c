package io.metamigrate.migrator.pulsar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.config.ConfigurationException;
import io.metamigrate.migrator.plan.BookKeeperNodes;
import io.metamigrate.migrator.plan.ClusterFacts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ClusterInventoryTest {
  private static final int MORE_THAN_AT_ONCE = 40;

  @TempDir Path folder;

  /** Each that is registered takes as long as a request may, which is longer than all may take. */
  @Test
  void manySilentBrokersDoNotHideOneOfTheFile() throws IOException {
    HttpServer broker =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    ServerSocket silent = new ServerSocket(0, 50, InetAddress.getByName("0.0.0.0"));
    Set<Boolean> asked = ConcurrentHashMap.newKeySet();
    broker.createContext(
        "/",
        exchange -> {
          boolean version = exchange.getRequestURI().getPath().endsWith("/version");
          byte[] body = (version ? "3.0.0" : "no superuser").getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(version ? 200 : 403, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
          asked.add(version);
          if (asked.size() == 2) {
            // Nobody has to wait any longer for those that are silent.
            silent.close();
          }
        });
    broker.start();
    try (silent) {
      List<String> registered =
          IntStream.range(0, MORE_THAN_AT_ONCE)
              .mapToObj(i -> "127.0.0.%d:%d".formatted(i + 2, silent.getLocalPort()))
              .toList();
      Configuration configuration =
          load(
              "cutover: {brokers: [{id: \"z:8080\", adminUrl: \"http://127.0.0.1:%d\"}]}"
                  .formatted(broker.getAddress().getPort()));

      ClusterFacts.Broker answer =
          ClusterInventory.ask(
                  configuration, registered, new BookKeeperNodes(), Duration.ofSeconds(30))
              .brokers()
              .stream()
              .filter(one -> one.id().equals("z:8080"))
              .findFirst()
              .orElseThrow();

      assertThat(answer.version()).contains("3.0.0");
      assertThat(answer.silence().orElseThrow()).startsWith("answers, but refuses its settings: ");
    } finally {
      broker.stop(0);
    }
  }

  @Test
  void tokenThatCannotBeUsedIsAFaultOfTheConfiguration() throws IOException {
    Path token = Files.writeString(folder.resolve("token"), "hunter\r2");
    Configuration configuration =
        load("cluster: {admin: {url: \"http://127.0.0.1:1\", tokenFile: \"%s\"}}".formatted(token));

    assertThatThrownBy(() -> ClusterInventory.ask(configuration, List.of(), new BookKeeperNodes()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(token.toString());
  }

  private Configuration load(String yaml) throws IOException {
    return Configuration.load(Files.writeString(folder.resolve("move.yaml"), yaml + "\n"));
  }
}
