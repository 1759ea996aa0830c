package io.metamigrate.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;

/**
 * Single keys of an etcd, over its JSON gateway: independent of the client library that the product
 * uses, and good for tampering.
 */
public record EtcdKeys(String endpoint) {
  private static final ObjectMapper JSON = new ObjectMapper();

  public boolean exists(String key) throws IOException {
    return !range(key).path("kvs").isEmpty();
  }

  /** Whether the key exists and goes with a lease. */
  public boolean leased(String key) throws IOException {
    return range(key).path("kvs").path(0).path("lease").asLong(0) != 0;
  }

  public byte[] get(String key) throws IOException {
    JsonNode found = range(key).path("kvs").path(0);
    if (found.isMissingNode()) {
      throw new IOException("no such key on etcd: " + key);
    }
    return Base64.getDecoder().decode(found.path("value").asText(""));
  }

  /** A plain put without a lease. */
  public void put(String key, byte[] value) throws IOException {
    ask("kv/put", Map.of("key", encoded(key.getBytes(UTF_8)), "value", encoded(value)));
  }

  /** Puts so far since the key was created; 0 where it is not there. */
  public long version(String key) throws IOException {
    return range(key).path("kvs").path(0).path("version").asLong(0);
  }

  /** The revision of the whole store: any write by anybody raises it. */
  public long revision() throws IOException {
    return range("/").path("header").path("revision").asLong();
  }

  /** A put with a lease of its own, as a living component makes one. */
  public void putLeased(String key, Duration timeToLive) throws IOException {
    String lease = ask("lease/grant", Map.of("TTL", timeToLive.toSeconds())).path("ID").asText();
    ask(
        "kv/put",
        Map.of(
            "key", encoded(key.getBytes(UTF_8)), "value", encoded(new byte[] {1}), "lease", lease));
  }

  /** Deletes one key; says whether it was there. */
  public boolean delete(String key) throws IOException {
    return ask("kv/deleterange", Map.of("key", encoded(key.getBytes(UTF_8))))
            .path("deleted")
            .asLong(0)
        != 0;
  }

  /** Deletes every key that starts with this; gives their number. */
  public long deletePrefix(String prefix) throws IOException {
    return ask("kv/deleterange", under(prefix)).path("deleted").asLong(0);
  }

  /** How many keys start with this. */
  public long count(String prefix) throws IOException {
    Map<String, Object> query = new java.util.HashMap<>(under(prefix));
    query.put("count_only", true);
    return ask("kv/range", query).path("count").asLong(0);
  }

  private JsonNode range(String key) throws IOException {
    return ask("kv/range", Map.of("key", encoded(key.getBytes(UTF_8))));
  }

  private static Map<String, Object> under(String prefix) {
    byte[] end = prefix.getBytes(UTF_8);
    end[end.length - 1]++;
    return Map.of("key", encoded(prefix.getBytes(UTF_8)), "range_end", encoded(end));
  }

  private static String encoded(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private JsonNode ask(String call, Map<String, ?> body) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection) URI.create(endpoint + "/v3/" + call).toURL().openConnection();
    connection.setConnectTimeout(2_000);
    connection.setReadTimeout(10_000);
    connection.setDoOutput(true);
    connection.setRequestMethod("POST");
    try (OutputStream out = connection.getOutputStream()) {
      out.write(JSON.writeValueAsBytes(body));
    }
    try (InputStream in = connection.getInputStream()) {
      return JSON.readTree(in);
    }
  }
}
