package io.metamigrate.verifier.store;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The answers of ZooKeeper servers to four-letter words. By default servers allow {@code srvr}
 * alone.
 */
public final class FourLetterWord {
  private static final int TIMEOUT_MILLIS = 3_000;

  /** For a question on the way to an error, which must not become late by it. */
  private static final int QUICK_MILLIS = 250;

  private static final int MAX_BYTES = 16 << 20;

  private FourLetterWord() {}

  /** Of {@code host:port[,host:port][/chroot]}, without the chroot. */
  public static List<String> servers(String connect) {
    return List.of(connect.split("/", 2)[0].split(",", -1));
  }

  /** Of one server; empty text if it does not answer, as behind TLS, or does not allow it. */
  public static String ask(String server, String word) {
    return ask(server, word, TIMEOUT_MILLIS);
  }

  /** The same of a server that may well be silent. */
  static String askQuickly(String server, String word) {
    return ask(server, word, QUICK_MILLIS);
  }

  private static String ask(String server, String word, int millis) {
    int colon = server.lastIndexOf(':');
    String host = colon < 0 ? server : server.substring(0, colon);
    try (Socket socket = new Socket()) {
      int port = colon < 0 ? 2181 : Integer.parseInt(server.substring(colon + 1));
      socket.connect(new InetSocketAddress(host.replaceAll("[\\[\\]]", ""), port), millis);
      socket.setSoTimeout(millis);
      socket.getOutputStream().write(word.getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
      String answer =
          new String(socket.getInputStream().readNBytes(MAX_BYTES), StandardCharsets.UTF_8);
      return answer.contains("not in the whitelist") ? "" : answer;
    } catch (IOException | IllegalArgumentException e) {
      return "";
    }
  }

  /** {@code srvr} of the first server. */
  static String srvr(String connect) {
    return ask(servers(connect).get(0), "srvr");
  }
}
