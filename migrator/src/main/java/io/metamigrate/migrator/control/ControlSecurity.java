package io.metamigrate.migrator.control;

import io.metamigrate.migrator.config.ConfigurationException;
import io.metamigrate.migrator.config.ControlConfig;
import io.metamigrate.migrator.config.ControlTls;
import io.metamigrate.migrator.config.Fault;
import io.metamigrate.verifier.tls.TlsException;
import io.metamigrate.verifier.tls.TlsFiles;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.net.http.HttpClient;
import java.time.Instant;

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

  private static TlsFiles checked(ControlTls tls) {
    TlsFiles files = new TlsFiles("control.tls", tls.trust(), tls.certificate(), tls.key());
    try {
      files.check(Instant.now());
      return files;
    } catch (TlsException e) {
      throw new ConfigurationException(
          new Fault("control.tls", "", String.valueOf(e.getMessage())));
    }
  }
}
