package io.metamigrate.migrator.config;

import java.net.URI;
import java.util.Optional;

/**
 * How the brokers' admin interface is reached.
 *
 * @param url of one broker, a proxy or a balancer; brokers may also have their own, see {@link
 *     BrokerConfig}
 * @param tokenFile holds the token that is sent to each of them
 * @param tls for {@code https}
 */
public record AdminConfig(Optional<URI> url, Optional<SecretFile> tokenFile, TlsConfig tls) {
  static AdminConfig defaults() {
    return new AdminConfig(Optional.empty(), Optional.empty(), TlsConfig.none());
  }

  static AdminConfig read(Section section) {
    Optional<URI> url = section.value("url", WebUrl::parse);
    Optional<SecretFile> token = section.secret("tokenFile");
    TlsConfig tls = TlsConfig.read(section.section("tls"));
    return section.build(() -> new AdminConfig(url, token, tls), defaults());
  }
}
