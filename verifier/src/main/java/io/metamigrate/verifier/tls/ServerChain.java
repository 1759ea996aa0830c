package io.metamigrate.verifier.tls;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Trusts what another manager trusts, and keeps what the server showed. For one thread and one
 * handshake.
 */
final class ServerChain extends X509ExtendedTrustManager {
  private final X509ExtendedTrustManager delegate;
  private X509Certificate @Nullable [] shown;

  ServerChain(X509ExtendedTrustManager delegate) {
    this.delegate = delegate;
  }

  /** The server's own certificate, once it was shown. */
  Optional<X509Certificate> shown() {
    return Optional.ofNullable(shown).map(chain -> chain[0]);
  }

  /** The first certificate that the server showed and that was not valid any more. */
  Optional<X509Certificate> expired(Instant now) {
    return first(one -> one.getNotAfter().toInstant().isBefore(now));
  }

  /** The first certificate that the server showed and that is not valid yet. */
  Optional<X509Certificate> future(Instant now) {
    return first(one -> one.getNotBefore().toInstant().isAfter(now));
  }

  private Optional<X509Certificate> first(Predicate<X509Certificate> wanted) {
    return Optional.ofNullable(shown).stream().flatMap(Arrays::stream).filter(wanted).findFirst();
  }

  /** The names that the server's certificate is valid for. */
  String names() {
    if (shown == null) {
      return "none";
    }
    try {
      Collection<List<?>> names = shown[0].getSubjectAlternativeNames();
      return names == null
          ? "no subject alternative name (its common name, %s, does not count)"
              .formatted(shown[0].getSubjectX500Principal().getName())
          : names.stream().map(name -> String.valueOf(name.get(1))).sorted().toList().toString();
    } catch (CertificateParsingException e) {
      return "unreadable";
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    shown = chain.clone();
    delegate.checkServerTrusted(chain, type, socket);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    shown = chain.clone();
    delegate.checkServerTrusted(chain, type, engine);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    shown = chain.clone();
    delegate.checkServerTrusted(chain, type);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    delegate.checkClientTrusted(chain, type, socket);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    delegate.checkClientTrusted(chain, type, engine);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    delegate.checkClientTrusted(chain, type);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return delegate.getAcceptedIssuers();
  }
}
