package io.metamigrate.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.metamigrate.verifier.store.KeyText;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.Base64;
import java.util.Map;

/** etcd's JSON gateway: independent of the client library that the product uses. */
record EtcdGateway(String endpoint) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int CONNECT_MILLIS = 2_000;
  private static final int READ_MILLIS = 60_000;

  static String encoded(String text) {
    return encoded(KeyText.encode(text));
  }

  static String encoded(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  JsonNode range(String key) throws IOException {
    return ask("kv/range", Map.of("key", encoded(key)));
  }

  /** The key as it is; a missing node where there is none. */
  JsonNode found(String key) throws IOException {
    return range(key).path("kvs").path(0);
  }

  JsonNode ask(String call, Map<String, ?> body) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection) URI.create(endpoint + "/v3/" + call).toURL().openConnection();
    connection.setConnectTimeout(CONNECT_MILLIS);
    connection.setReadTimeout(READ_MILLIS);
    connection.setDoOutput(true);
    connection.setRequestMethod("POST");
    try (OutputStream out = connection.getOutputStream()) {
      out.write(JSON.writeValueAsBytes(body));
    }
    try (InputStream in = connection.getInputStream()) {
      return JSON.readTree(in);
    } catch (IOException e) {
      throw new IOException(call + ": " + refusal(connection), e);
    }
  }

  /** What etcd answered beside a status that is no success; empty if it did not answer. */
  private static String refusal(HttpURLConnection connection) throws IOException {
    try (InputStream in = connection.getErrorStream()) {
      return in == null ? "" : new String(in.readAllBytes(), UTF_8);
    }
  }
}
