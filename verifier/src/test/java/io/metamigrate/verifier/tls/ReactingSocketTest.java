package io.metamigrate.verifier.tls;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.Test;

final class ReactingSocketTest {
  /** As in a handshake that takes for ever, although no read waits. */
  @Test
  void readsEndInTimeHoweverLittleTheyBring() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        ReactingSocket socket = new ReactingSocket(() -> {}, System.nanoTime())) {
      socket.connect(server.getLocalSocketAddress());
      try (Socket client = server.accept();
          InputStream in = socket.getInputStream()) {
        client.getOutputStream().write(1);

        assertThatThrownBy(in::read).isInstanceOf(SocketTimeoutException.class);
      }
    }
  }
}
