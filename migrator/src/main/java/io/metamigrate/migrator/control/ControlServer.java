package io.metamigrate.migrator.control;

import com.sun.net.httpserver.HttpServer;
import io.metamigrate.migrator.config.ConfigurationException;
import io.metamigrate.migrator.config.ControlConfig;
import io.metamigrate.migrator.config.Fault;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The daemon's HTTP interface. Whatever changes something needs the token; reading needs it where
 * the operator has configured one. Without a configured token a random one is made, in a file that
 * only this user can read, and goes with the server.
 */
public final class ControlServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ControlServer.class);
  private static final int THREADS = 4;

  static {
    // Read once by the JDK's server; a caller that never ends its request must not hold a thread.
    setUnlessSet("sun.net.httpserver.maxReqTime", "10");
    setUnlessSet("sun.net.httpserver.maxRspTime", "10");
    setUnlessSet("sun.net.httpserver.nodelay", "true");
  }

  private final HttpServer server;
  private final ExecutorService threads;
  private final Optional<Path> generated;

  private ControlServer(HttpServer server, ExecutorService threads, Optional<Path> generated) {
    this.server = server;
    this.threads = threads;
    this.generated = generated;
  }

  /**
   * Listens from now on.
   *
   * @param more routes beside the usual ones
   * @throws ConfigurationException when the address cannot be listened on or there is no token
   */
  public static ControlServer start(
      ControlConfig config, Controls controls, Metrics metrics, List<Route> more) {
    return start(config, controls, metrics, more, Token::fileFor);
  }

  static ControlServer start(
      ControlConfig config,
      Controls controls,
      Metrics metrics,
      List<Route> more,
      IntFunction<Path> tokenFiles) {
    HttpServer server = bind(config);
    int port = server.getAddress().getPort();
    Optional<Path> generated =
        config.tokenFile().isPresent() ? Optional.empty() : Optional.of(tokenFiles.apply(port));
    try {
      Token token = token(config, generated);
      Gate gate = new Gate(token, config.loopback(), config.tokenFile().isPresent());
      List<Route> routes = new ArrayList<>(new Routes(controls, metrics).all());
      routes.addAll(more);
      ExecutorService threads = threads();
      server.setExecutor(threads);
      server.createContext("/", new Exchange(gate, routes, () -> controls.status().cluster()));
      server.start();
      log.info("control interface: listening on http://{}:{}/", config.listen().host(), port);
      generated.ifPresent(file -> log.info("control interface: token in {}", file));
      return new ControlServer(server, threads, generated);
    } catch (RuntimeException e) {
      server.stop(0);
      throw e;
    }
  }

  /** The port that is listened on, also where the configuration asked for any free one. */
  public int port() {
    return server.getAddress().getPort();
  }

  /** The file with the token that was made; absent where the operator has configured one. */
  public Optional<Path> generatedTokenFile() {
    return generated;
  }

  /** Stops listening at once. */
  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
    generated.ifPresent(ControlServer::delete);
  }

  private static HttpServer bind(ControlConfig config) {
    String host = config.listen().host();
    String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    try {
      return HttpServer.create(new InetSocketAddress(bare, config.listen().port()), 0);
    } catch (IOException e) {
      throw new ConfigurationException(
          new Fault(
              "control.listen",
              "",
              config.listen()
                  + " cannot be listened on ("
                  + e.getMessage()
                  + "); is another daemon running here? Stop it or choose another port"));
    }
  }

  private static Token token(ControlConfig config, Optional<Path> generated) {
    if (generated.isEmpty()) {
      return Token.of(config.tokenFile().orElseThrow());
    }
    try {
      return Token.generate(generated.get());
    } catch (IOException e) {
      throw new ConfigurationException(
          new Fault(
              "control.tokenFile",
              "",
              "no token can be written to " + generated.get() + "; configure a tokenFile"));
    }
  }

  private static ExecutorService threads() {
    AtomicInteger number = new AtomicInteger();
    return Executors.newFixedThreadPool(
        THREADS,
        task -> {
          Thread thread = new Thread(task, "control-http-" + number.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        });
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      log.warn("control interface: {} could not be deleted", file);
    }
  }

  private static void setUnlessSet(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
