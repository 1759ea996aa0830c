package io.metamigrate.secure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.metamigrate.secure.Certificates.CertifiedKey;
import io.metamigrate.secure.Certificates.Forms;
import io.metamigrate.verifier.tls.PortProbe;
import io.metamigrate.verifier.tls.PortProbe.PortReply;
import io.metamigrate.verifier.tls.TlsException;
import io.metamigrate.verifier.tls.TlsFiles;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates and files that are wrong in rarer ways, with a server of the Java runtime. */
final class HandshakeTest {
  @TempDir private static Path folder;

  private static Certificates ours;

  @BeforeAll
  static void authority() throws Exception {
    ours = new Certificates(folder.resolve("ours"), "our-ca");
  }

  @Test
  void namesTheCertificateOfTheChainThatExpired() throws Exception {
    assertThat(fault(ours.ofExpiredIntermediate(), "127.0.0.1"))
        .startsWith("the server's certificate ")
        .contains("'CN=old-intermediate'", "which expired at", "renew it on the server");
  }

  @Test
  void namesCommonNameThatIsNoLongerRead() throws Exception {
    assertThat(fault(ours.withCommonNameOnly("localhost"), "127.0.0.1"))
        .contains("not for '127.0.0.1'", "CN=localhost");
    assertThat(fault(ours.withCommonNameOnly("127.0.0.1"), "127.0.0.1"))
        .contains("not for '127.0.0.1'", "CN=127.0.0.1, does not count");
  }

  @Test
  void explainsFilesInOtherForms() throws Exception {
    Forms forms = ours.forms("forms");
    for (Path key : new Path[] {forms.encrypted(), forms.der()}) {
      assertThat(fault(ours.trust(), forms.certificate(), key))
          .contains("target.tls.key=" + key, "openssl pkcs8 -topk8 -nocrypt")
          .doesNotContain("\n");
    }
    assertThat(fault(ours.derTrust(), forms.certificate(), forms.key()))
        .contains("target.tls.trust=" + ours.derTrust(), "BEGIN CERTIFICATE", "-inform der");
    Path absent = folder.resolve("absent.pem");
    assertThat(fault(absent, forms.certificate(), forms.key()))
        .contains("target.tls.trust=" + absent + " is not there");
    assertThat(fault(folder, forms.certificate(), forms.key()))
        .contains("target.tls.trust=" + folder + " cannot be read");
    files(ours.trust(), forms.certificate(), forms.key()).check(Instant.now());
    files(ours.trust(), forms.certificate(), forms.key()).requirePkcs8();
    TlsFiles pkcs1 = files(ours.trust(), forms.certificate(), forms.pkcs1());
    pkcs1.check(Instant.now());
    assertThatThrownBy(pkcs1::requirePkcs8)
        .hasMessageContaining("target.tls.key=" + forms.pkcs1())
        .hasMessageContaining("openssl pkcs8 -topk8 -nocrypt");
  }

