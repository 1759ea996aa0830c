package io.metamigrate.secure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.metamigrate.lab.FreePorts;
import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.config.ConfigurationException;
import io.metamigrate.migrator.cutover.fence.Connections;
import io.metamigrate.verifier.store.ServerVersion;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.StoreException;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.ZnodeReader;
import io.metamigrate.verifier.store.ZooKeeperConnection;
import io.metamigrate.verifier.store.ZooKeeperReachability;
import io.metamigrate.verifier.store.ZooKeeperSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A ZooKeeper that wants a login by DIGEST-MD5 on one port and offers TLS on another. */
final class SecuredZooKeeperTest {
  private static final Duration BOUND = Duration.ofMinutes(1);

  @TempDir private static Path directory;

  private static Certificates ours;
  private static SecuredZooKeeper server;

  @BeforeAll
  static void start() throws Exception {
    ours = new Certificates(directory.resolve("ours"), "our-ca");
    server =
        new SecuredZooKeeper(
            directory.resolve("home"),
            ours,
            ours.issue("server"),
            "org.apache.zookeeper.server.auth.DigestLoginModule required user_migrate=\"right\";",
            "none");
    server.awaitServing();
  }

  /** Later classes of this JVM log in to servers that know no SASL. */
  @AfterAll
  static void stop() {
    server.close();
    System.clearProperty("java.security.auth.login.config");
    javax.security.auth.login.Configuration.setConfiguration(null);
  }

  @Test
  void logsInByDigestMd5WithNothingButTheJaasFile() throws IOException {
    assertThatCode(() -> ZooKeeperConnection.open(login("right", "Client")).close())
        .doesNotThrowAnyException();
  }

  @Test
  void reportsARefusedLoginAsSuch() throws IOException {
    ZooKeeperSettings wrong = login("wrong", "Client");
    assertThat(fault(() -> ZooKeeperConnection.open(wrong).close()))
        .contains("refused the login of JAAS section 'Client'", "check its user and password");
  }

