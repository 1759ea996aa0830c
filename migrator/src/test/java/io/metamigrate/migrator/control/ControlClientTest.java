package io.metamigrate.migrator.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.config.ControlConfig;
import io.metamigrate.migrator.config.HostPort;
import io.metamigrate.migrator.config.SecretFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ControlClientTest {
  @TempDir Path folder;

  private final RecordingDaemon daemon = new RecordingDaemon();

  @Test
  void asksTheDaemonForItsStatus() throws IOException {
    withDaemon(client -> assertThat(client.status()).isEqualTo(Statuses.FULL));
  }

  @Test
  void forwardsRequests() throws IOException {
    withDaemon(
        client -> {
          assertThat(client.pause("backup"))
              .isEqualTo(new RequestOutcome.Granted("did pause: backup"));
          client.resume();
          client.abort(true);
          client.throttle(new ThrottleChange(OptionalLong.of(5), OptionalInt.of(2)));
          client.confirmCutover("c1");
        });

    assertThat(daemon.asked)
        .containsExactly(
            "pause: backup",
            "resume",
            "abort, clean: true",
            "throttle: OptionalLong[5] OptionalInt[2]",
            "confirm: c1");
  }

  @Test
  void reportsWhyTheDaemonRefused() throws IOException {
    daemon.refusal = Optional.of("not now");

    withDaemon(
        client -> assertThat(client.resume()).isEqualTo(new RequestOutcome.Refused("not now")));
  }

  @Test
  void reportsRejectedToken() throws IOException {
    SecretFile right = secret("right", "hunter2");
    SecretFile wrong = secret("wrong", "hunter3");
    try (Metrics metrics = Metrics.of("c1");
        ControlServer server = start(right, metrics)) {
      ControlClient client =
          ControlClient.of(config(server.port(), wrong), NamedMove.of(Configuration.defaults()));

      assertThatThrownBy(client::resume)
          .isInstanceOf(DaemonRefusalException.class)
          .hasMessageContaining("refuses: this is not the daemon's token");
      assertThatThrownBy(client::status)
          .isInstanceOf(DaemonRefusalException.class)
          .hasMessageContaining("this is not the daemon's token");
    }
  }

  /** A header has no spaces at its ends, so such files hold the same token. */
  @Test
  void tokenFilesMayEndInSpaces() throws IOException {
    try (Metrics metrics = Metrics.of("c1");
        ControlServer server = start(secret("daemon", "hunter2 \t\n"), metrics)) {
      for (String form : List.of("hunter2", "hunter2 \t\n", " hunter2\n")) {
        ControlClient client =
            ControlClient.of(
                config(server.port(), secret("client", form)),
                NamedMove.of(Configuration.defaults()));

        assertThat(client.status()).isEqualTo(Statuses.FULL);
      }
    }
  }

  @Test
  void frozenDaemonWithoutTlsIsNotReportedAsOneWithTls() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
      Duration timeout = Duration.ofMillis(300);
      URI daemon = URI.create("http://127.0.0.1:" + silent.getLocalPort());

      assertThat(ControlSecurity.fault(daemon, config(0, secret("t", "a")).tls(), timeout))
          .isEmpty();
    }
  }

  @Test
  void reportsThatNoDaemonAnswers() throws IOException {
    SecretFile secret = secret("token", "hunter2");
    int port;
    try (Metrics metrics = Metrics.of("c1");
        ControlServer server = start(secret, metrics)) {
      port = server.port();
    }
    ControlClient client =
        ControlClient.of(config(port, secret), NamedMove.of(Configuration.defaults()));

    assertThatThrownBy(client::status)
        .isInstanceOf(NoDaemonException.class)
        .hasMessageStartingWith("no daemon answers at http://127.0.0.1:" + port);
  }

  private interface ClientCall {
    void with(ControlClient client);
  }

  private void withDaemon(ClientCall call) throws IOException {
    SecretFile secret = secret("token", "hunter2");
    try (Metrics metrics = Metrics.of("c1");
        ControlServer server = start(secret, metrics)) {
      call.with(
          ControlClient.of(config(server.port(), secret), NamedMove.of(Configuration.defaults())));
    }
  }

  private ControlServer start(SecretFile secret, Metrics metrics) {
    return ControlServer.start(
        config(0, secret), NamedMove.of(Configuration.defaults()), daemon, metrics, List.of());
  }

  private static ControlConfig config(int port, SecretFile secret) {
    return new ControlConfig(new HostPort("127.0.0.1", port), Optional.of(secret));
  }

  private SecretFile secret(String name, String token) throws IOException {
    return new SecretFile(Files.writeString(folder.resolve(name), token));
  }
}
