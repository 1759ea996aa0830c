package io.metamigrate.migrator.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Encryption of the daemon's HTTP interface; all files are PEM. The commands that talk to the
 * daemon use the same certificate as their own if the daemon asks for one.
 *
 * @param certificate what the daemon shows, with {@code key}
 * @param key its private key, not encrypted
 * @param trust the authorities that the certificates of daemon and clients come from; without it
 *     the Java runtime's
 * @param requireClientCertificate whether a client without a certificate of {@code trust} is
 *     refused
 */
public record ControlTls(
    Optional<Path> certificate,
    Optional<Path> key,
    Optional<Path> trust,
    boolean requireClientCertificate) {
  public ControlTls {
    new Checks()
        .bothOrNone(certificate, key)
        .require(
            certificate.isPresent() || (trust.isEmpty() && !requireClientCertificate),
            "certificate",
            () -> "TLS needs the daemon's certificate and key; give control.tls.certificate")
        .require(
            trust.isPresent() || !requireClientCertificate,
            "requireClientCertificate",
            () -> "give control.tls.trust, the authorities of the clients' certificates")
        .orThrow();
  }

  static ControlTls none() {
    return new ControlTls(Optional.empty(), Optional.empty(), Optional.empty(), false);
  }

  static ControlTls read(Section section) {
    Optional<Path> certificate = section.file("certificate");
    Optional<Path> key = section.secretFile("key");
    Optional<Path> trust = section.file("trust");
    boolean required = section.flag("requireClientCertificate", false);
    return section.build(() -> new ControlTls(certificate, key, trust, required), none());
  }

  /** Those that are given. */
  public List<Path> files() {
    return Stream.of(certificate, key, trust).flatMap(Optional::stream).toList();
  }

  /** Whether the interface is encrypted. */
  public boolean enabled() {
    return certificate.isPresent();
  }
}
