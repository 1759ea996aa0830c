package io.metamigrate.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.metamigrate.lab.EtcdKeys;
import io.metamigrate.migrator.cli.Migrate;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The {@code migrate} command against two addresses. */
record Commands(String zookeeper, String etcd) {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  /** What one command line did. */
  record Outcome(int code, String out, String err, Duration took) {

    /** Standard output, which must be one document and nothing else. */
    JsonNode json() {
      try {
        return JSON.readTree(out);
      } catch (JsonProcessingException e) {
        throw new AssertionError("not one JSON document: " + out, e);
      }
    }

    String lastLine() {
      return out.lines().reduce("", (before, line) -> line);
    }
  }

  /** A command with both addresses. */
  Outcome run(String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--zookeeper", zookeeper, "--etcd", etcd));
    return exactly(all.toArray(String[]::new));
  }

  /** A command line as it is. */
  static Outcome exactly(String... words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    long started = System.nanoTime();
    int code = Migrate.run(new PrintWriter(out), new PrintWriter(err), words);
    return new Outcome(
        code, out.toString(), err.toString(), Duration.ofNanos(System.nanoTime() - started));
  }

  EtcdKeys keys() {
    return new EtcdKeys(etcd);
  }

  /** Changes with every write to etcd, whoever makes it. */
  long revision() throws IOException {
    return keys().revision();
  }
}
