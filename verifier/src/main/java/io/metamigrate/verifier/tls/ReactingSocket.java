package io.metamigrate.verifier.tls;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;

/**
 * A socket whose reads end at the usual timeout only if the server has not reacted at all. Once it
 * has, a handshake is under way, and its end is waited for: on a busy machine it may take many
 * times longer, and only its end has the cause of a fault. For one thread.
 */
final class ReactingSocket extends Socket {
  private final Runnable reaction;
  private final long end;
  private volatile boolean waits;
  private volatile boolean over;

  /**
   * Not connected yet.
   *
   * @param reaction run when the server has sent something or has closed the connection
   * @param end by {@link System#nanoTime()}: no read begins after it, however little each one
   *     brings
   */
  ReactingSocket(Runnable reaction, long end) {
    this.reaction = reaction;
    this.end = end;
  }

  @Override
  public InputStream getInputStream() throws IOException {
    return new FilterInputStream(super.getInputStream()) {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] bytes, int from, int length) throws IOException {
        while (true) {
          if (System.nanoTime() - end > 0) {
            throw new SocketTimeoutException("the answer is not complete in time");
          }
          try {
            int read = in.read(bytes, from, length);
            reacted();
            return read;
          } catch (SocketTimeoutException e) {
            if (!waits || over) {
              throw e;
            }
          }
        }
      }
    };
  }

  /** From now on reads end at the usual timeout. */
  void handshakeIsOver() {
    over = true;
  }

  private void reacted() {
    waits = true;
    reaction.run();
  }
}
