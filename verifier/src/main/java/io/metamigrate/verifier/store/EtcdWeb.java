package io.metamigrate.verifier.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.metamigrate.verifier.store.EtcdServerFacts.ServerMetrics;
import io.metamigrate.verifier.tls.TlsFiles;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What one etcd member reports over plain HTTP at its client address: its command line and its
 * metrics. Both may be shut off or served elsewhere, which is no failure: nothing is known then. Of
 * a command line only a few flags are kept.
 */
final class EtcdWeb {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(3);
  private static final Set<String> KEPT =
      Set.of(
          EtcdServerFacts.COMPACTION, EtcdServerFacts.MAX_OPERATIONS, EtcdServerFacts.MAX_REQUEST);
  private static final String CONFIG_FILE = "config-file";

  private EtcdWeb() {}

  static Optional<Map<String, String>> flags(String endpoint, TlsFiles tls) {
    return get(endpoint + "/debug/vars", tls).flatMap(EtcdWeb::readFlags);
  }

  static Optional<ServerMetrics> metrics(String endpoint, TlsFiles tls) {
    return get(endpoint + "/metrics", tls).map(EtcdMetrics::read);
  }

  /**
   * Empty with a configuration file: etcd then ignores flags, as its first log line reports
   * (3.4.23).
   */
  static Optional<Map<String, String>> readFlags(String variables) {
    try {
      List<String> words = new ArrayList<>();
      JSON.readTree(variables).path("cmdline").forEach((JsonNode word) -> words.add(word.asText()));
      if (words.isEmpty()) {
        return Optional.empty();
      }
      Map<String, String> flags = new HashMap<>();
      for (int i = 1; i < words.size(); i++) {
        String name = words.get(i).replaceFirst("^--?", "");
        int equals = name.indexOf('=');
        String value = equals >= 0 ? name.substring(equals + 1) : "";
        if (equals < 0 && i + 1 < words.size()) {
          value = words.get(i + 1);
        }
        name = equals >= 0 ? name.substring(0, equals) : name;
        if (name.equals(CONFIG_FILE)) {
          return Optional.empty();
        }
        if (KEPT.contains(name) && words.get(i).startsWith("-")) {
          flags.put(name, value);
        }
      }
      return Optional.of(flags);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> get(String url, TlsFiles tls) {
    HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(TIMEOUT);
    if (url.startsWith("https://")) {
      builder.sslContext(tls.context());
    }
    HttpClient client = builder.build();
    HttpRequest request = HttpRequest.newBuilder(URI.create(url)).timeout(TIMEOUT).build();
    try {
      HttpResponse<String> response = BoundedHttp.send(client, request);
      return response.statusCode() == 200 ? Optional.of(response.body()) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
