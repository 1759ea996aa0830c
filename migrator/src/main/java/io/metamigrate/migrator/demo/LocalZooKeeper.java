package io.metamigrate.migrator.demo;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A standalone ZooKeeper server on loopback, in a process of its own, from the class path (or the
 * jar) that this process runs from. It does not wait for the disk: its data outlives its process,
 * but not the machine. For one thread.
 */
public final class LocalZooKeeper implements AutoCloseable {
  private static final String HOST = "127.0.0.1";
  private static final int ANSWER_MILLIS = 2000;

  private final int port;
  private final LocalServer server;

  private LocalZooKeeper(int port, LocalServer server) {
    this.port = port;
    this.server = server;
  }

  /** Starts it on a free port; the directory is made, or holds what an earlier server left. */
  public static LocalZooKeeper start(Path directory) {
    return start(directory, LocalServer.freePort(), List.of());
  }

  /**
   * Starts it on a given port.
   *
   * @param jvmOptions more options for its JVM, such as {@code -Djute.maxbuffer=4194304}
   */
  public static LocalZooKeeper start(Path directory, int port, List<String> jvmOptions) {
    try {
      Files.createDirectories(directory);
      Path settings = Files.writeString(directory.resolve("zoo.cfg"), settings(directory, port));
      Path logging = Files.writeString(directory.resolve("logback.xml"), LOGGING);
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData"));
      command.add("-Dlogback.configurationFile=" + logging);
      command.add("-Dzookeeper.forceSync=no");
      command.addAll(jvmOptions);
      command.addAll(List.of("-cp", System.getProperty("java.class.path")));
      command.add("org.apache.zookeeper.server.ZooKeeperServerMain");
      command.add(settings.toString());
      return new LocalZooKeeper(
          port,
          LocalServer.start(
              "ZooKeeper", command, directory.resolve("zookeeper.log"), () -> answers(port)));
    } catch (IOException e) {
      throw new UncheckedIOException("ZooKeeper's directory " + directory + " is not usable", e);
    }
  }

  /** Where clients connect. */
  public String connectString() {
    return HOST + ":" + port;
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

  private static String settings(Path directory, int port) {
    return String.join(
        "\n",
        "dataDir=" + directory.resolve("data").toAbsolutePath(),
        "clientPort=" + port,
        "clientPortAddress=" + HOST,
        "tickTime=2000",
        "maxClientCnxns=0",
        "admin.enableServer=false",
        "4lw.commands.whitelist=*",
        "");
  }

  private static boolean answers(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), ANSWER_MILLIS);
      socket.setSoTimeout(ANSWER_MILLIS);
      socket.getOutputStream().write("srvr".getBytes(US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), US_ASCII).contains("Mode: ");
    } catch (IOException notYet) {
      return false;
    }
  }

  private static final String LOGGING =
      """
      <configuration>
        <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
          <encoder><pattern>%d %-5level %logger{20} %msg%n</pattern></encoder>
        </appender>
        <root level="warn"><appender-ref ref="out"/></root>
      </configuration>
      """;
}
