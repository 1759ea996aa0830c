package io.metamigrate.verifier.tls;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;

/**
 * What a failed handshake means, in one line with the remedy. Pure; the words are those of the Java
 * runtime (sun.security.ssl) and the alerts of RFC 8446, 6.
 */
final class TlsFault {
  static final String SERVERS_CERTIFICATE = "the server's certificate ";
  static final String REQUIRES_CERTIFICATE = "the server requires a client certificate ";
  static final String REFUSES_CERTIFICATE = "the server refuses ";
  private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
  private static final String ANY_USE = "2.5.29.37.0";
  private static final String ALERT = "Received fatal alert: ";

  private TlsFault() {}

  /**
   * The fault of a handshake with {@code host}.
   *
   * @param chain what the server showed so far
   */
  static String of(SSLException fault, String host, TlsFiles files, ServerChain chain) {
    String text = String.valueOf(fault.getMessage());
    if (text.contains(ALERT)) {
      return refused(text.substring(text.indexOf(ALERT) + ALERT.length()), files);
    }
    if (text.contains("Unsupported or unrecognized SSL message")
        || text.contains("plaintext connection")) {
      return PortProbe.NO_TLS;
    }
    if (cause(fault, CertificateExpiredException.class).isPresent()) {
      return expired(chain, files);
    }
    if (cause(fault, CertificateNotYetValidException.class).isPresent()) {
      return notYetValid(chain);
    }
    if (cause(fault, CertPathBuilderException.class).isPresent()) {
      return unknownAuthority(files, chain);
    }
    Optional<CertificateException> certificate = cause(fault, CertificateException.class);
    if (certificate.map(Throwable::getMessage).filter(TlsFault::isName).isPresent()) {
      return "the server's certificate is not for '%s' but for %s; use one of these names, or have a certificate issued for this one"
          .formatted(host, chain.names());
    }
    return "the TLS handshake failed: " + text;
  }

  private static String unknownAuthority(TlsFiles files, ServerChain chain) {
    String issuer =
        chain.shown().map(c -> c.getIssuerX500Principal().getName()).orElse("an unknown authority");
    if (files.equals(TlsFiles.NONE)) {
      return "the server's certificate was issued by '%s', which this Java runtime does not know; add that CA to a trust store, and name it in METAMIGRATE_JAVA_OPTIONS (-Djavax.net.ssl.trustStore=FILE)"
          .formatted(issuer);
    }
    return files.trust().isPresent()
        ? "the server's certificate was issued by '%s', which is not in %s.trust=%s; give the CA that issued it"
            .formatted(issuer, files.block(), files.trust().get())
        : "the server's certificate was issued by '%s', which this Java runtime does not know; set %s.trust to the PEM file of that CA"
            .formatted(issuer, files.block());
  }

  private static String refused(String alert, TlsFiles files) {
    if (files.equals(TlsFiles.NONE)) {
      return REQUIRES_CERTIFICATE
          + "(alert %s), which this connection cannot present".formatted(alert);
    }
    if (files.certificate().isEmpty()) {
      return REQUIRES_CERTIFICATE
          + "(alert %s); set %s.certificate and %s.key"
              .formatted(alert, files.block(), files.block());
    }
    X509Certificate own = files.ownCertificate().orElseThrow();
    if (!isForClients(own)) {
      return REFUSES_CERTIFICATE
          + "%s.certificate=%s (alert %s): its extended key usage lacks clientAuth; have one issued for clients"
              .formatted(files.block(), files.certificate().get(), alert);
    }
    String issuer = own.getIssuerX500Principal().getName();
    return REFUSES_CERTIFICATE
        + "%s.certificate=%s, issued by '%s' (alert %s); give a certificate of a CA that the server trusts, with its own key"
            .formatted(files.block(), files.certificate().get(), issuer, alert);
  }

  /** By RFC 5280, 4.2.1.12: a certificate without the extension is for any use. */
  private static boolean isForClients(X509Certificate own) {
    try {
      List<String> uses = own.getExtendedKeyUsage();
      return uses == null || uses.contains(CLIENT_AUTH) || uses.contains(ANY_USE);
    } catch (CertificateParsingException e) {
      return true;
    }
  }

  private static boolean isName(String message) {
    return message.startsWith("No subject alternative") || message.startsWith("No name matching");
  }

  private static String expired(ServerChain chain, TlsFiles files) {
    Optional<X509Certificate> expired = chain.expired(Instant.now());
    if (expired.isEmpty()) {
      return SERVERS_CERTIFICATE
          + "comes from a CA whose own certificate has expired; renew that CA in "
          + files.trust().map(file -> files.block() + ".trust=" + file).orElse("the Java runtime");
    }
    Instant until = expired.get().getNotAfter().toInstant();
    return expired.equals(chain.shown())
        ? SERVERS_CERTIFICATE
            + "was valid until %s and expired; renew it on the server".formatted(until)
        : SERVERS_CERTIFICATE
            + "comes with the certificate of the CA '%s', which expired at %s; renew it on the server"
                .formatted(expired.get().getSubjectX500Principal().getName(), until);
  }

  private static String notYetValid(ServerChain chain) {
    return chain
        .future(Instant.now())
        .map(
            one ->
                SERVERS_CERTIFICATE
                    + "comes with '%s', which is not valid before %s; check the clocks of both machines, or issue it again"
                        .formatted(
                            one.getSubjectX500Principal().getName(),
                            one.getNotBefore().toInstant()))
        .orElse(SERVERS_CERTIFICATE + "is not valid yet; check the clocks of both machines");
  }

  private static <T extends Throwable> Optional<T> cause(Throwable fault, Class<T> kind) {
    for (Throwable t = fault; t != null; t = t.getCause()) {
      if (kind.isInstance(t)) {
        return Optional.of(kind.cast(t));
      }
    }
    return Optional.empty();
  }
}
