package io.metamigrate.migrator.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Encryption of one connection; all files are PEM.
 *
 * @param enabled also without any file, then with the Java runtime's trust
 * @param trust the authorities that the server's certificate must come from
 * @param certificate the daemon's own, with {@code key}
 * @param key the daemon's private key, not encrypted
 */
public record TlsConfig(
    boolean enabled, Optional<Path> trust, Optional<Path> certificate, Optional<Path> key) {
  public TlsConfig {
    new Checks()
        .bothOrNone(certificate, key)
        .require(
            enabled || (trust.isEmpty() && certificate.isEmpty() && key.isEmpty()),
            "enabled",
            () -> "files are given although TLS is off; remove one of the two")
        .orThrow();
  }

  static TlsConfig none() {
    return new TlsConfig(false, Optional.empty(), Optional.empty(), Optional.empty());
  }

  static TlsConfig read(Section section) {
    Optional<Path> trust = section.file("trust");
    Optional<Path> certificate = section.file("certificate");
    Optional<Path> key = section.secretFile("key");
    boolean given = section.has("trust") || section.has("certificate") || section.has("key");
    boolean enabled = section.flag("enabled", given);
    return section.build(() -> new TlsConfig(enabled, trust, certificate, key), none());
  }
}
