package io.metamigrate.verifier.store;

import io.metamigrate.verifier.store.ServerProbes.Probe;
import io.metamigrate.verifier.tls.PortProbe;
import io.metamigrate.verifier.tls.PortProbe.PortReply;
import io.metamigrate.verifier.tls.TlsException;
import io.metamigrate.verifier.tls.TlsFiles;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Probes each endpoint of etcd before a client is created, since the client reports every TLS
 * fault, and a closed port, as a missing answer.
 */
final class EtcdReachability {
  /** In the answer of Go's HTTPS servers to a plain request (net/http, server.go). */
  private static final String HTTPS_ONLY = "HTTPS server";

  private EtcdReachability() {}

  /**
   * Probes all at once.
   *
   * @throws StoreException when no endpoint can be talked to, with the reason for each
   */
  static ServerProbes check(EtcdSettings settings) {
    boolean secure = settings.endpoints().get(0).startsWith("https://");
    Optional<TlsFiles> tls = secure ? Optional.of(files(settings)) : Optional.empty();
    try {
      tls.ifPresent(files -> files.check(Instant.now()));
    } catch (TlsException e) {
      throw new StoreException(Store.ETCD, String.valueOf(e.getMessage()), e, true);
    }
    Duration most = secure ? ServerProbes.HANDSHAKE : ServerProbes.WORDS;
    Duration timeout = settings.timeout().compareTo(most) < 0 ? settings.timeout() : most;
    ServerProbes probes =
        ServerProbes.all(
            settings.endpoints(),
            secure,
            (endpoint, reaction) -> probe(endpoint, tls, timeout, reaction));
    probes.requireReachable(Store.ETCD, "etcd");
    return probes;
  }

  static Optional<String> certificateFault(EtcdSettings settings) {
    if (!settings.endpoints().get(0).startsWith("https://")) {
      return Optional.empty();
    }
    TlsFiles tls = files(settings);
    return CertificateFault.of(
        tls,
        settings.endpoints().stream()
            .map(URI::create)
            .map(uri -> new CertificateFault.AskedServer(host(uri), uri.getPort(), request(uri))),
        Optional.of(closed(tls)));
  }

  private static String host(URI uri) {
    return uri.getHost().replaceAll("^\\[|]$", "");
  }

  private static Probe probe(
      String endpoint, Optional<TlsFiles> tls, Duration timeout, Runnable reaction) {
    URI uri = URI.create(endpoint);
    String host = host(uri);
    PortReply answer = new PortProbe(tls, timeout, reaction).ask(host, uri.getPort(), request(uri));
    if (answer instanceof PortReply.Faulted failed) {
      return Probe.unreachable(
          tls.isPresent() && !failed.isOfCertificates() && answersWithoutTls(host, uri, timeout)
              ? "%s; write http://%s:%d".formatted(PortProbe.NO_TLS, uri.getHost(), uri.getPort())
              : failed.fault());
    }
    if (answer instanceof PortReply.Unanswered silent) {
      return silent.inHandshake() ? Probe.silentHandshake() : Probe.silent();
    }
    if (tls.isPresent() && answer instanceof PortReply.Closed) {
      return Probe.unreachable(closed(tls.get()));
    }
    boolean asksForTls =
        answer instanceof PortReply.Closed
            || (answer instanceof PortReply.Replied reply && reply.text().contains(HTTPS_ONLY));
    if (tls.isEmpty() && asksForTls && PortProbe.speaksTls(host, uri.getPort(), timeout)) {
      return Probe.unreachable(
          "the server speaks TLS; write https://%s:%d and set target.tls.trust"
              .formatted(uri.getHost(), uri.getPort()));
    }
    return Probe.answers();
  }

  /**
   * etcd looks a client's certificate up in its list of revoked ones after the handshake, and then
   * sends no alert (etcd {@code transport.checkCRL}, 3.4.23). A proxy without a backend does the
   * same.
   */
  private static String closed(TlsFiles tls) {
    return "the server closes the connection after the TLS handshake; "
        + tls.certificate()
            .map(
                file ->
                    "check that %s.certificate=%s is not revoked there (--client-crl-file), and"
                        .formatted(tls.block(), file))
            .orElse("check")
        + " that a proxy in between reaches etcd";
  }

  /** An etcd without TLS closes the connection at a handshake, or answers in plain text. */
  private static boolean answersWithoutTls(String host, URI uri, Duration timeout) {
    return new PortProbe(Optional.empty(), timeout).ask(host, uri.getPort(), request(uri))
            instanceof PortReply.Replied reply
        && reply.text().startsWith("HTTP/")
        && !reply.text().contains(HTTPS_ONLY);
  }

  private static String request(URI uri) {
    return "GET /version HTTP/1.1\r\nHost: %s:%d\r\nConnection: close\r\n\r\n"
        .formatted(uri.getHost(), uri.getPort());
  }

  static TlsFiles files(EtcdSettings settings) {
    return new TlsFiles("target.tls", settings.trust(), settings.certificate(), settings.key());
  }
}
