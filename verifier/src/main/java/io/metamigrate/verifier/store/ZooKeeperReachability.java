package io.metamigrate.verifier.store;

import io.metamigrate.verifier.store.ServerProbes.Probe;
import io.metamigrate.verifier.tls.PortProbe;
import io.metamigrate.verifier.tls.PortProbe.PortReply;
import io.metamigrate.verifier.tls.TlsException;
import io.metamigrate.verifier.tls.TlsFiles;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Probes each server of ZooKeeper at the start of a command, since the client reports every TLS
 * fault, and a closed port, as a missing answer. Any answer to a four-letter word is enough, even
 * that it is not in the whitelist (FourLetterCommands).
 */
public final class ZooKeeperReachability {
  /** Long enough for a TLS server to see that it is no handshake (five bytes, RFC 8446, 5.1). */
  private static final String WORD = "ruok\n\n\n\n";

  private ZooKeeperReachability() {}

  /**
   * Probes all servers, until one answers.
   *
   * @throws StoreException when none can be reached, with the reason for each
   */
  public static void check(ZooKeeperSettings settings) {
    probes(settings);
  }

  /** The same, with the answers. */
  static ServerProbes probes(ZooKeeperSettings settings) {
    Optional<TlsFiles> tls = settings.tls();
    try {
      tls.ifPresent(
          files -> {
            files.check(Instant.now());
            files.requirePkcs8();
          });
    } catch (TlsException e) {
      throw new StoreException(Store.ZOOKEEPER, String.valueOf(e.getMessage()), e, true);
    }
    ServerProbes probes =
        ServerProbes.awaitFirstAnswer(
            FourLetterWord.servers(settings.connect()),
            tls.isPresent(),
            (server, reaction) -> probe(server, tls, reaction));
    probes.requireReachable(Store.ZOOKEEPER, "ZooKeeper");
    return probes;
  }

  static Optional<String> certificateFault(ZooKeeperSettings settings) {
    return settings
        .tls()
        .flatMap(
            tls ->
                CertificateFault.of(
                    tls,
                    FourLetterWord.servers(settings.connect()).stream()
                        .map(
                            server ->
                                new CertificateFault.AskedServer(host(server), port(server), WORD)),
                    Optional.empty()));
  }

  private static String host(String server) {
    return server.substring(0, server.lastIndexOf(':')).replaceAll("^\\[|]$", "");
  }

  private static int port(String server) {
    return Integer.parseInt(server.substring(server.lastIndexOf(':') + 1));
  }

  private static Probe probe(String server, Optional<TlsFiles> tls, Runnable reaction) {
    Duration timeout = tls.isPresent() ? ServerProbes.HANDSHAKE : ServerProbes.WORDS;
    String host = host(server);
    int port = port(server);
    PortReply answer = new PortProbe(tls, timeout, reaction).ask(host, port, WORD);
    if (answer instanceof PortReply.Faulted failed) {
      boolean plain =
          tls.isPresent()
              && !failed.isOfCertificates()
              && new PortProbe(Optional.empty(), ServerProbes.WORDS).ask(host, port, WORD)
                  instanceof PortReply.Replied;
      return Probe.unreachable(
          plain
              ? PortProbe.NO_TLS + "; name the secureClientPort, or leave out source.tls"
              : failed.fault());
    }
    if (answer instanceof PortReply.Closed
        && tls.isEmpty()
        && PortProbe.speaksTls(host, port, timeout)) {
      return Probe.unreachable("the server speaks TLS; set source.tls.trust");
    }
    if (answer instanceof PortReply.Unanswered silent) {
      return silent.inHandshake() ? Probe.silentHandshake() : Probe.silent();
    }
    return Probe.answers();
  }
}