  /** Each names the file, its form, and the command that converts it. */
  @Test
  void explainsKeystoresAndDamagedFiles() throws Exception {
    Forms forms = ours.forms("kept");
    Path certificate = forms.certificate();
    Path key = forms.key();
    Path pkcs12 = ours.keystore("PKCS12", certificate);
    Path jks = ours.keystore("JKS", certificate);
    String pem = Files.readString(certificate);
    Path cutOff = file("cut-off.pem", pem.substring(0, 300));
    Path halfBundle =
        file("half-bundle.pem", Files.readString(ours.trust()) + pem.substring(0, 300));
    Path cutOffKey = file("cut-off.key", Files.readString(key).substring(0, 300));
    Path trusted = file("trusted.pem", pem.replace("CERTIFICATE", "TRUSTED CERTIFICATE"));
    Path pkcs7 = file("chain.p7b", pem.replace("CERTIFICATE", "PKCS7"));

    for (Path trust : List.of(cutOff, halfBundle)) {
      assertThat(fault(trust, certificate, key))
          .startsWith("target.tls.trust=" + trust + " is truncated");
    }
    assertThat(fault(ours.trust(), cutOff, key))
        .startsWith("target.tls.certificate=" + cutOff + " is truncated");
    assertThat(fault(ours.trust(), certificate, cutOffKey))
        .startsWith("target.tls.key=" + cutOffKey + " is truncated");
    List<String> lines = Files.readAllLines(key);
    String whole = Files.readString(key);
    for (String damaged :
        List.of(
            whole.replaceFirst("...\\s*-----END", "\n-----END"), whole.replace(lines.get(5), ""))) {
      Path damagedKey = file("damaged.key", damaged);
      assertThat(fault(ours.trust(), certificate, damagedKey))
          .startsWith("target.tls.key=" + damagedKey + " holds a damaged key");
    }
    assertThat(fault(ours.trust(), certificate, ours.issue("another").key()))
        .contains("is not the key of");
    assertThat(fault(pkcs12, certificate, key))
        .contains("a PKCS#12 keystore: openssl pkcs12 -nokeys -in " + pkcs12);
    assertThat(fault(ours.trust(), certificate, pkcs12))
        .contains("a PKCS#12 keystore: openssl pkcs12 -nocerts -nodes -in " + pkcs12);
    assertThat(fault(jks, certificate, key)).contains("a Java keystore", "keytool -importkeystore");
    assertThat(fault(trusted, certificate, key)).contains("openssl x509 -in " + trusted);
    assertThat(fault(pkcs7, certificate, key)).contains("openssl pkcs7 -print_certs -in " + pkcs7);
    assertThat(fault(ours.trust(), key, certificate)).contains("a private key", "swapped");
    assertThat(fault(ours.trust(), certificate, ours.trust())).contains("but a certificate");
    assertThat(fault(ours.trust(), certificate, forms.encrypted())).contains(" is encrypted");
  }

  /** Neither etcd's nor ZooKeeper's client reads it, nor the server of the control interface. */
  @Test
  void refusesAKeyThatClientsDoNotRead() throws Exception {
    CertifiedKey own = ours.ofEd25519();

    assertThat(fault(ours.trust(), own.certificate(), own.key()))
        .startsWith("target.tls.certificate=" + own.certificate())
        .contains("EdDSA", "RSA or EC");
  }

  @Test
  void namesWhenTheServersCertificateBegins() throws Exception {
    Instant begin = Instant.now().plus(Duration.ofDays(5)).truncatedTo(ChronoUnit.SECONDS);
    assertThat(fault(ours.validFrom(begin), "127.0.0.1"))
        .startsWith("the server's certificate ")
        .contains("not valid before " + begin, "clocks");
  }

  private static Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private static String fault(Path trust, Path certificate, Path key) {
    Throwable thrown = catchThrowable(() -> files(trust, certificate, key).check(Instant.now()));
    assertThat(thrown).as(key.toString()).isInstanceOf(TlsException.class);
    return String.valueOf(thrown.getMessage());
  }

  private static TlsFiles files(Path trust, Path certificate, Path key) {
    return new TlsFiles(
        "target.tls", Optional.of(trust), Optional.of(certificate), Optional.of(key));
  }

  /** What the probe reports of a server with this certificate. */
  private static String fault(CertifiedKey own, String host) throws Exception {
    SSLContext context =
        ((JdkSslContext)
                SslContextBuilder.forServer(own.certificate().toFile(), own.key().toFile())
                    .sslProvider(SslProvider.JDK)
                    .build())
            .context();
    TlsFiles tls =
        new TlsFiles("target.tls", Optional.of(ours.trust()), Optional.empty(), Optional.empty());
    try (SSLServerSocket server =
        (SSLServerSocket)
            context
                .getServerSocketFactory()
                .createServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Thread accepting = new Thread(() -> acceptHandshake(server));
      accepting.start();
      PortReply answer =
          new PortProbe(Optional.of(tls), Duration.ofSeconds(20))
              .ask(host, server.getLocalPort(), "x");
      assertThat(answer).isInstanceOf(PortReply.Faulted.class);
      return ((PortReply.Faulted) answer).fault();
    }
  }

  private static void acceptHandshake(SSLServerSocket server) {
    while (!server.isClosed()) {
      try (SSLSocket socket = (SSLSocket) server.accept()) {
        socket.startHandshake();
      } catch (IOException e) {
        // the client refuses the certificate, or the test has ended
      }
    }
  }
}
