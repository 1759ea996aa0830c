package io.metamigrate.verifier.store;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The version of a ZooKeeper server, by the four-letter word {@code srvr}: the one that servers
 * allow unless told otherwise. Empty where it is not answered, as behind TLS.
 */
public final class ServerVersion {
  private static final Pattern VERSION =
      Pattern.compile("Zookeeper version: (\\d+\\.\\d+\\.\\d+[^,\\s]*?)(?:--|-[0-9a-f]{12}|,|\\s)");
  private static final int TIMEOUT_MILLIS = 3_000;

  private ServerVersion() {}

  public static Optional<String> of(String connect) {
    String first = connect.split("[,/]", 2)[0];
    int colon = first.lastIndexOf(':');
    String host = colon < 0 ? first : first.substring(0, colon);
    int port = colon < 0 ? 2181 : Integer.parseInt(first.substring(colon + 1));
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host.replaceAll("[\\[\\]]", ""), port), TIMEOUT_MILLIS);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.getOutputStream().write("srvr".getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
      String answer = new String(socket.getInputStream().readNBytes(4_096), StandardCharsets.UTF_8);
      Matcher matcher = VERSION.matcher(answer);
      return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
