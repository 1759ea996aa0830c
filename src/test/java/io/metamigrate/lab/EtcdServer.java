package io.metamigrate.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * One member of a real etcd, from the {@code etcd} on the {@code PATH}. It keeps its ports and its
 * data through stop, kill and start.
 */
public final class EtcdServer implements AutoCloseable {
  private final int clientPort;
  private final Path home;
  private final List<String> command;
  private LabProcess process;

  private EtcdServer(int clientPort, Path home, List<String> command) {
    this.clientPort = clientPort;
    this.home = home;
    this.command = command;
    this.process = process(command);
  }

  private LabProcess process(List<String> words) {
    return new LabProcess(home.getFileName().toString(), home, words, Map.of());
  }

  /** A single server, started and healthy. {@code flags} go to etcd as they are. */
  public static EtcdServer start(Path directory, String... flags) {
    EtcdServer server = cluster(directory, 1, flags).get(0);
    server.start();
    return server;
  }

  /** Members of one cluster, none of them started: start all before waiting for the first. */
  public static List<EtcdServer> cluster(Path directory, int members, String... flags) {
    String program = program();
    List<Integer> peers = IntStream.range(0, members).mapToObj(i -> FreePorts.next()).toList();
    String initial =
        IntStream.range(0, members)
            .mapToObj(i -> "m" + i + "=http://127.0.0.1:" + peers.get(i))
            .collect(Collectors.joining(","));
    List<EtcdServer> servers = new ArrayList<>();
    for (int i = 0; i < members; i++) {
      int clientPort = FreePorts.next();
      Path home = directory.resolve("etcd-" + i);
      String client = "http://127.0.0.1:" + clientPort;
      String peer = "http://127.0.0.1:" + peers.get(i);
      List<String> command = new ArrayList<>(List.of(program, "--name=m" + i));
      command.add("--data-dir=" + home.resolve("data"));
      command.add("--listen-client-urls=" + client);
      command.add("--advertise-client-urls=" + client);
      command.add("--listen-peer-urls=" + peer);
      command.add("--initial-advertise-peer-urls=" + peer);
      command.add("--initial-cluster=" + initial);
      command.add("--log-level=warn");
      command.addAll(Arrays.asList(flags));
      servers.add(new EtcdServer(clientPort, home, command));
    }
    return servers;
  }

  /** {@code http://127.0.0.1:PORT}. */
  public String endpoint() {
    return "http://127.0.0.1:" + clientPort;
  }

  public int clientPort() {
    return clientPort;
  }

  /** Starts it, again if need be, and waits until its {@code /health} reports that it can write. */
  public void start() {
    startOnly();
    awaitHealthy();
  }

  /** Starts it and returns at once: a member is healthy only when a majority is up. */
  public void startOnly() {
    process.start();
  }

  /** Ends it and starts it again with these flags, too; returns at once. */
  public void restartWith(String... flags) {
    process.close();
    List<String> words = new ArrayList<>(command);
    words.addAll(Arrays.asList(flags));
    process = process(words);
    process.start();
  }

  public void awaitHealthy() {
    process.awaitReady("is healthy", this::healthy);
  }

  /** Signals and log of its process. */
  public LabProcess process() {
    return process;
  }

  @Override
  public void close() {
    process.close();
  }

  private boolean healthy() throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection) URI.create(endpoint() + "/health").toURL().openConnection();
    connection.setConnectTimeout(1_000);
    connection.setReadTimeout(5_000);
    try (InputStream in = connection.getInputStream()) {
      return new String(in.readAllBytes(), UTF_8).contains("\"true\"");
    } finally {
      connection.disconnect();
    }
  }

  private static String program() {
    return Arrays.stream(
            Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator, -1))
        .map(directory -> Path.of(directory, "etcd").toFile())
        .filter(File::canExecute)
        .map(File::getPath)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "etcd is not on the PATH; run: apt-get install -y etcd-server"));
  }
}
