package io.metamigrate.migrator.control;

import io.metamigrate.migrator.config.ConfigurationException;
import io.metamigrate.migrator.config.ControlConfig;
import io.metamigrate.migrator.config.Fault;
import io.metamigrate.verifier.store.VertxFiles;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The daemon's HTTP interface. Every change needs the token; reading needs it if the operator has
 * configured one. Without a configured token a random one is made, in a file that only this user
 * can read, and goes with the server. One thread serves all connections, so that clients that are
 * slow or silent keep nobody waiting. Safe for use by several threads.
 */
public final class ControlServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ControlServer.class);

  /** For requests that may wait, as for a barrier; connections have no threads. */
  private static final int THREADS = 16;

  /** Nothing at all for so long ends a connection. */
  private static final int IDLE_SECONDS = 30;

  private static final long CLOSE_SECONDS = 5;

  /** Between two checks of the files of certificates and tokens. */
  private static final long FILE_CHECK_MILLIS = 2_000;

  private final Vertx vertx;
  private final HttpServer server;
  private final Optional<Path> generated;

  private ControlServer(Vertx vertx, HttpServer server, Optional<Path> generated) {
    this.vertx = vertx;
    this.server = server;
    this.generated = generated;
  }

  /**
   * Listens from now on.
   *
   * @param move a request for another one is refused
   * @param more routes beside the usual ones
   * @throws ConfigurationException when the address cannot be listened on or there is no token
   */
  public static ControlServer start(
      ControlConfig config, NamedMove move, Controls controls, Metrics metrics, List<Route> more) {
    return start(config, move, controls, metrics, more, Token::fileFor);
  }

  static ControlServer start(
      ControlConfig config,
      NamedMove move,
      Controls controls,
      Metrics metrics,
      List<Route> more,
      IntFunction<Path> tokenFiles) {
    Vertx vertx = vertx();
    try {
      Exchange exchange = new Exchange(vertx);
      HttpServer server = bind(vertx, config, exchange);
      int port = server.actualPort();
      Optional<Path> generated =
          config.hasTokens() ? Optional.empty() : Optional.of(tokenFiles.apply(port));
      List<Route> routes = new ArrayList<>(new Routes(controls, metrics).all());
      routes.addAll(more);
      exchange.open(hostCheck(config, callers(config, generated)), routes, move);
      List<ReplacedFiles> replaced =
          List.of(
              new ReplacedFiles(
                  "control.tls",
                  config.tls().files(),
                  () -> reloadTls(server, config),
                  why -> controls.filesRefused("control.tls", why)),
              new ReplacedFiles(
                  "control.tokens",
                  config.tokenFiles(),
                  () -> exchange.open(hostCheck(config, KnownTokens.of(config)), routes, move),
                  why -> controls.filesRefused("control.tokens", why)));
      vertx.setPeriodic(
          FILE_CHECK_MILLIS,
          timer ->
              vertx.executeBlocking(
                  () -> {
                    replaced.forEach(ReplacedFiles::check);
                    return true;
                  }));
      log.info(
          "control interface: listening on {}://{}:{}/",
          ControlSecurity.scheme(config),
          config.listen().host(),
          port);
      if (!config.loopback() && !config.tls().enabled()) {
        log.warn(
            "control interface: {} can be reached from other machines without TLS, so tokens cross"
                + " the network in the clear; give control.tls",
            config.listen());
      }
      generated.ifPresent(file -> log.info("control interface: token in {}", file));
      return new ControlServer(vertx, server, generated);
    } catch (RuntimeException e) {
      end(vertx);
      throw e;
    }
  }

  /** The port that is listened on, also if the configuration asked for any free one. */
  public int port() {
    return server.actualPort();
  }

  /** The file with the token that was made; absent if the operator has configured one. */
  Optional<Path> generatedTokenFile() {
    return generated;
  }

  /** Stops listening at once. */
  @Override
  public void close() {
    end(vertx);
    generated.ifPresent(ControlServer::delete);
  }

  private static Vertx vertx() {
    VertxFiles.disable();
    return Vertx.vertx(
        new VertxOptions()
            .setEventLoopPoolSize(1)
            .setWorkerPoolSize(THREADS)
            .setUseDaemonThread(true));
  }

  private static HttpServer bind(Vertx vertx, ControlConfig config, Exchange exchange) {
    String host = config.listen().host();
    String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    try {
      HttpServerOptions options =
          new HttpServerOptions()
              .setHost(InetAddress.getByName(bare).getHostAddress())
              .setPort(config.listen().port())
              .setHttp2ClearTextEnabled(false)
              .setIdleTimeout(IDLE_SECONDS);
      ControlSecurity.secure(options, config.tls());
      return vertx
          .createHttpServer(options)
          .requestHandler(exchange)
          .listen()
          .toCompletionStage()
          .toCompletableFuture()
          .get(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (UnknownHostException e) {
      throw taken(config, e);
    } catch (ExecutionException e) {
      throw taken(config, e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException e) {
      throw new IllegalStateException("the control interface did not start", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while starting the control interface", e);
    }
  }

  private static HostCheck hostCheck(ControlConfig config, KnownTokens callers) {
    return new HostCheck(callers, config.loopback(), config.hasTokens());
  }

  /** For new connections; those that are open keep what they began with. */
  private static void reloadTls(HttpServer server, ControlConfig config) {
    HttpServerOptions options = new HttpServerOptions();
    ControlSecurity.secure(options, config.tls());
    try {
      server
          .updateSSLOptions(options.getSslOptions(), true)
          .toCompletionStage()
          .toCompletableFuture()
          .get(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new ConfigurationException(
          new Fault("control.tls", "", "its files cannot be used: " + e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static ConfigurationException taken(ControlConfig config, Throwable cause) {
    boolean ofNetwork = cause instanceof IOException;
    if (!ofNetwork && config.tls().enabled()) {
      return new ConfigurationException(
          new Fault("control.tls", "", "its files cannot be used: " + cause.getMessage()));
    }
    return new ConfigurationException(
        new Fault(
            "control.listen",
            "",
            config.listen()
                + " cannot be listened on ("
                + (ofNetwork ? cause.getMessage() : cause)
                + "); is another daemon running here? Stop it or choose another port"));
  }

  private static void end(Vertx vertx) {
    try {
      vertx.close().toCompletionStage().toCompletableFuture().get(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      log.warn("control interface: it did not stop: {}", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static KnownTokens callers(ControlConfig config, Optional<Path> generated) {
    if (generated.isEmpty()) {
      return KnownTokens.of(config);
    }
    try {
      return KnownTokens.of(Token.generate(generated.get()));
    } catch (IOException e) {
      throw new ConfigurationException(
          new Fault(
              "control.tokenFile",
              "",
              "no token can be written to " + generated.get() + "; configure a tokenFile"));
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      log.warn("control interface: {} could not be deleted", file);
    }
  }
}
