package io.metamigrate.lab;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.core.ConditionTimeoutException;

/**
 * What administrators have declared, as a broker reports it: policies, schemas, partitions, the
 * cluster; by REST path.
 */
record Declared(Map<String, JsonNode> documents) {
  Declared {
    documents = Map.copyOf(documents);
  }

  static Declared read(AdminApi admin, List<String> paths) throws IOException {
    Map<String, JsonNode> documents = new TreeMap<>();
    for (String path : paths) {
      documents.put(path, admin.get(path));
    }
    return new Declared(documents);
  }

  /**
   * A sentence for each document that is not the same now. A broker that has just started reads
   * topic policies after its first answer, so each has half a minute to become the same.
   */
  List<String> changes(AdminApi admin) {
    List<String> changes = new ArrayList<>();
    for (Map.Entry<String, JsonNode> document : new TreeMap<>(documents).entrySet()) {
      try {
        await()
            .atMost(Duration.ofSeconds(30))
            .ignoreExceptions()
            .until(() -> admin.get(document.getKey()).equals(document.getValue()));
      } catch (ConditionTimeoutException e) {
        changes.add(
            document.getKey() + " was " + document.getValue() + ", is " + now(admin, document));
      }
    }
    return changes;
  }

  private static String now(AdminApi admin, Map.Entry<String, JsonNode> document) {
    try {
      return admin.get(document.getKey()).toString();
    } catch (IOException e) {
      return e.toString();
    }
  }
}
