package io.metamigrate.migrator.demo;

import com.google.common.base.Splitter;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A single etcd server on loopback, in a process of its own, from the {@code etcd} on the path. For
 * one thread.
 */
public final class LocalEtcd implements AutoCloseable {
  private static final Duration ANSWER = Duration.ofSeconds(2);

  private final int port;
  private final LocalServer server;

  private LocalEtcd(int port, LocalServer server) {
    this.port = port;
    this.server = server;
  }

  /**
   * Starts it on a free port; the directory is made, or holds what an earlier server left.
   *
   * @throws EtcdNotInstalledException if there is none on the path
   */
  public static LocalEtcd start(Path directory) {
    return start(directory, LocalServer.freePort(), List.of());
  }

  /**
   * Starts it on a given port.
   *
   * @param arguments more arguments for the server, such as {@code --max-txn-ops=512}
   */
  static LocalEtcd start(Path directory, int port, List<String> arguments) {
    Path program = program();
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException("etcd's directory " + directory + " is not usable", e);
    }
    String client = url(port);
    String peer = url(LocalServer.freePort());
    List<String> command = new ArrayList<>();
    command.add(program.toString());
    command.addAll(List.of("--name", "local", "--data-dir", directory.resolve("data").toString()));
    command.addAll(List.of("--listen-client-urls", client, "--advertise-client-urls", client));
    command.addAll(List.of("--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer));
    command.addAll(List.of("--initial-cluster", "local=" + peer));
    command.addAll(arguments);
    HttpClient http = HttpClient.newBuilder().connectTimeout(ANSWER).build();
    return new LocalEtcd(
        port,
        LocalServer.start(
            "etcd", command, directory.resolve("etcd.log"), () -> isHealthy(http, client)));
  }

  /** Where clients connect. */
  public String endpoint() {
    return url(port);
  }

  int port() {
    return port;
  }

  long pid() {
    return server.pid();
  }

  /** Ends it at once; it can be started again on the same directory and port. */
  void kill() {
    server.kill();
  }

  @Override
  public void close() {
    server.close();
  }

  private static Path program() {
    String path = System.getenv("PATH");
    for (String folder : Splitter.on(File.pathSeparatorChar).split(path == null ? "" : path)) {
      Path program = Path.of(folder, "etcd");
      if (Files.isExecutable(program) && Files.isRegularFile(program)) {
        return program;
      }
    }
    throw new EtcdNotInstalledException();
  }

  private static String url(int port) {
    return "http://127.0.0.1:" + port;
  }

  private static boolean isHealthy(HttpClient http, String url) {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(url + "/health")).timeout(ANSWER).build();
      return http.send(request, BodyHandlers.ofString()).statusCode() == 200;
    } catch (IOException notYet) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
