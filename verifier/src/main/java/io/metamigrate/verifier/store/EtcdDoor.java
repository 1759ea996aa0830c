package io.metamigrate.verifier.store;

import io.metamigrate.verifier.tls.PortProbe;
import io.metamigrate.verifier.tls.PortProbe.Answer;
import io.metamigrate.verifier.tls.TlsException;
import io.metamigrate.verifier.tls.TlsFiles;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knocks at each endpoint of etcd before a client is made, since the client reports every fault of
 * TLS, and a port where nothing listens, as an answer that never came.
 */
final class EtcdDoor {
  private static final Logger LOG = LoggerFactory.getLogger(EtcdDoor.class);
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** In the answer of Go's HTTPS servers to a plain request (net/http, server.go). */
  private static final String HTTPS_ONLY = "HTTPS server";

  private EtcdDoor() {}

  /**
   * Knocks everywhere at once.
   *
   * @return what is odd about endpoints that may still answer the client, empty when all is well
   * @throws StoreException when no endpoint can be talked to, with the reason for each
   */
  static Optional<String> check(EtcdSettings settings) {
    boolean secure = settings.endpoints().get(0).startsWith("https://");
    Optional<TlsFiles> tls = secure ? Optional.of(files(settings)) : Optional.empty();
    try {
      tls.ifPresent(files -> files.check(Instant.now()));
    } catch (TlsException e) {
      throw new StoreException(Store.ETCD, String.valueOf(e.getMessage()), e);
    }
    Duration patience =
        settings.patience().compareTo(PATIENCE) < 0 ? settings.patience() : PATIENCE;
    Map<String, CompletableFuture<Knock>> knocks = new LinkedHashMap<>();
    for (String endpoint : settings.endpoints()) {
      knocks.put(
          endpoint,
          CompletableFuture.supplyAsync(
              () -> knock(endpoint, tls, patience), task -> thread(task).start()));
    }
    List<String> dead = new ArrayList<>();
    List<String> odd = new ArrayList<>();
    knocks.forEach(
        (endpoint, knock) -> {
          Knock found = knock.join();
          String line = endpoint + ": " + found.fault();
          if (found.dead()) {
            dead.add(line);
          } else if (!found.fault().isEmpty()) {
            odd.add(line);
          }
        });
    if (dead.size() == settings.endpoints().size()) {
      throw new StoreException(Store.ETCD, "etcd cannot be reached at " + String.join("; ", dead));
    }
    dead.forEach(
        line -> LOG.atWarn().addKeyValue("endpoint", line).log("an endpoint of etcd is away"));
    return odd.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", odd));
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "etcd-door");
    thread.setDaemon(true);
    return thread;
  }

  private record Knock(boolean dead, String fault) {}

  private static Knock knock(String endpoint, Optional<TlsFiles> tls, Duration patience) {
    URI uri = URI.create(endpoint);
    String host = uri.getHost().replaceAll("^\\[|]$", "");
    Answer answer = new PortProbe(tls, patience).ask(host, uri.getPort(), request(uri));
    if (answer instanceof Answer.Failed failed) {
      return new Knock(
          true,
          tls.isPresent() && answersPlainly(host, uri, patience)
              ? "%s; write http://%s:%d".formatted(PortProbe.NO_TLS, uri.getHost(), uri.getPort())
              : failed.fault());
    }
    if (answer instanceof Answer.Silent) {
      return new Knock(false, "accepts connections but sends no answer; it may be frozen");
    }
    boolean asksForTls =
        answer instanceof Answer.Closed
            || (answer instanceof Answer.Said said && said.text().contains(HTTPS_ONLY));
    if (tls.isEmpty() && asksForTls && PortProbe.speaksTls(host, uri.getPort(), patience)) {
      return new Knock(
          true,
          "the server speaks TLS; write https://%s:%d and set target.tls.trust"
              .formatted(uri.getHost(), uri.getPort()));
    }
    return new Knock(false, "");
  }

  /** A plain etcd that is asked to shake hands hangs up, or answers in plain words. */
  private static boolean answersPlainly(String host, URI uri, Duration patience) {
    return new PortProbe(Optional.empty(), patience).ask(host, uri.getPort(), request(uri))
            instanceof Answer.Said said
        && said.text().startsWith("HTTP/")
        && !said.text().contains(HTTPS_ONLY);
  }

  private static String request(URI uri) {
    return "GET /version HTTP/1.1\r\nHost: %s:%d\r\nConnection: close\r\n\r\n"
        .formatted(uri.getHost(), uri.getPort());
  }

  static TlsFiles files(EtcdSettings settings) {
    return new TlsFiles("target.tls", settings.trust(), settings.certificate(), settings.key());
  }
}
