package io.metamigrate.migrator.control;

import io.metamigrate.migrator.config.ConfigurationException;
import io.metamigrate.migrator.config.ControlConfig;
import io.metamigrate.migrator.config.ControlTls;
import io.metamigrate.migrator.config.Fault;
import io.metamigrate.verifier.tls.PortProbe;
import io.metamigrate.verifier.tls.PortProbe.PortReply;
import io.metamigrate.verifier.tls.TlsException;
import io.metamigrate.verifier.tls.TlsFiles;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** TLS of the daemon's HTTP interface, on both ends of it. */
public final class ControlSecurity {
  private ControlSecurity() {}

  /** {@code https} if the interface is encrypted, else {@code http}. */
  public static String scheme(ControlConfig config) {
    return config.tls().enabled() ? "https" : "http";
  }

  /**
   * For the daemon.
   *
   * @throws ConfigurationException if a file cannot be used
   */
  static void secure(HttpServerOptions options, ControlTls tls) {
    if (!tls.enabled()) {
      return;
    }
    TlsFiles files = checked(tls);
    options
        .setSsl(true)
        .setKeyCertOptions(
            new PemKeyCertOptions()
                .addCertPath(files.certificate().orElseThrow().toString())
                .addKeyPath(files.key().orElseThrow().toString()));
    if (tls.requireClientCertificate()) {
      options
          .setClientAuth(ClientAuth.REQUIRED)
          .setTrustOptions(
              new PemTrustOptions().addCertPath(files.trust().orElseThrow().toString()));
    }
  }

  /** For a command that talks to the daemon; the same. */
  static void secure(HttpClient.Builder builder, ControlTls tls) {
    if (tls.enabled()) {
      builder.sslContext(checked(tls).context());
    }
  }

  /** Why a connection fails although something listens there; empty if TLS is not the reason. */
  static Optional<String> fault(URI daemon, ControlTls tls, Duration timeout) {
    if (!tls.enabled()) {
      return PortProbe.speaksTls(daemon.getHost(), daemon.getPort(), timeout)
          ? Optional.of("the daemon speaks TLS; set control.tls as in its configuration")
          : Optional.empty();
    }
    PortReply reply =
        new PortProbe(Optional.of(files(tls)), timeout)
            .ask(daemon.getHost(), daemon.getPort(), "GET /healthz HTTP/1.0\r\n\r\n");
    return reply instanceof PortReply.Faulted faulted
        ? Optional.of(faulted.fault())
        : Optional.empty();
  }

  private static TlsFiles files(ControlTls tls) {
    return new TlsFiles("control.tls", tls.trust(), tls.certificate(), tls.key());
  }

  private static TlsFiles checked(ControlTls tls) {
    TlsFiles files = files(tls);
    try {
      files.check(Instant.now());
      return files;
    } catch (TlsException e) {
      throw new ConfigurationException(
          new Fault("control.tls", "", String.valueOf(e.getMessage())));
    }
  }
}
