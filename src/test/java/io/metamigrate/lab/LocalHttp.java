package io.metamigrate.lab;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Opens HTTP servers on the loopback address that answer at once. */
public final class LocalHttp {
  static {
    // read once, as the first server is made; else the end of each answer waits 40 ms for a
    // delayed acknowledgement
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private LocalHttp() {}

  /** Not started yet; port 0 is any free one. */
  public static HttpServer open(int port) {
    try {
      return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
