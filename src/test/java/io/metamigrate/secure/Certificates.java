package io.metamigrate.secure;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** Certificates of one authority, as PEM files in one directory. */
final class Certificates {
  private static final Duration LONG = Duration.ofDays(30);

  private final Path directory;
  private final X509Bundle authority;

  Certificates(Path directory, String name) throws Exception {
    this.directory = Files.createDirectories(directory);
    this.authority =
        new CertificateBuilder()
            .ecp256()
            .subject("CN=" + name)
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
    Files.writeString(trust(), authority.getCertificatePEM());
  }

  /** A certificate and its key. */
  record Pair(Path certificate, Path key) {}

  Path trust() {
    return directory.resolve("ca.pem");
  }

  /** For a server at 127.0.0.1, and for a client. */
  Pair issue(String name) throws Exception {
    return issue(name, "127.0.0.1", Instant.now().plus(LONG));
  }

  Pair issue(String name, String address, Instant until) throws Exception {
    X509Bundle bundle =
        new CertificateBuilder()
            .ecp256()
            .subject("CN=" + name)
            .addSanIpAddress(address)
            .notBefore(until.minus(LONG).minus(LONG))
            .notAfter(until)
            .addExtendedKeyUsageServerAuth()
            .addExtendedKeyUsageClientAuth()
            .buildIssuedBy(authority);
    Pair pair = new Pair(directory.resolve(name + ".pem"), directory.resolve(name + ".key"));
    Files.writeString(pair.certificate(), bundle.getCertificatePEM());
    Files.writeString(pair.key(), bundle.getPrivateKeyPEM());
    return pair;
  }
}
