package io.metamigrate.verifier.tls;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

/**
 * Finds out why a server cannot be reached: connects, shakes hands if TLS is configured, sends a
 * few bytes and reads the start of the answer. A server that does not react is given up after
 * {@code timeout}; a handshake that is under way is waited for up to {@link #REACTED_TIMEOUT}. Safe
 * for use by several threads.
 */
public final class PortProbe {
  /** The fault of a server that answers a handshake with something else. */
  public static final String NO_TLS = "the server does not speak TLS on this port";

  /** For a server that has reacted. */
  public static final Duration REACTED_TIMEOUT = Duration.ofSeconds(20);

  private static final int FIRST_BYTES = 512;

  private final Optional<TlsFiles> tls;
  private final Duration timeout;
  private final Runnable reaction;

  /**
   * A probe.
   *
   * @param tls empty for a plain connection
   */
  public PortProbe(Optional<TlsFiles> tls, Duration timeout) {
    this(tls, timeout, () -> {});
  }

  /**
   * The same.
   *
   * @param reaction run each time that the server sends something or closes the connection
   */
  public PortProbe(Optional<TlsFiles> tls, Duration timeout, Runnable reaction) {
    this.tls = tls;
    this.timeout = timeout;
    this.reaction = reaction;
  }

  /** The result. */
  public sealed interface PortReply {
    /**
     * The server answered something.
     *
     * @param text the first bytes, as ISO-8859-1
     */
    record Replied(String text) implements PortReply {}

    /**
     * Connected, but no answer came in time.
     *
     * @param inHandshake whether it was that of TLS; otherwise that to the words
     */
    record Unanswered(boolean inHandshake) implements PortReply {}

    /** The server closed the connection without an answer. */
    record Closed() implements PortReply {}

    /**
     * It cannot be talked to like this.
     *
     * @param fault one clause with its remedy
     */
    record Faulted(String fault) implements PortReply {
      /** Whether the fault is one of certificates, so that the server does speak TLS. */
      public boolean isOfCertificates() {
        return fault.startsWith(TlsFault.SERVERS_CERTIFICATE)
            || fault.startsWith(TlsFault.REQUIRES_CERTIFICATE)
            || fault.startsWith(TlsFault.REFUSES_CERTIFICATE);
      }
    }
  }

  /** Sends {@code words} to a server. */
  public PortReply ask(String host, int port, String words) {
    PortReply answer = ask(host, port, words, false);
    // A server that refuses the certificate may reset the connection before its alert is read.
    return answer instanceof PortReply.Closed && tls.isPresent()
        ? ask(host, port, words, true)
        : answer;
  }

  private PortReply ask(String host, int port, String words, boolean readFirst) {
    InetSocketAddress address = new InetSocketAddress(host, port);
    if (address.isUnresolved()) {
      return new PortReply.Faulted("the name '%s' cannot be resolved".formatted(host));
    }
    try (ReactingSocket socket =
        new ReactingSocket(reaction, System.nanoTime() + REACTED_TIMEOUT.toNanos())) {
      socket.connect(address, (int) timeout.toMillis());
      socket.setSoTimeout((int) timeout.toMillis());
      if (tls.isEmpty()) {
        socket.handshakeIsOver();
        return exchange(socket, words);
      }
      return secured(socket, host, port, words, tls.get(), readFirst);
    } catch (UnknownHostException e) {
      return new PortReply.Faulted("the name '%s' cannot be resolved".formatted(host));
    } catch (ConnectException | NoRouteToHostException e) {
      return new PortReply.Faulted(
          "nothing listens there (%s); check the address and that the server runs"
              .formatted(e.getMessage()));
    } catch (SocketTimeoutException e) {
      return new PortReply.Faulted(
          "no connection within %d ms; a firewall may drop it".formatted(timeout.toMillis()));
    } catch (IOException e) {
      return new PortReply.Faulted(String.valueOf(e.getMessage()));
    }
  }

  /** Whether something accepts connections there. */
  public static boolean isOpen(String host, int port, Duration timeout) {
    return !(new PortProbe(Optional.empty(), timeout).ask(host, port, "\n")
        instanceof PortReply.Faulted);
  }

  /** Whether a server answered a handshake, even if it refuses the client; not if it is silent. */
  public static boolean speaksTls(String host, int port, Duration timeout) {
    PortReply answer = new PortProbe(Optional.of(TlsFiles.NONE), timeout).ask(host, port, "");
    if (answer instanceof PortReply.Unanswered unanswered) {
      return !unanswered.inHandshake();
    }
    return !(answer instanceof PortReply.Faulted failed) || failed.isOfCertificates();
  }

  private static PortReply secured(
      ReactingSocket plain, String host, int port, String words, TlsFiles files, boolean readFirst)
      throws IOException {
    ServerChain chain = new ServerChain(files.trustManager());
    try (SSLSocket socket = TlsFiles.connect(files.context(chain), plain, host, port)) {
      socket.startHandshake();
      plain.handshakeIsOver();
      return readFirst ? alertOrExchange(socket, words) : exchange(socket, words);
    } catch (SSLException e) {
      return new PortReply.Faulted(TlsFault.of(e, host, files, chain));
    } catch (SocketTimeoutException e) {
      return new PortReply.Unanswered(true);
    }
  }

  /** Gives an alert time to come before anything is sent that the server would not read. */
  private static PortReply alertOrExchange(SSLSocket socket, String words) throws IOException {
    try {
      socket.getInputStream().read();
      return new PortReply.Closed();
    } catch (SocketTimeoutException e) {
      return exchange(socket, words);
    } catch (SSLException e) {
      throw e;
    } catch (SocketException e) {
      return new PortReply.Closed();
    }
  }

  /** With TLS 1.3 a refused client certificate shows only in the first read. */
  private static PortReply exchange(Socket socket, String words) throws IOException {
    try {
      socket.getOutputStream().write(words.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      InputStream in = socket.getInputStream();
      byte[] first = in.readNBytes(1);
      if (first.length == 0) {
        return new PortReply.Closed();
      }
      byte[] more = new byte[FIRST_BYTES];
      int read = Math.max(0, in.read(more));
      return new PortReply.Replied(
          new String(first, StandardCharsets.ISO_8859_1)
              + new String(more, 0, read, StandardCharsets.ISO_8859_1));
    } catch (SocketTimeoutException e) {
      return new PortReply.Unanswered(false);
    } catch (SSLException e) {
      throw e;
    } catch (SocketException e) {
      return new PortReply.Closed();
    }
  }
}
