package io.metamigrate.verifier.store;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** A server that answers with one byte after the other never ends and is never silent. */
@Timeout(value = 20, threadMode = ThreadMode.SEPARATE_THREAD)
final class EndlessAnswerTest {
  private static final String HEADERS = "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n";

  private ServerSocket server;

  @BeforeEach
  void listen() throws IOException {
    server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    Thread thread = new Thread(this::answer, "answers-slowly");
    thread.setDaemon(true);
    thread.start();
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  @Test
  void fourLetterWordIsGivenUp() {
    String address = "127.0.0.1:" + server.getLocalPort();

    assertThat(FourLetterWord.askQuickly(ZooKeeperSettings.of(address), address, "srvr")).isEmpty();
  }

  @Test
  void bodyOverHttpIsGivenUp() {
    URI address = URI.create("http://127.0.0.1:" + server.getLocalPort());
    HttpRequest request = HttpRequest.newBuilder(address).timeout(Duration.ofMillis(500)).build();

    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    assertThatThrownBy(() -> BoundedHttp.send(client, request))
        .isInstanceOf(HttpTimeoutException.class)
        .hasMessage("no complete answer within 500 ms");
  }

  private void answer() {
    try (Socket client = server.accept();
        OutputStream out = client.getOutputStream()) {
      out.write(HEADERS.getBytes(US_ASCII));
      while (true) {
        out.write('x');
        out.flush();
        Thread.sleep(20);
      }
    } catch (IOException e) {
      // The client has given up.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
