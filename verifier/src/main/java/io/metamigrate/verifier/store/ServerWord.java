package io.metamigrate.verifier.store;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * The answer of a ZooKeeper server to the four-letter word {@code srvr}: the one that servers allow
 * unless told otherwise. Empty text where it is not answered, as behind TLS.
 */
final class ServerWord {
  private static final int TIMEOUT_MILLIS = 3_000;

  private ServerWord() {}

  /** Of the first server of the connect string. */
  static String srvr(String connect) {
    String first = connect.split("[,/]", 2)[0];
    int colon = first.lastIndexOf(':');
    String host = colon < 0 ? first : first.substring(0, colon);
    int port = colon < 0 ? 2181 : Integer.parseInt(first.substring(colon + 1));
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host.replaceAll("[\\[\\]]", ""), port), TIMEOUT_MILLIS);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.getOutputStream().write("srvr".getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
      return new String(socket.getInputStream().readNBytes(4_096), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }
}
