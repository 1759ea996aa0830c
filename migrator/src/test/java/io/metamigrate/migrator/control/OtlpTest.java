package io.metamigrate.migrator.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.metamigrate.migrator.config.OtlpConfig;
import io.metamigrate.migrator.config.SecretFile;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.Metric;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A receiver decodes what is sent by OTLP. */
final class OtlpTest {
  @TempDir private Path folder;

  private final List<ExportMetricsServiceRequest> received = new CopyOnWriteArrayList<>();
  private final List<String> authorizations = new CopyOnWriteArrayList<>();

  @Test
  void sendsAndServesEveryMeter() throws Exception {
    HttpServer receiver =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.createContext(
        "/v1/metrics",
        exchange -> {
          authorizations.add(exchange.getRequestHeaders().getFirst("Authorization"));
          received.add(
              ExportMetricsServiceRequest.parseFrom(exchange.getRequestBody().readAllBytes()));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    receiver.start();
    SecretFile token = new SecretFile(Files.writeString(folder.resolve("token"), "collector"));
    OtlpConfig config =
        new OtlpConfig(
            Optional.of(
                URI.create("http://127.0.0.1:" + receiver.getAddress().getPort() + "/v1/metrics")),
            Duration.ofSeconds(1),
            Optional.of(token));
    try (Metrics metrics = Metrics.of("c1", config)) {
      metrics.registry().counter("metamigrate.errors", "kind", "timeout").increment();
      assertThat(metrics.scrape())
          .contains("metamigrate_errors_total{cluster=\"c1\",kind=\"timeout\"} 1.0");

      Awaitility.await()
          .untilAsserted(
              () ->
                  assertThat(sent())
                      .filteredOn(metric -> metric.getName().equals("metamigrate.errors"))
                      .anySatisfy(
                          metric -> {
                            assertThat(metric.getSum().getDataPoints(0).getAsDouble())
                                .isEqualTo(1.0);
                            assertThat(metric.getSum().getDataPoints(0).getAttributesList())
                                .extracting(KeyValue::getKey)
                                .contains("cluster", "kind");
                          }));
      assertThat(authorizations).containsOnly("Bearer collector");
    } finally {
      receiver.stop(0);
    }
  }

  private List<Metric> sent() {
    return received.stream()
        .flatMap(request -> request.getResourceMetricsList().stream())
        .flatMap(resource -> resource.getScopeMetricsList().stream())
        .flatMap(scope -> scope.getMetricsList().stream())
        .toList();
  }
}
