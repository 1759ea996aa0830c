package io.metamigrate.migrator.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.config.ControlConfig;
import io.metamigrate.migrator.config.HostPort;
import io.metamigrate.migrator.config.SecretFile;
import io.metamigrate.migrator.control.ControlServer;
import io.metamigrate.migrator.control.Metrics;
import io.metamigrate.migrator.control.NamedMove;
import io.metamigrate.migrator.control.OpenApiContract;
import io.metamigrate.migrator.control.RecordingDaemon;
import io.metamigrate.migrator.follow.Barrier;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.StoreException;
import io.metamigrate.verifier.store.Zxid;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is asked and answered here is held against the OpenAPI document, both ways. */
final class DaemonRoutesTest {
  @TempDir private Path folder;

  private final OpenApiContract contract = OpenApiContract.served();
  private final Metrics metrics = Metrics.of("c1");
  private final AtomicInteger handovers = new AtomicInteger();
  private Optional<Barrier> reached = Optional.empty();
  private DaemonRoutes.BarrierSource barriers = timeout -> reached;
  private Optional<ControlServer> server = Optional.empty();

  @BeforeEach
  void start() throws IOException {
    SecretFile token = new SecretFile(Files.writeString(folder.resolve("token"), "hunter2"));
    server =
        Optional.of(
            ControlServer.start(
                new ControlConfig(new HostPort("127.0.0.1", 0), Optional.of(token)),
                NamedMove.of(Configuration.defaults()),
                new RecordingDaemon(),
                metrics,
                new DaemonRoutes(timeout -> barriers.await(timeout), handovers::incrementAndGet)
                    .all()));
  }

  @AfterEach
  void close() {
    server.ifPresent(ControlServer::close);
    metrics.close();
  }

  @Test
  void aBarrierIsReachedOrNotYet() throws Exception {
    assertThat(post("/barrier", "", true).statusCode()).isEqualTo(202);
    reached = Optional.of(new Barrier(new Zxid(0x4a), new Revision(17)));

    HttpResponse<String> answer = post("/barrier", "{}", true);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("{\"reached\":true,\"zxid\":\"0x4a\",\"etcdRevision\":17}");
  }

  @Test
  void aBarrierThatCoversNotEveryNodeIsRefused() throws Exception {
    barriers =
        timeout -> {
          throw new BlockedException("SOURCE_UNREADABLE", "1 znode(s) cannot be read", "grant it");
        };

    HttpResponse<String> answer = post("/barrier", "", true);

    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(answer.body()).contains("SOURCE_UNREADABLE: 1 znode(s) cannot be read; grant it");
  }

  @Test
  void aBarrierIsNotReachedWhileAStoreDoesNotAnswer() throws Exception {
    barriers =
        timeout -> {
          throw new StoreException(Store.ZOOKEEPER, "no answer");
        };

    assertThat(post("/barrier", "", true).statusCode()).isEqualTo(202);
  }

  @Test
  void aHandoverEndsTheDaemonOnlyForOneWhoMayAsk() throws Exception {
    assertThat(post("/handover", "{}", false).statusCode()).isEqualTo(401);
    assertThat(post("/handover", "{\"force\": true}", true).statusCode()).isEqualTo(400);
    assertThat(handovers).hasValue(0);

    assertThat(post("/handover", "{}", true).statusCode()).isEqualTo(200);
    assertThat(handovers).hasValue(1);
  }

  @Test
  void neitherIsReadByGetNorTakesAnotherBody() throws Exception {
    assertThat(send("GET", "/handover", "", true).statusCode()).isEqualTo(405);
    assertThat(send("GET", "/barrier", "", true).statusCode()).isEqualTo(405);
    assertThat(post("/barrier", "[]", true).statusCode()).isEqualTo(400);
    assertThat(post("/barrier", "", false).statusCode()).isEqualTo(401);
    assertThat(send("GET", "/events", "", true).statusCode()).isEqualTo(404);
  }

  private HttpResponse<String> post(String path, String body, boolean token)
      throws IOException, InterruptedException {
    return send("POST", path, body, token);
  }

  private HttpResponse<String> send(String method, String path, String body, boolean token)
      throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + server.orElseThrow().port() + path);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri).method(method, BodyPublishers.ofString(body));
    if (token) {
      request.header("Authorization", "Bearer hunter2");
    }
    HttpResponse<String> answer =
        HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
    if (answer.statusCode() != 404) {
      contract.check(method, uri, body, answer);
    }
    return answer;
  }
}
