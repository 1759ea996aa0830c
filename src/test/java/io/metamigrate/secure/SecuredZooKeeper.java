package io.metamigrate.secure;

import io.metamigrate.lab.FreePorts;
import io.metamigrate.lab.LabProcess;
import io.metamigrate.verifier.store.ZooKeeperReachability;
import io.metamigrate.verifier.store.ZooKeeperSettings;
import io.metamigrate.verifier.tls.PortProbe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/**
 * A ZooKeeper with a plain port and one for TLS, in a process of its own. Any client may connect to
 * the plain port; the access lists decide what it may read.
 */
final class SecuredZooKeeper implements AutoCloseable {
  private final int port = FreePorts.next();
  private final int securePort = FreePorts.next();
  private final LabProcess process;

  /**
   * Starts it and returns at once.
   *
   * @param login body of the JAAS section by which it lets clients log in
   * @param clientAuth {@code none} or {@code need}: whether TLS takes a client's certificate
   * @param options more options of its JVM
   */
  SecuredZooKeeper(
      Path home,
      Certificates authority,
      Certificates.CertifiedKey own,
      String login,
      String clientAuth,
      String... options)
      throws IOException {
    Files.createDirectories(home);
    Path both = home.resolve("server-both.pem");
    Files.writeString(both, Files.readString(own.certificate()) + Files.readString(own.key()));
    Path jaas = Files.writeString(home.resolve("server.jaas"), "Server { " + login + " };\n");
    Path config =
        Files.writeString(
            home.resolve("zoo.cfg"),
            """
            tickTime=1000
            dataDir=%s
            clientPort=%d
            clientPortAddress=127.0.0.1
            secureClientPort=%d
            secureClientPortAddress=127.0.0.1
            authProvider.sasl=org.apache.zookeeper.server.auth.SASLAuthenticationProvider
            serverCnxnFactory=org.apache.zookeeper.server.NettyServerCnxnFactory
            ssl.keyStore.location=%s
            ssl.keyStore.type=PEM
            ssl.trustStore.location=%s
            ssl.trustStore.type=PEM
            ssl.clientAuth=%s
            admin.enableServer=false
            4lw.commands.whitelist=srvr,cons
            """
                .formatted(
                    home.resolve("data"), port, securePort, both, authority.trust(), clientAuth));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx128m",
            "-XX:TieredStopAtLevel=1",
            "-Dzookeeper.fips-mode=false",
            "-Dzookeeper.forceSync=no",
            "-Djava.security.auth.login.config=" + jaas));
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add("org.apache.zookeeper.server.quorum.QuorumPeerMain");
    command.add(config.toString());
    process = new LabProcess("zookeeper-secured", home, command, Map.of());
    process.start();
  }

  /** {@code 127.0.0.1:PORT}, without encryption. */
  String plain() {
    return "127.0.0.1:" + port;
  }

  /** {@code 127.0.0.1:PORT}, with TLS. */
  String secure() {
    return "127.0.0.1:" + securePort;
  }

  /** Reads its certificates again. */
  void restart() {
    process.stop();
    process.start();
  }

  void awaitServing() {
    Awaitility.await("ZooKeeper serves")
        .atMost(Duration.ofMinutes(2))
        .ignoreExceptions()
        .until(
            () -> {
              ZooKeeperReachability.check(ZooKeeperSettings.of(plain()));
              return PortProbe.speaksTls("127.0.0.1", securePort, Duration.ofSeconds(30));
            });
  }

  @Override
  public void close() {
    process.close();
  }
}
