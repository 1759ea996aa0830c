package io.metamigrate.lab;

import static io.metamigrate.lab.EtcdGateway.encoded;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/** Single keys of an etcd, good for tampering. */
public record EtcdKeys(String endpoint) {
  public boolean exists(String key) throws IOException {
    return !gateway().found(key).isMissingNode();
  }

  /** Whether the key exists and goes with a lease. */
  boolean leased(String key) throws IOException {
    return gateway().found(key).path("lease").asLong(0) != 0;
  }

  public byte[] get(String key) throws IOException {
    JsonNode found = gateway().found(key);
    if (found.isMissingNode()) {
      throw new IOException("no such key on etcd: " + key);
    }
    return Base64.getDecoder().decode(found.path("value").asText(""));
  }

  /** A plain put without a lease. */
  public void put(String key, byte[] value) throws IOException {
    gateway().ask("kv/put", Map.of("key", encoded(key), "value", encoded(value)));
  }

  /** Puts so far since the key was created; 0 where it is not there. */
  public long version(String key) throws IOException {
    return gateway().found(key).path("version").asLong(0);
  }

  /** The revision of the whole store: any write by anybody raises it. */
  public long revision() throws IOException {
    return gateway().range("/").path("header").path("revision").asLong();
  }

  /** A put with a lease of its own, as a living component makes one. */
  public void putLeased(String key, Duration timeToLive) throws IOException {
    String lease =
        gateway().ask("lease/grant", Map.of("TTL", timeToLive.toSeconds())).path("ID").asText();
    gateway()
        .ask(
            "kv/put",
            Map.of("key", encoded(key), "value", encoded(new byte[] {1}), "lease", lease));
  }

  /** Deletes one key; returns whether it existed. */
  public boolean delete(String key) throws IOException {
    return gateway().ask("kv/deleterange", Map.of("key", encoded(key))).path("deleted").asLong(0)
        != 0;
  }

  /** Deletes every key that starts with this; gives their number. */
  public long deletePrefix(String prefix) throws IOException {
    return gateway().ask("kv/deleterange", under(prefix)).path("deleted").asLong(0);
  }

  /** Deletes the copy of a tree at the default prefix, and what the tool keeps beside it. */
  public void wipe() throws IOException {
    deletePrefix("/");
    deletePrefix("metamigrate/");
  }

  /** How many keys start with this. */
  public long count(String prefix) throws IOException {
    Map<String, Object> query = new HashMap<>(under(prefix));
    query.put("count_only", true);
    return gateway().ask("kv/range", query).path("count").asLong(0);
  }

  private EtcdGateway gateway() {
    return new EtcdGateway(endpoint);
  }

  private static Map<String, Object> under(String prefix) {
    byte[] end = prefix.getBytes(UTF_8);
    end[end.length - 1]++;
    return Map.of("key", encoded(prefix), "range_end", encoded(end));
  }
}
