package io.metamigrate.verifier.store;

import io.metamigrate.verifier.tls.TlsException;
import io.metamigrate.verifier.tls.TlsFiles;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * The answers of ZooKeeper servers to four-letter words. By default servers allow {@code srvr}
 * alone ({@code FourLetterCommands} of ZooKeeper 3.9.5).
 */
public final class FourLetterWord {
  private static final int TIMEOUT_MILLIS = 3_000;

  /** A server that sends a byte now and then keeps nobody waiting for longer. */
  private static final int ANSWER_MILLIS = 10_000;

  /** For a question on the way to an error, which must not become late by it. */
  private static final int QUICK_MILLIS = 250;

  private static final int MAX_BYTES = 16 << 20;

  private FourLetterWord() {}

  /** Of {@code host:port[,host:port][/chroot]}, without the chroot. */
  public static List<String> servers(String connect) {
    return List.of(connect.split("/", 2)[0].split(",", -1));
  }

  /** The answer of one server, over TLS if configured; empty if it does not answer or allow it. */
  public static String ask(ZooKeeperSettings settings, String server, String word) {
    return ask(settings, server, word, TIMEOUT_MILLIS, ANSWER_MILLIS);
  }

  /** The same of a server that may well be silent. */
  static String askQuickly(ZooKeeperSettings settings, String server, String word) {
    return ask(settings, server, word, QUICK_MILLIS, QUICK_MILLIS);
  }

  private static String ask(
      ZooKeeperSettings settings, String server, String word, int millis, int wholeMillis) {
    int colon = server.lastIndexOf(':');
    String host = (colon < 0 ? server : server.substring(0, colon)).replaceAll("[\\[\\]]", "");
    try (Socket socket = new Socket()) {
      Executor late = CompletableFuture.delayedExecutor(wholeMillis, TimeUnit.MILLISECONDS);
      late.execute(() -> close(socket));
      int port = colon < 0 ? 2181 : Integer.parseInt(server.substring(colon + 1));
      socket.connect(new InetSocketAddress(host, port), millis);
      socket.setSoTimeout(millis);
      Optional<TlsFiles> tls = settings.tls();
      String answer =
          tls.isEmpty()
              ? answer(socket, word)
              : securedAnswer(tls.get().connect(socket, host, port), word);
      return answer.contains("not in the whitelist") ? "" : answer;
    } catch (IOException | IllegalArgumentException | TlsException e) {
      return "";
    }
  }

  /** Ends what is being read. */
  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // Whoever reads fails in any case.
    }
  }

  private static String securedAnswer(Socket secured, String word) throws IOException {
    try (secured) {
      return answer(secured, word);
    }
  }

  private static String answer(Socket socket, String word) throws IOException {
    socket.getOutputStream().write(word.getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().flush();
    return new String(socket.getInputStream().readNBytes(MAX_BYTES), StandardCharsets.UTF_8);
  }

  /** {@code srvr} of the first server. */
  static String srvr(ZooKeeperSettings settings) {
    return ask(settings, servers(settings.connect()).get(0), "srvr");
  }
}
