package io.metamigrate.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** What an operator does to an etcd. */
public record EtcdAdmin(String endpoint) {
  /** The present revision. */
  public long revision() throws IOException {
    return gateway().range("/").path("header").path("revision").asLong();
  }

  /** The revision at which this key was changed last; 0 where there is none. */
  public long modRevision(String key) throws IOException {
    return gateway().found(key).path("mod_revision").asLong(0);
  }

  /** How often this key was put since it was created; 0 where there is none. */
  public long version(String key) throws IOException {
    return gateway().found(key).path("version").asLong(0);
  }

  /** The value as text. */
  public String text(String key) throws IOException {
    return new String(
        Base64.getDecoder().decode(gateway().found(key).path("value").asText("")), UTF_8);
  }

  /** How many keys there are at all. */
  public long countAll() throws IOException {
    String everything = EtcdGateway.encoded(new byte[] {0});
    return gateway()
        .ask("kv/range", Map.of("key", everything, "range_end", everything, "count_only", true))
        .path("count")
        .asLong();
  }

  /** Forgets all history up to now, also if that is forgotten already. */
  public void compact() throws IOException {
    try {
      gateway().ask("kv/compaction", Map.of("revision", revision(), "physical", true));
    } catch (IOException e) {
      if (!String.valueOf(e.getMessage()).contains("has been compacted")) {
        throw e;
      }
    }
  }

  /** Gives the space of what was compacted back. */
  public void defragment() throws IOException {
    gateway().ask("maintenance/defragment", Map.of());
  }

  /** Bytes of its backend's file. */
  public long size() throws IOException {
    return gateway().ask("maintenance/status", Map.of()).path("dbSize").asLong();
  }

  /** Whether the alarm for a full backend is raised. */
  public boolean isFull() throws IOException {
    return gateway()
        .ask("maintenance/alarm", Map.of("action", "GET"))
        .toString()
        .contains("NOSPACE");
  }

  /** Raises that alarm although there is space. */
  public void raiseAlarm() throws IOException {
    String member =
        gateway().ask("maintenance/status", Map.of()).path("header").path("member_id").asText();
    gateway()
        .ask(
            "maintenance/alarm",
            Map.of("action", "ACTIVATE", "alarm", "NOSPACE", "memberID", member));
  }

  /** Takes that alarm back, which belongs to a member. */
  public void disarm() throws IOException {
    for (JsonNode alarm :
        gateway().ask("maintenance/alarm", Map.of("action", "GET")).path("alarms")) {
      gateway()
          .ask(
              "maintenance/alarm",
              Map.of(
                  "action", "DEACTIVATE", "alarm", "NOSPACE", "memberID", alarm.path("memberID")));
    }
  }

  /** Makes room for a member that does not vote and serves no clients. */
  public void addLearner(String peerUrl) throws IOException {
    gateway().ask("cluster/member/add", Map.of("peerURLs", List.of(peerUrl), "isLearner", true));
  }

  /** Ends the lease of a key, as its time to live would; nothing where there is none. */
  public void endLease(String key) throws IOException {
    String lease = gateway().found(key).path("lease").asText("0");
    if (!lease.equals("0")) {
      gateway().ask("lease/revoke", Map.of("ID", lease));
    }
  }

  private EtcdGateway gateway() {
    return new EtcdGateway(endpoint);
  }
}
