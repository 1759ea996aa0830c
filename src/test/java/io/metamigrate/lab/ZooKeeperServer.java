package io.metamigrate.lab;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * One ZooKeeper server, alone or of an ensemble. It keeps its ports and its data through stop, kill
 * and start.
 */
public final class ZooKeeperServer implements AutoCloseable {
  private static final String MAIN = "org.apache.zookeeper.server.quorum.QuorumPeerMain";

  private final int clientPort;
  private final LabProcess process;

  private ZooKeeperServer(int clientPort, LabProcess process) {
    this.clientPort = clientPort;
    this.process = process;
  }

  /** A single server of the ZooKeeper that this Pulsar version brings, started and serving. */
  public static ZooKeeperServer start(PulsarClassPath pulsar, Path directory, String... settings) {
    ZooKeeperServer server = ensemble(JavaServer.of(pulsar), directory, 1, settings).get(0);
    server.start();
    return server;
  }

  /**
   * A single server of the project's own ZooKeeper version, from the test's class path but in a
   * process of its own, started and serving.
   *
   * @param settings lines of its configuration, or system properties as {@code -Dname=value}
   */
  public static ZooKeeperServer start(Path directory, String... settings) {
    ZooKeeperServer server = ensemble(directory, 1, settings).get(0);
    server.start();
    return server;
  }

  /**
   * A single server of the last ZooKeeper without multi-reads, 3.5.10, whose jars the build copies;
   * started and serving.
   */
  public static ZooKeeperServer startBeforeMultiReads(Path directory) {
    String old = System.getProperty("zookeeper.before.multi.reads", "target/zookeeper-3.5.10");
    String logging =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .filter(jar -> jar.contains("slf4j-api") || jar.contains("logback"))
            .collect(Collectors.joining(File.pathSeparator));
    JavaServer java =
        new JavaServer(Path.of(old).toAbsolutePath() + "/*" + File.pathSeparator + logging);
    ZooKeeperServer server = ensemble(java, directory, 1).get(0);
    server.start();
    return server;
  }

  /** Members of the project's own ZooKeeper version; {@code startOnly} all, then wait. */
  public static List<ZooKeeperServer> ensemble(Path directory, int members, String... settings) {
    return ensemble(
        new JavaServer(System.getProperty("java.class.path")), directory, members, settings);
  }

  /** Members of one ensemble; {@code startOnly} all of them before waiting for the first. */
  static List<ZooKeeperServer> ensemble(
      JavaServer java, Path directory, int members, String... settings) {
    List<String> peers =
        IntStream.rangeClosed(1, members)
            .mapToObj(
                i -> "server." + i + "=127.0.0.1:" + FreePorts.next() + ":" + FreePorts.next())
            .toList();
    List<ZooKeeperServer> servers = new ArrayList<>();
    for (int i = 1; i <= members; i++) {
      int clientPort = FreePorts.next();
      Path home = directory.resolve("zookeeper-" + i);
      List<String> lines = new ArrayList<>();
      lines.add("tickTime=1000");
      lines.add("initLimit=20");
      lines.add("syncLimit=10");
      lines.add("dataDir=" + home.resolve("data"));
      lines.add("clientPort=" + clientPort);
      lines.add("clientPortAddress=127.0.0.1");
      lines.add("maxClientCnxns=0");
      if (members > 1) {
        lines.addAll(peers);
      }
      List<String> properties =
          Arrays.stream(settings).filter(line -> line.startsWith("-D")).toList();
      Arrays.stream(settings).filter(line -> !line.startsWith("-D")).forEach(lines::add);
      try {
        Files.createDirectories(home.resolve("data"));
        Files.writeString(home.resolve("data/myid"), i + "\n");
        Files.write(home.resolve("zoo.cfg"), lines);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      LabProcess process =
          java.process(
              "zookeeper-" + i, home, 192, properties, MAIN, home.resolve("zoo.cfg").toString());
      servers.add(new ZooKeeperServer(clientPort, process));
    }
    return servers;
  }

  /** Connect string of all these servers. */
  public static String connect(List<ZooKeeperServer> servers) {
    return servers.stream().map(ZooKeeperServer::connect).collect(Collectors.joining(","));
  }

  /** {@code 127.0.0.1:PORT}. */
  public String connect() {
    return "127.0.0.1:" + clientPort;
  }

  public int port() {
    return clientPort;
  }

  /** Starts it, again if need be, and waits until it serves. */
  public void start() {
    startOnly();
    awaitServing();
  }

  /** Restarts it with a line of its configuration replaced; sessions outlive that. */
  public void restartWith(String before, String after) throws IOException {
    process.stop();
    Path file = process.log().resolveSibling("zoo.cfg");
    Files.writeString(file, Files.readString(file).replace(before, after));
    start();
  }

  /** Starts it and returns at once: a member serves only when a majority is up. */
  public void startOnly() {
    process.start();
  }

  public void awaitServing() {
    process.awaitReady("serves", () -> ask("srvr").contains("Mode:"));
  }

  /** Whether this member leads its ensemble at the moment. */
  public boolean leads() {
    try {
      return ask("srvr").contains("Mode: leader");
    } catch (IOException e) {
      return false;
    }
  }

  /** The answer to a four letter word. */
  public String ask(String word) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), clientPort), 1_000);
      socket.setSoTimeout(5_000);
      socket.getOutputStream().write(word.getBytes(US_ASCII));
      socket.getOutputStream().flush();
      return new String(socket.getInputStream().readAllBytes(), US_ASCII);
    }
  }

  /** Signals and log of its process. */
  public LabProcess process() {
    return process;
  }

  @Override
  public void close() {
    process.close();
  }
}
