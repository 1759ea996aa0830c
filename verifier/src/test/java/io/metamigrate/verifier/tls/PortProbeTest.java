package io.metamigrate.verifier.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.verifier.tls.PortProbe.PortReply;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class PortProbeTest {
  private static final Duration TIMEOUT = Duration.ofMillis(300);
  private static final TlsFiles FILES =
      new TlsFiles("source.tls", Optional.empty(), Optional.empty(), Optional.empty());

  /** Type, version, length, fatal, handshake_failure: RFC 8446, 6. */
  private static final byte[] ALERT = {21, 3, 3, 0, 2, 2, 40};

  private final AtomicInteger reactions = new AtomicInteger();

  /** The rest of the alert comes after many times the time-out of a read. */
  @Test
  void faultOfAHandshakeThatIsUnderWayIsWaitedFor() throws Exception {
    PortReply answer = ask(1, Duration.ofSeconds(2));

    assertThat(answer).isInstanceOf(PortReply.Faulted.class);
    assertThat(((PortReply.Faulted) answer).fault())
        .startsWith("the server requires a client certificate (alert handshake_failure)");
    assertThat(reactions).hasPositiveValue();
  }

  /** No key of the configuration can help there, so none is advised. */
  @Test
  void faultOfAConnectionWithoutSettingsNamesNoKey() throws Exception {
    PortReply answer = ask(TlsFiles.NONE, 1, Duration.ofSeconds(2));

    assertThat(((PortReply.Faulted) answer).fault())
        .isEqualTo(
            "the server requires a client certificate (alert handshake_failure), which this"
                + " connection cannot present");
  }

  @Test
  void serverThatNeverReactsIsSilentAfterTheTimeout() throws Exception {
    assertThat(ask(0, Duration.ofMinutes(1))).isInstanceOf(PortReply.Unanswered.class);
    assertThat(reactions).hasValue(0);
  }

  /** A server that sends so many bytes of an alert at once, and the rest later. */
  private PortReply ask(int atOnce, Duration later) throws IOException {
    return ask(FILES, atOnce, later);
  }

  private PortReply ask(TlsFiles files, int atOnce, Duration later) throws IOException {
    Executor rest = CompletableFuture.delayedExecutor(later.toMillis(), TimeUnit.MILLISECONDS);
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<Socket> accepted = new CompletableFuture<>();
      Thread thread =
          new Thread(
              () -> {
                try {
                  Socket socket = server.accept();
                  OutputStream out = socket.getOutputStream();
                  accepted.complete(socket);
                  // The client's first words: from here on it waits for an answer.
                  socket.getInputStream().read();
                  out.write(ALERT, 0, atOnce);
                  out.flush();
                  rest.execute(() -> send(out, atOnce));
                } catch (IOException e) {
                  accepted.completeExceptionally(e);
                }
              });
      thread.setDaemon(true);
      thread.start();
      try {
        return new PortProbe(Optional.of(files), TIMEOUT, reactions::incrementAndGet)
            .ask("127.0.0.1", server.getLocalPort(), "ruok\n");
      } finally {
        accepted.join().close();
      }
    }
  }

  private static void send(OutputStream out, int from) {
    try {
      out.write(ALERT, from, ALERT.length - from);
      out.flush();
    } catch (IOException e) {
      // The probe has gone.
    }
  }
}
