package io.metamigrate.secure;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.cert.jcajce.JcaX509v2CRLBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PKCS8Generator;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.bouncycastle.operator.OutputEncryptor;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

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
  record CertifiedKey(Path certificate, Path key) {}

  Path trust() {
    return directory.resolve("ca.pem");
  }

  /** For a server at 127.0.0.1, and for a client. */
  CertifiedKey issue(String name) throws Exception {
    return issue(name, "127.0.0.1", Instant.now().plus(LONG));
  }

  /** A key in the forms that openssl writes besides PKCS#8, and a certificate for it. */
  record Forms(Path certificate, Path key, Path pkcs1, Path encrypted, Path der) {}

  Forms forms(String name) throws Exception {
    X509Bundle bundle =
        new CertificateBuilder()
            .rsa2048()
            .subject("CN=" + name)
            .addSanIpAddress("127.0.0.1")
            .notAfter(Instant.now().plus(LONG))
            .addExtendedKeyUsageClientAuth()
            .buildIssuedBy(authority);
    PrivateKey key = bundle.getKeyPair().getPrivate();
    OutputEncryptor encryptor =
        new JceOpenSSLPKCS8EncryptorBuilder(PKCS8Generator.AES_256_CBC)
            .setProvider(new BouncyCastleProvider())
            .setPassword("secret-key".toCharArray())
            .build();
    return new Forms(
        Files.writeString(directory.resolve(name + ".pem"), bundle.getCertificatePEM()),
        Files.writeString(directory.resolve(name + ".key"), bundle.getPrivateKeyPEM()),
        pem(name + ".pkcs1", key),
        pem(name + ".encrypted", new JcaPKCS8Generator(key, encryptor)),
        Files.write(directory.resolve(name + ".der"), key.getEncoded()));
  }

  private Path pem(String name, Object content) throws IOException {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
      writer.writeObject(content);
    }
    return Files.writeString(directory.resolve(name), text.toString());
  }

  /** The authority's certificate in binary form. */
  Path derTrust() throws Exception {
    return Files.write(directory.resolve("ca.der"), authority.getCertificate().getEncoded());
  }

  /** A server's certificate that only has a common name. */
  CertifiedKey withCommonNameOnly(String host) throws Exception {
    return written(
        "cn-only", template(host, Instant.now().plus(LONG)).buildIssuedBy(authority), "");
  }

  /** A server's certificate that is valid, of an intermediate authority that has expired. */
  CertifiedKey ofExpiredIntermediate() throws Exception {
    Instant past = Instant.now().minus(Duration.ofDays(1));
    X509Bundle intermediate =
        new CertificateBuilder()
            .ecp256()
            .subject("CN=old-intermediate")
            .setIsCertificateAuthority(true)
            .notBefore(past.minus(LONG))
            .notAfter(past)
            .buildIssuedBy(authority);
    X509Bundle server =
        template("intermediate-server", Instant.now().plus(LONG))
            .addSanIpAddress("127.0.0.1")
            .buildIssuedBy(intermediate);
    return written("of-expired", server, intermediate.getCertificatePEM());
  }

  /** A server's certificate that is not valid yet. */
  CertifiedKey validFrom(Instant begin) throws Exception {
    return written(
        "future",
        template("future", begin.plus(LONG))
            .notBefore(begin)
            .addSanIpAddress("127.0.0.1")
            .buildIssuedBy(authority),
        "");
  }

  /** A client's certificate with a key of a rare kind. */
  CertifiedKey ofEd25519() throws Exception {
    return written(
        "ed25519",
        new CertificateBuilder()
            .algorithm(CertificateBuilder.Algorithm.ed25519)
            .subject("CN=ed25519")
            .notAfter(Instant.now().plus(LONG))
            .buildIssuedBy(authority),
        "");
  }

  /** A client's certificate by which only servers may identify themselves. */
  CertifiedKey forServersOnly() throws Exception {
    return written(
        "servers-only",
        new CertificateBuilder()
            .ecp256()
            .subject("CN=servers-only")
            .notAfter(Instant.now().plus(LONG))
            .addExtendedKeyUsageServerAuth()
            .buildIssuedBy(authority),
        "");
  }

  /** A keystore of Java with the authority's certificate. */
  Path keystore(String type, Path name) throws Exception {
    KeyStore store = KeyStore.getInstance(type);
    store.load(null, null);
    store.setCertificateEntry("ca", authority.getCertificate());
    Path file = Path.of(name + "." + type);
    try (OutputStream out = Files.newOutputStream(file)) {
      store.store(out, "secret-keystore".toCharArray());
    }
    return file;
  }

  /** A list of revoked certificates with this one, as PEM. */
  Path revoked(CertifiedKey one) throws Exception {
    X509Certificate certificate;
    try (InputStream in = Files.newInputStream(one.certificate())) {
      certificate =
          (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
    JcaX509v2CRLBuilder list =
        new JcaX509v2CRLBuilder(
            authority.getCertificate().getSubjectX500Principal(),
            Date.from(Instant.now().minus(LONG)));
    list.setNextUpdate(Date.from(Instant.now().plus(LONG)));
    list.addCRLEntry(
        certificate.getSerialNumber(), Date.from(Instant.now()), CRLReason.keyCompromise);
    return pem(
        "revoked.crl",
        list.build(
            new JcaContentSignerBuilder("SHA256withECDSA")
                .build(authority.getKeyPair().getPrivate())));
  }

  private static CertificateBuilder template(String name, Instant until) {
    return new CertificateBuilder()
        .ecp256()
        .subject("CN=" + name)
        .notBefore(until.minus(LONG).minus(LONG))
        .notAfter(until)
        .addExtendedKeyUsageServerAuth()
        .addExtendedKeyUsageClientAuth();
  }

  private CertifiedKey written(String name, X509Bundle bundle, String chain) throws IOException {
    return new CertifiedKey(
        Files.writeString(directory.resolve(name + ".pem"), bundle.getCertificatePEM() + chain),
        Files.writeString(directory.resolve(name + ".key"), bundle.getPrivateKeyPEM()));
  }

  CertifiedKey issue(String name, String address, Instant until) throws Exception {
    return written(
        name, template(name, until).addSanIpAddress(address).buildIssuedBy(authority), "");
  }
}
