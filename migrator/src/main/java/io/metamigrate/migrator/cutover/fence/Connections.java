package io.metamigrate.migrator.cutover.fence;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.metamigrate.verifier.store.ZooKeeperConnection;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Who is connected to ZooKeeper, by the four letter word {@code cons}. */
public final class Connections {
  private static final int MILLIS = 2_000;
  private static final Pattern LINE = Pattern.compile("/([^\\[]+)\\[.*sid=0x([0-9a-f]+)");

  private Connections() {}

  /**
   * Client addresses of the other sessions; empty when a server does not tell.
   *
   * @param own the daemon's, of which two may be with the same servers
   */
  public static Optional<List<String>> others(
      ZooKeeperConnection asked, Collection<ZooKeeperConnection> own) {
    Set<Long> sessions =
        own.stream().map(one -> one.client().getSessionId()).collect(Collectors.toSet());
    return others(asked.settings().connect(), sessions);
  }

  private static Optional<List<String>> others(String connect, Set<Long> own) {
    int chroot = connect.indexOf('/');
    String servers = chroot < 0 ? connect : connect.substring(0, chroot);
    List<String> found = new ArrayList<>();
    for (String server : servers.split(",", -1)) {
      Optional<String> answer = ask(server);
      if (answer.isEmpty() || answer.get().contains("not in the whitelist")) {
        return Optional.empty();
      }
      found.addAll(sessions(answer.get(), own));
    }
    return Optional.of(found);
  }

  static List<String> sessions(String answer, Set<Long> own) {
    List<String> found = new ArrayList<>();
    Matcher matcher = LINE.matcher(answer);
    while (matcher.find()) {
      long session = Long.parseUnsignedLong(matcher.group(2), 16);
      if (session != 0 && !own.contains(session)) {
        found.add(matcher.group(1));
      }
    }
    return found;
  }

  private static Optional<String> ask(String server) {
    int colon = server.lastIndexOf(':');
    if (colon < 0) {
      return Optional.empty();
    }
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(
              server.substring(0, colon), Integer.parseInt(server.substring(colon + 1))),
          MILLIS);
      socket.setSoTimeout(MILLIS);
      socket.getOutputStream().write("cons".getBytes(US_ASCII));
      socket.getOutputStream().flush();
      return Optional.of(new String(socket.getInputStream().readAllBytes(), US_ASCII));
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }
}
