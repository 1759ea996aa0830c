package io.metamigrate.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.Base64;
import java.util.Map;

/** What an operator does to an etcd, over its JSON gateway. */
public record EtcdAdmin(String endpoint) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The present revision. */
  public long revision() throws IOException {
    return ask("kv/range", Map.of("key", encoded("/"))).path("header").path("revision").asLong();
  }

  /** The revision at which this key was changed last; 0 where there is none. */
  public long modRevision(String key) throws IOException {
    return found(key).path("mod_revision").asLong(0);
  }

  /** How often this key was put since it was created; 0 where there is none. */
  public long version(String key) throws IOException {
    return found(key).path("version").asLong(0);
  }

  /** The value as text. */
  public String text(String key) throws IOException {
    return new String(Base64.getDecoder().decode(found(key).path("value").asText("")), UTF_8);
  }

  /** How many keys there are at all. */
  public long countAll() throws IOException {
    String everything = Base64.getEncoder().encodeToString(new byte[] {0});
    return ask("kv/range", Map.of("key", everything, "range_end", everything, "count_only", true))
        .path("count")
        .asLong();
  }

  /** Forgets all history up to now. */
  public void compact() throws IOException {
    ask("kv/compaction", Map.of("revision", revision(), "physical", true));
  }

  /** Gives the space of what was compacted back. */
  public void defragment() throws IOException {
    ask("maintenance/defragment", Map.of());
  }

  /** Bytes of its backend's file. */
  public long size() throws IOException {
    return ask("maintenance/status", Map.of()).path("dbSize").asLong();
  }

  /** Whether the alarm for a full backend is raised. */
  public boolean isFull() throws IOException {
    return ask("maintenance/alarm", Map.of("action", "GET")).toString().contains("NOSPACE");
  }

  /** Takes that alarm back, which belongs to a member. */
  public void disarm() throws IOException {
    for (JsonNode alarm : ask("maintenance/alarm", Map.of("action", "GET")).path("alarms")) {
      ask(
          "maintenance/alarm",
          Map.of("action", "DEACTIVATE", "alarm", "NOSPACE", "memberID", alarm.path("memberID")));
    }
  }

  /** Ends the lease of a key, as its time to live would; nothing where there is none. */
  public void endLease(String key) throws IOException {
    String lease = found(key).path("lease").asText("0");
    if (!lease.equals("0")) {
      ask("lease/revoke", Map.of("ID", lease));
    }
  }

  private JsonNode found(String key) throws IOException {
    return ask("kv/range", Map.of("key", encoded(key))).path("kvs").path(0);
  }

  private static String encoded(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }

  private JsonNode ask(String call, Map<String, ?> body) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection) URI.create(endpoint + "/v3/" + call).toURL().openConnection();
    connection.setConnectTimeout(2_000);
    connection.setReadTimeout(60_000);
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
