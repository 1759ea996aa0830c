package io.metamigrate.verifier.store;

import io.metamigrate.verifier.tls.PortProbe;
import io.metamigrate.verifier.tls.PortProbe.PortReply;
import io.metamigrate.verifier.tls.TlsException;
import io.metamigrate.verifier.tls.TlsFiles;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Why a store refuses the connections of a client that it has accepted before, such as after its
 * authorities were replaced: the client itself reports that no answer came.
 */
final class CertificateFault {
  /** For a server whose client has waited in vain already. */
  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  /** A server, and what it answers to. */
  record AskedServer(String host, int port, String words) {}

  private CertificateFault() {}

  /**
   * Asks one server after the other.
   *
   * @param closed the fault of one that closes the connection after the handshake; empty if none
   */
  static Optional<String> of(TlsFiles tls, Stream<AskedServer> servers, Optional<String> closed) {
    try {
      tls.check(Instant.now());
    } catch (TlsException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
    PortProbe probe = new PortProbe(Optional.of(tls), TIMEOUT);
    return servers
        .map(server -> probe.ask(server.host(), server.port(), server.words()))
        .flatMap(
            answer -> {
              if (answer instanceof PortReply.Closed) {
                return closed.stream();
              }
              return answer instanceof PortReply.Faulted failed && failed.isOfCertificates()
                  ? Stream.of(failed.fault())
                  : Stream.of();
            })
        .findFirst();
  }
}
