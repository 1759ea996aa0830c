package io.metamigrate.verifier.tls;

import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The PEM files of one TLS block of the configuration.
 *
 * @param block the block's name, for example {@code target.tls}; empty for a connection that has no
 *     such settings
 * @param trust the authorities that the server's certificate must come from; without it the Java
 *     runtime's
 * @param certificate the client's own certificate, the first of its file, with {@code key}
 * @param key the client's private key, not encrypted
 */
public record TlsFiles(
    String block, Optional<Path> trust, Optional<Path> certificate, Optional<Path> key) {
  /** Of a connection without settings: it trusts the Java runtime's authorities. */
  public static final TlsFiles NONE =
      new TlsFiles("", Optional.empty(), Optional.empty(), Optional.empty());

  private static final Pattern CERTIFICATE =
      Pattern.compile("-----BEGIN CERTIFICATE-----([^-]*)-----END CERTIFICATE-----");

  /** Kinds of keys that etcd's client, ZooKeeper's client and Vert.x read, each of them. */
  private static final Set<String> KEYS = Set.of("RSA", "EC");

  /**
   * Looks for faults of the files that do not depend on the server: unreadable, expired, a key of
   * another certificate.
   *
   * @throws TlsException that names the file
   */
  public void check(Instant now) {
    trust.ifPresent(file -> certificates("trust", file));
    if (certificate.isEmpty()) {
      return;
    }
    X509Certificate own = ownCertificate().orElseThrow();
    if (own.getNotAfter().toInstant().isBefore(now)) {
      throw new TlsException(
          "%s.certificate=%s expired at %s; renew it"
              .formatted(block, certificate.get(), own.getNotAfter().toInstant()));
    }
    if (own.getNotBefore().toInstant().isAfter(now)) {
      throw new TlsException(
          "%s.certificate=%s is not valid before %s; check this machine's clock or the certificate"
              .formatted(block, certificate.get(), own.getNotBefore().toInstant()));
    }
    if (!KEYS.contains(own.getPublicKey().getAlgorithm())) {
      throw new TlsException(
          "%s.certificate=%s has a key of kind %s, which the clients of the stores do not read; have one issued for an RSA or EC key"
              .formatted(block, certificate.get(), own.getPublicKey().getAlgorithm()));
    }
    if (!KeyPairCheck.belongTogether(own.getPublicKey(), key.orElseThrow())) {
      throw new TlsException(
          "%s.key=%s is not the key of %s.certificate=%s; give the key that the certificate was issued for"
              .formatted(block, key.get(), block, certificate.get()));
    }
    context();
  }

  /**
   * For a client that reads keys in this one form, as ZooKeeper's does (PemReader, 3.9.5). With
   * another one it connects without end.
   *
   * @throws TlsException that names the file
   */
  public void requirePkcs8() {
    key.filter(file -> !KeyPairCheck.isPkcs8(file))
        .ifPresent(
            file -> {
              throw new TlsException(
                  "%s.key=%s contains no PKCS#8 key (BEGIN PRIVATE KEY), the only format that this client reads; convert it: openssl pkcs8 -topk8 -nocrypt"
                      .formatted(block, file));
            });
  }

  /** The client's own certificate. */
  Optional<X509Certificate> ownCertificate() {
    return certificate.map(file -> certificates("certificate", file).get(0));
  }

  /**
   * A context with these files.
   *
   * @throws TlsException when a file cannot be used
   */
  public SSLContext context() {
    return context(trustManager());
  }

  /**
   * Opens TLS over a connected socket; accepts only a certificate for this host.
   *
   * @throws TlsException when a file cannot be used
   */
  public SSLSocket connect(Socket plain, String host, int port) throws IOException {
    return connect(context(), plain, host, port);
  }

  static SSLSocket connect(SSLContext context, Socket plain, String host, int port)
      throws IOException {
    SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, host, port, true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    socket.setSSLParameters(parameters);
    return socket;
  }

  SSLContext context(TrustManager trusting) {
    try {
      SslContextBuilder builder =
          SslContextBuilder.forClient().sslProvider(SslProvider.JDK).trustManager(trusting);
      certificate.ifPresent(file -> builder.keyManager(file.toFile(), key.orElseThrow().toFile()));
      return ((JdkSslContext) builder.build()).context();
    } catch (SSLException | IllegalArgumentException e) {
      // the certificates have been read before
      Path file = key.orElseThrow();
      throw new TlsException(
          "%s.key=%s %s".formatted(block, file, PemForm.withoutKey(file, text("key", file))), e);
    }
  }

  X509ExtendedTrustManager trustManager() {
    try {
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(authorities());
      for (TrustManager manager : factory.getTrustManagers()) {
        if (manager instanceof X509ExtendedTrustManager found) {
          return found;
        }
      }
      throw new IllegalStateException("no X.509 trust manager in this Java runtime");
    } catch (GeneralSecurityException | IOException e) {
      throw new TlsException("%s.trust cannot be used: %s".formatted(block, e.getMessage()), e);
    }
  }

  /** Null means the Java runtime's own. */
  private @Nullable KeyStore authorities() throws GeneralSecurityException, IOException {
    if (trust.isEmpty()) {
      return null;
    }
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    int number = 0;
    for (X509Certificate authority : certificates("trust", trust.get())) {
      store.setCertificateEntry("authority-" + number++, authority);
    }
    return store;
  }

  /** Whatever else the file holds, such as a key, is passed over. */
  private List<X509Certificate> certificates(String name, Path file) {
    List<X509Certificate> found = new ArrayList<>();
    String text = text(name, file);
    try {
      Matcher pem = CERTIFICATE.matcher(text);
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      while (pem.find()) {
        byte[] encoded = Base64.getMimeDecoder().decode(pem.group(1));
        found.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(encoded)));
      }
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new TlsException(
          "%s.%s=%s holds a damaged certificate (%s)".formatted(block, name, file, e.getMessage()),
          e);
    }
    if (found.isEmpty() || PemForm.isCutOff(text, found.size())) {
      throw new TlsException(
          "%s.%s=%s %s".formatted(block, name, file, PemForm.withoutCertificate(file, text)));
    }
    return found;
  }

  /** A binary file is no UTF-8. */
  private String text(String name, Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new TlsException("%s.%s=%s %s".formatted(block, name, file, reason(e)), e);
    }
  }

  static String reason(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "is not there; check the path";
    }
    return e instanceof AccessDeniedException
        ? "may not be read by this user; check its rights"
        : "cannot be read (%s)".formatted(e.getMessage());
  }
}
