package io.metamigrate.migrator.pulsar;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.metamigrate.migrator.plan.ClusterFacts;
import io.metamigrate.verifier.store.BoundedHttp;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/** Asks a bookie's HTTP server for its settings and how full its disks are. */
public final class BookieHttpClient {
  /** Nothing else of a bookie's configuration is kept: it may hold secrets. */
  private static final Set<String> KEPT =
      Set.of(
          "metadataServiceUri",
          "zkServers",
          "zkTimeout",
          "autoRecoveryDaemonEnabled",
          "gcWaitTime",
          "minorCompactionInterval",
          "majorCompactionInterval",
          "isForceGCAllowWhenNoSpace",
          "gcOverreplicatedLedgerWaitTime",
          "dataIntegrityChecking",
          "entryLocationCompactionInterval",
          "diskUsageThreshold",
          "diskUsageWarnThreshold",
          "extraServerComponents");

  private static final String ENTRY_LOGS = "entrylog files";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  /**
   * One for the process: each has threads of its own and cannot be closed before Java 21 ({@code
   * HttpClient.close}).
   */
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(TIMEOUT).build();

  private BookieHttpClient() {}

  /** Asks; a bookie that does not answer is in the result with the reason. */
  public static ClusterFacts.Bookie ask(String id, Optional<URI> url) {
    if (url.isEmpty()) {
      return ClusterFacts.Bookie.silent(
          id, "its HTTP address is not known (httpServerEnabled, cutover.bookies[].adminUrl)");
    }
    try {
      JsonNode settings = get(url.get(), "/api/v1/config/server_config");
      Map<String, String> kept = new TreeMap<>();
      KEPT.forEach(
          name -> {
            if (settings.hasNonNull(name)) {
              kept.put(name, settings.path(name).asText());
            }
          });
      JsonNode disks = disks(url.get());
      return new ClusterFacts.Bookie(
          id, kept, number(disks, "freeSpace"), number(disks, "totalSpace"), Optional.empty());
    } catch (IOException e) {
      return ClusterFacts.Bookie.silent(id, "%s: %s".formatted(url.get(), describe(e)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ClusterFacts.Bookie.silent(id, "was interrupted before it answered");
    }
  }

  /**
   * The entry log files that a bookie has.
   *
   * @param names such as {@code 1a.log}, as the bookie lists them
   * @param silence why they are not known, if the bookie did not answer
   */
  public record EntryLogFiles(List<String> names, Optional<String> silence) {
    public EntryLogFiles {
      names = List.copyOf(names);
    }

    static EntryLogFiles silent(String why) {
      return new EntryLogFiles(List.of(), Optional.of(why));
    }
  }

  /** Asks for the entry logs ({@code ListDiskFilesService}: names in one text, each with a tab). */
  public static EntryLogFiles entryLogs(Optional<URI> url) {
    if (url.isEmpty()) {
      return EntryLogFiles.silent(
          "its HTTP address is not known (httpServerEnabled, cutover.bookies[].adminUrl)");
    }
    try {
      JsonNode files = get(url.get(), "/api/v1/bookie/list_disk_file?file_type=entrylog");
      if (!files.path(ENTRY_LOGS).isTextual()) {
        return EntryLogFiles.silent(url.get() + " did not list its entry logs");
      }
      return new EntryLogFiles(
          List.of(files.path(ENTRY_LOGS).asText().strip().split("\\s+")), Optional.empty());
    } catch (IOException e) {
      return EntryLogFiles.silent("%s: %s".formatted(url.get(), describe(e)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return EntryLogFiles.silent("was interrupted before it answered");
    }
  }

  /** What the JDK throws often has no message. */
  private static String describe(IOException failure) {
    String message = failure.getMessage();
    return failure.getClass() == IOException.class && message != null
        ? message
        : failure.toString();
  }

  private static JsonNode disks(URI url) throws InterruptedException {
    try {
      return get(url, "/api/v1/bookie/info");
    } catch (IOException e) {
      return JSON.missingNode();
    }
  }

  private static JsonNode get(URI url, String path) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(url.resolve(path)).timeout(TIMEOUT).build();
    HttpResponse<String> response = BoundedHttp.send(HTTP, request);
    if (response.statusCode() != 200) {
      throw new IOException(path + " answered " + response.statusCode());
    }
    try {
      return JSON.readTree(response.body());
    } catch (JsonProcessingException e) {
      throw new IOException(path + " did not answer with JSON", e);
    }
  }

  private static OptionalLong number(JsonNode node, String name) {
    return node.path(name).isNumber()
        ? OptionalLong.of(node.path(name).asLong())
        : OptionalLong.empty();
  }
}
