package io.metamigrate.verifier.store;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ServerModeTest {
  /** As 3.9.5 answers {@code srvr}. */
  @ParameterizedTest
  @CsvSource({
    "true, READ-ONLY mode; serving only read-only clients Mode: read-only Node count: 602",
    "true, This ZooKeeper instance is not currently serving requests",
    "false, Zxid: 0x22 Mode: standalone Node count: 602",
    "false, Zxid: 0x22 Mode: observer Node count: 602",
    "false, srvr is not executed because it is not in the whitelist."
  })
  void findsServerWithoutMajority(boolean found, String answer) throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<Void> unused = CompletableFuture.runAsync(() -> answer(server, answer));
      String connect = "127.0.0.1:" + server.getLocalPort();

      assertThat(ServerMode.withoutMajority(ZooKeeperSettings.of(connect + "/chroot")))
          .isEqualTo(found ? Optional.of(connect) : Optional.empty());
    }
  }

  private static void answer(ServerSocket server, String answer) {
    try (Socket client = server.accept()) {
      client.getInputStream().readNBytes(4);
      client.getOutputStream().write(answer.getBytes(US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
