package io.metamigrate.lab;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Loopback ports that nobody listens on. Each is handed out once per JVM, so a stopped server finds
 * its port free again. They lie below Linux's range for outgoing connections (32768 and up), which
 * would otherwise take one while its server is down. JVMs that run side by side have a share each.
 */
public final class FreePorts {
  private static final int SHARE = 5_500;
  private static final int FIRST = 10_000 + Integer.getInteger("lab.fork", 1) % 4 * SHARE;
  private static final int END = FIRST + SHARE;
  private static final Set<Integer> given = new HashSet<>();

  private FreePorts() {}

  /** One port; two servers that start at the same moment never get the same one. */
  public static synchronized int next() {
    for (int attempt = 0; attempt < 1_000; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, END);
      if (!given.contains(port) && free(port)) {
        given.add(port);
        return port;
      }
    }
    throw new IllegalStateException("no free loopback port between " + FIRST + " and " + END);
  }

  private static boolean free(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
