package io.metamigrate.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Sits between a client and a server on loopback. While it is cut, every connection through it is
 * closed and new ones are closed at once, as a network that rejects does.
 */
public final class CuttableProxy implements AutoCloseable {
  private final ServerSocket listening;
  private final int target;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile boolean cut;
  private volatile boolean closed;
  private volatile int longestAnswer = Integer.MAX_VALUE;

  private CuttableProxy(ServerSocket listening, int target) {
    this.listening = listening;
    this.target = target;
  }

  /** Forwards to a port of this machine. */
  public static CuttableProxy to(int target) {
    try {
      ServerSocket listening =
          new ServerSocket(FreePorts.next(), 50, InetAddress.getLoopbackAddress());
      CuttableProxy proxy = new CuttableProxy(listening, target);
      start(proxy::accept);
      return proxy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return listening.getLocalPort();
  }

  public void cut() {
    cut = true;
    open.forEach(CuttableProxy::close);
    open.clear();
  }

  public void reopen() {
    longestAnswer = Integer.MAX_VALUE;
    cut = false;
    closed = false;
  }

  /** What clients send arrives, and what the server answers does not. */
  public void loseAnswers() {
    loseAnswersOver(0);
  }

  /** Of what the server answers only what is not longer than this arrives. */
  public void loseAnswersOver(int bytes) {
    longestAnswer = bytes;
  }

  /** Who is connected stays so; nobody else gets in. */
  public void refuseNewConnections() {
    closed = true;
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listening.accept();
        if (cut || closed) {
          close(client);
        } else {
          connect(client);
        }
      }
    } catch (IOException e) {
      // closed
    }
  }

  private void connect(Socket client) {
    Socket server = new Socket();
    try {
      server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target), 1_000);
      open.add(client);
      open.add(server);
      start(() -> copy(client, server, false));
      start(() -> copy(server, client, true));
    } catch (IOException e) {
      close(client);
      close(server);
    }
  }

  private void copy(Socket from, Socket to, boolean answers) {
    try (InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      byte[] buffer = new byte[1 << 16];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        if (!answers || n <= longestAnswer) {
          out.write(buffer, 0, n);
        }
      }
    } catch (IOException e) {
      // the other side is closed below
    } finally {
      close(from);
      close(to);
      open.remove(from);
      open.remove(to);
    }
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "proxy");
    thread.setDaemon(true);
    thread.start();
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // it is of no use any more in any case
    }
  }

  @Override
  public void close() {
    cut();
    try {
      listening.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