  @Test
  void refusesMissingJaasSection() {
    assertThatCode(() -> login("right", "Klient"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("source.sasl.jaasContext")
        .hasMessageContaining("has no section of this name; it has: Client");
  }

  @Test
  void namesEachFaultOfTls() throws Exception {
    Certificates others = new Certificates(directory.resolve("others"), "another-ca");
    assertThatCode(() -> ZooKeeperReachability.check(secure(server.secure(), ours.trust())))
        .doesNotThrowAnyException();
    assertMessage(
        secure(server.secure(), others.trust()),
        "issued by 'CN=our-ca', which is not in source.tls.trust=" + others.trust());
    assertMessage(
        secure(server.secure().replace("127.0.0.1", "localhost"), ours.trust()),
        "not for 'localhost' but for [127.0.0.1]");
    assertMessage(
        secure(server.plain(), ours.trust()),
        "does not speak TLS on this port; name the secureClientPort");
    assertMessage(
        ZooKeeperSettings.of(server.secure()), "the server speaks TLS; set source.tls.trust");
  }

  @Test
  @Tag("campaign")
  void namesItsCertificateOnceItIsNoLongerAccepted() throws Exception {
    Certificates before = new Certificates(directory.resolve("before"), "before-ca");
    Certificates after = new Certificates(directory.resolve("after"), "after-ca");
    Path client = SecuredLab.both(before.issue("client"));
    try (SecuredZooKeeper checking =
        new SecuredZooKeeper(
            directory.resolve("checking"),
            before,
            before.issue("checking-server"),
            "org.apache.zookeeper.server.auth.DigestLoginModule required user_m=\"m\";",
            "need")) {
      checking.awaitServing();
      Path trust = Files.copy(before.trust(), directory.resolve("kept"));
      Path file =
          write(
              "checking.yaml",
              """
              source:
                zookeeper: "%s"
                connectTimeout: 4s
                tls: {trust: "%s", certificate: "%s", key: "%s"}
              """
                  .formatted(checking.secure(), trust, client, client));
      ZooKeeperSettings settings = Configuration.load(file).zooKeeperSettings();
      try (ZooKeeperConnection connection = ZooKeeperConnection.open(settings)) {
        ZnodeReader reader = ZnodeReader.over(connection);
        Files.copy(after.trust(), before.trust(), StandardCopyOption.REPLACE_EXISTING);
        checking.restart();
        assertThat(fault(() -> reader.read(List.of(ZkPath.ROOT))))
            .contains(
                "did not answer within", "the server refuses source.tls.certificate=" + client);
      }
    }
  }

  /** {@code srvr} counts the clients of both ports, {@code cons} lists those of one. */
  @Test
  @SuppressWarnings("try") // they only have to run
  void namesAndCountsClientsByTls() throws Exception {
    ZooKeeperSettings settings = secure(server.secure(), ours.trust());
    assertThat(ServerVersion.of(settings).orElseThrow()).startsWith("3.9.");
    try (ZooKeeperConnection own = ZooKeeperConnection.open(settings);
        ZooKeeperConnection other = ZooKeeperConnection.open(settings)) {
      Awaitility.await("clients of earlier tests are gone")
          .atMost(BOUND)
          .until(() -> Connections.others(own, List.of(own, other)).orElseThrow().isEmpty());
      assertThat(Connections.others(own, List.of(own)).orElseThrow())
          .singleElement()
          .asString()
          .startsWith("127.0.0.1:");
      try (ZooKeeperConnection plain =
          ZooKeeperConnection.open(ZooKeeperSettings.of(server.plain()))) {
        assertThat(Connections.others(own, List.of(own, other)).orElseThrow())
            .containsExactly("1 on another port of its servers, which cons does not list");
      }
    }
  }

  @Test
  void refusesWrongHostNameOutsideFipsMode() throws Exception {
    ZooKeeperSettings byName =
        secure(server.secure().replace("127.0.0.1", "localhost"), ours.trust());
    Map<String, String> client = new java.util.HashMap<>(byName.client());
    client.put("zookeeper.fips-mode", "false");
    ZooKeeperSettings withoutHostCheck =
        new ZooKeeperSettings(byName.connect(), byName.digest(), client, Duration.ofSeconds(4));
    assertThat(fault(() -> ZooKeeperConnection.open(withoutHostCheck).close()))
        .contains("did not answer");
  }

  @Test
  void reportsClosedPortAtOnce() {
    Instant before = Instant.now();
    assertThat(probe(ZooKeeperSettings.of("127.0.0.1:" + FreePorts.next() + "/pulsar")))
        .contains("ZooKeeper cannot be reached at", "nothing listens there");
    assertThat(Duration.between(before, Instant.now()))
        .isLessThan(ZooKeeperSettings.of("").timeout());
  }

  /** A server that is slow to shake hands, as right after its start, is no fault yet. */
  private static void assertMessage(ZooKeeperSettings settings, String line) {
    Awaitility.await(line)
        .atMost(BOUND)
        .ignoreException(AssertionError.class)
        .untilAsserted(() -> assertThat(probe(settings)).contains(line));
  }

  private static String probe(ZooKeeperSettings settings) {
    return fault(() -> ZooKeeperReachability.check(settings));
  }

  private static String fault(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    Instant before = Instant.now();
    StoreException refused = catchThrowableOfType(StoreException.class, call);
    assertThat(refused).isNotNull();
    assertThat(refused.store()).isEqualTo(Store.ZOOKEEPER);
    assertThat(Duration.between(before, Instant.now())).isLessThan(BOUND);
    return String.valueOf(refused.getMessage());
  }

  private static ZooKeeperSettings login(String password, String section) throws IOException {
    Path jaas =
        write(
            "client-" + password + ".jaas",
            "Client { org.apache.zookeeper.server.auth.DigestLoginModule required"
                + " username=\"migrate\" password=\""
                + password
                + "\"; };\n");
    Path file =
        write(
            "move-" + password + ".yaml",
            """
            source:
              zookeeper: "%s"
              connectTimeout: 5s
              sasl: {jaasFile: "%s", jaasContext: "%s"}
            """
                .formatted(server.plain(), jaas, section));
    return Configuration.load(file).zooKeeperSettings();
  }

  private static ZooKeeperSettings secure(String connect, Path trust) throws IOException {
    Path file =
        write(
            "secure.yaml",
            """
            source:
              zookeeper: "%s"
              tls: {trust: "%s"}
            """
                .formatted(connect, trust));
    return Configuration.load(file).zooKeeperSettings();
  }

  private static Path write(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }
}
