package io.metamigrate.secure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.metamigrate.lab.EtcdServer;
import io.metamigrate.lab.FreePorts;
import io.metamigrate.secure.Certificates.CertifiedKey;
import io.metamigrate.verifier.store.EtcdConnection;
import io.metamigrate.verifier.store.EtcdReader;
import io.metamigrate.verifier.store.EtcdSettings;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.StoreException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each fault of a connection to etcd has a line of its own, also on a machine that is busy. */
final class SecuredEtcdTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final Duration BOUND = Duration.ofMinutes(1);

  @TempDir private static Path directory;

  private static Certificates ours;
  private static Certificates others;
  private static CertifiedKey client;
  private static EtcdServer plain;
  private static SecuredEtcd encrypted;
  private static SecuredEtcd mutual;
  private static SecuredEtcd expired;

  @BeforeAll
  static void start() throws Exception {
    ours = new Certificates(directory.resolve("ours"), "our-ca");
    others = new Certificates(directory.resolve("others"), "another-ca");
    CertifiedKey server = ours.issue("server");
    client = ours.issue("client");
    CertifiedKey old =
        ours.issue("old-server", "127.0.0.1", Instant.now().minus(Duration.ofDays(2)));
    plain = EtcdServer.start(directory.resolve("plain"));
    encrypted = SecuredEtcd.encrypted(directory.resolve("encrypted"), server);
    mutual =
        SecuredEtcd.encrypted(
            directory.resolve("mutual"),
            server,
            "--client-cert-auth",
            "--trusted-ca-file=" + ours.trust());
    expired = SecuredEtcd.encrypted(directory.resolve("expired"), old);
    encrypted.awaitServing(
        settings(encrypted.endpoint(), Optional.of(ours.trust()), Optional.empty()));
    mutual.awaitServing(
        settings(mutual.endpoint(), Optional.of(ours.trust()), Optional.of(client)));
  }

  @AfterAll
  static void stop() {
    plain.close();
    encrypted.close();
    mutual.close();
    expired.close();
  }

  @Test
  void encryptedStoresWorkWithAndWithoutClientCertificate() {
    assertWorks(settings(encrypted.endpoint(), Optional.of(ours.trust()), Optional.empty()));
    assertWorks(settings(encrypted.endpoint(), Optional.of(ours.trust()), Optional.of(client)));
    assertWorks(settings(mutual.endpoint(), Optional.of(ours.trust()), Optional.of(client)));
  }

  @Test
  void namesTheAuthorityThatIsMissing() {
    assertThat(fault(encrypted, Optional.of(others.trust()), Optional.empty()))
        .contains("issued by 'CN=our-ca', which is not in target.tls.trust=" + others.trust());
    assertThat(fault(encrypted, Optional.empty(), Optional.empty()))
        .contains("issued by 'CN=our-ca'", "set target.tls.trust");
  }

  @Test
  void namesWhatIsWrongWithTheClientCertificate() throws Exception {
    assertThat(fault(mutual, Optional.of(ours.trust()), Optional.empty()))
        .contains("requires a client certificate", "set target.tls.certificate and target.tls.key");
    CertifiedKey outsider = others.issue("outsider");
    assertThat(fault(mutual, Optional.of(ours.trust()), Optional.of(outsider)))
        .contains(
            "refuses target.tls.certificate=" + outsider.certificate(),
            "issued by 'CN=another-ca'");
    Instant end = Instant.parse("2026-01-01T00:00:00Z");
    CertifiedKey old = ours.issue("old-client", "127.0.0.1", end);
    assertThat(fault(mutual, Optional.of(ours.trust()), Optional.of(old)))
        .contains("target.tls.certificate=" + old.certificate() + " expired at " + end);
    CertifiedKey mixed = new CertifiedKey(client.certificate(), outsider.key());
    assertThat(fault(mutual, Optional.of(ours.trust()), Optional.of(mixed)))
        .contains("target.tls.key=" + outsider.key() + " is not the key of");
  }

  @Test
  void namesWhatIsWrongWithTheServersCertificate() {
    assertThat(fault(expired, Optional.of(ours.trust()), Optional.empty()))
        .contains("the server's certificate was valid until", "expired; renew it on the server");
    String byName = encrypted.endpoint().replace("127.0.0.1", "localhost");
    assertThat(fault(settings(byName, Optional.of(ours.trust()), Optional.empty())))
        .contains("not for 'localhost' but for [127.0.0.1]");
  }

  @Test
  void distinguishesPlainAndEncryptedPorts() {
    String https = "https://127.0.0.1:" + plain.clientPort();
    assertThat(fault(settings(https, Optional.of(ours.trust()), Optional.empty())))
        .contains("does not speak TLS", "write http://127.0.0.1:" + plain.clientPort());
    for (SecuredEtcd server : List.of(encrypted, mutual, expired)) {
      String http = server.endpoint().replace("https", "http");
      assertThat(fault(settings(http, Optional.empty(), Optional.empty())))
          .contains("the server speaks TLS; write " + server.endpoint());
    }
  }

  @Test
  void reportsClosedPortAtOnceAndSilentPortAsSilent() throws Exception {
    String nobody = "http://127.0.0.1:" + FreePorts.next();
    Instant before = Instant.now();
    assertThat(fault(settings(nobody, Optional.empty(), Optional.empty())))
        .contains("etcd cannot be reached at " + nobody + ": nothing listens there");
    assertThat(Duration.between(before, Instant.now())).isLessThan(TIMEOUT);
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      String endpoint = "http://127.0.0.1:" + silent.getLocalPort();
      assertThat(
              fault(
                  settings(endpoint, Optional.empty(), Optional.empty())
                      .withTimeout(Duration.ofSeconds(3))))
          .contains("accepts connections but sends no answer");
    }
  }

  @Test
  void toleratesOneDeadEndpointOfTwo() {
    EtcdSettings both = EtcdSettings.of("http://127.0.0.1:" + FreePorts.next(), plain.endpoint());
    assertWorks(both);
  }

  private static String fault(
      SecuredEtcd server, Optional<Path> trust, Optional<CertifiedKey> own) {
    return fault(settings(server.endpoint(), trust, own));
  }

  private static String fault(EtcdSettings settings) {
    Instant before = Instant.now();
    StoreException refused =
        catchThrowableOfType(StoreException.class, () -> EtcdConnection.open(settings).close());
    assertThat(refused).isNotNull();
    assertThat(refused.store()).isEqualTo(Store.ETCD);
    assertThat(Duration.between(before, Instant.now())).isLessThan(BOUND);
    return String.valueOf(refused.getMessage());
  }

  private static void assertWorks(EtcdSettings settings) {
    assertThatCode(
            () -> {
              try (EtcdConnection connection = EtcdConnection.open(settings)) {
                new EtcdReader(connection).revision();
              }
            })
        .doesNotThrowAnyException();
  }

  private static EtcdSettings settings(
      String endpoint, Optional<Path> trust, Optional<CertifiedKey> own) {
    return new EtcdSettings(
        List.of(endpoint),
        Optional.empty(),
        Optional.empty(),
        trust,
        own.map(CertifiedKey::certificate),
        own.map(CertifiedKey::key),
        TIMEOUT);
  }
}
