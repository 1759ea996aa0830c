package io.metamigrate.store;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.zookeeper.ZooDefs.OpCode;

/** Sits between clients and a ZooKeeper on loopback, and counts the syncs that they ask for. */
final class SyncCounter implements AutoCloseable {
  private final ServerSocket listening;
  private final int target;
  private final AtomicInteger syncs = new AtomicInteger();

  private SyncCounter(ServerSocket listening, int target) {
    this.listening = listening;
    this.target = target;
  }

  static SyncCounter before(int target) {
    try {
      SyncCounter counter =
          new SyncCounter(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), target);
      start(counter::accept);
      return counter;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() {
    return listening.getLocalPort();
  }

  int syncs() {
    return syncs.get();
  }

  private void accept() throws IOException {
    while (true) {
      Socket client = listening.accept();
      Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
      start(() -> server.getInputStream().transferTo(client.getOutputStream()));
      start(
          () -> {
            try (client;
                server) {
              forward(client, server);
            }
          });
    }
  }

  /** After the first frame, which opens the session, each begins with its number and its kind. */
  private void forward(Socket client, Socket server) throws IOException {
    DataInputStream in = new DataInputStream(client.getInputStream());
    DataOutputStream out = new DataOutputStream(server.getOutputStream());
    boolean opened = false;
    while (true) {
      byte[] frame = new byte[in.readInt()];
      in.readFully(frame);
      // The kind is an int with the highest byte first, and all kinds are small.
      if (opened && frame.length >= 8 && frame[7] == OpCode.sync && frame[6] == 0) {
        syncs.incrementAndGet();
      }
      opened = true;
      out.writeInt(frame.length);
      out.write(frame);
      out.flush();
    }
  }

  /** Something that ends when either side does. */
  private interface Forwarding {
    void run() throws IOException;
  }

  private static void start(Forwarding forwarding) {
    Thread thread =
        new Thread(
            () -> {
              try {
                forwarding.run();
              } catch (IOException e) {
                // a side has closed
              }
            },
            "sync counter");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    try {
      listening.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
