package io.metamigrate.cutover;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.metamigrate.lab.FreePorts;
import io.metamigrate.migrator.restart.Component;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.migrator.restart.NodeState;
import io.metamigrate.migrator.restart.Settings;
import io.metamigrate.migrator.restart.StepOutcome;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;

/**
 * Lets {@code migrate cutover} processes drive the stand-ins of this JVM by the command driver: a
 * command connects, sends what it is asked to do, and ends with the answer. It starts no other
 * program, since a window runs thousands of these.
 */
final class CommandNodes implements AutoCloseable {
  private final Path folder;
  private final TestBed bed;
  private final ServerSocket server;
  private final Thread thread;

  private CommandNodes(Path folder, TestBed bed, ServerSocket server) {
    this.folder = folder;
    this.bed = bed;
    this.server = server;
    this.thread = new Thread(this::serve, "command-nodes");
    thread.setDaemon(true);
  }

  static CommandNodes start(Path folder, TestBed bed) throws IOException {
    Files.createDirectories(folder);
    ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Files.writeString(
        folder.resolve("act"),
        """
        # act VERB: asks the test for METAMIGRATE_ID and ends with its answer
        exec 3<>/dev/tcp/127.0.0.1/%d || exit 1
        echo "$1 $METAMIGRATE_COMPONENT $METAMIGRATE_ID $METAMIGRATE_SETTINGS_FILE" >&3
        read -r code <&3 && exit "$code"
        exit 1
        """
            .formatted(server.getLocalPort()));
    CommandNodes nodes = new CommandNodes(folder, bed, server);
    nodes.thread.start();
    return nodes;
  }

  /** The cluster with this driver, and a control port of its own. */
  Path config(String name) throws IOException {
    return config(name, "");
  }

  /** The same with more blocks. */
  Path config(String name, String more) throws IOException {
    String act = "bash " + folder.resolve("act");
    return bed.fileWith(
        name,
        """
          driver: {kind: command, stop: "%s stop", configure: "%s configure", start: "%s start", probe: "%s probe"}
        control: {listen: "127.0.0.1:%d"}
        """
                .formatted(act, act, act, act, FreePorts.next())
            + more);
  }

  Path configWithoutProbe(String name) throws IOException {
    Path file = config(name, "");
    return Files.writeString(file, Files.readString(file).replaceAll(", probe: \"[^\"]*\"", ""));
  }

  private void serve() {
    while (!server.isClosed()) {
      try (Socket command = server.accept()) {
        answer(command);
      } catch (IOException e) {
        // closed, or a command that was killed: either has nobody to answer
      }
    }
  }

  private void answer(Socket command) throws IOException {
    BufferedReader request =
        new BufferedReader(new InputStreamReader(command.getInputStream(), UTF_8));
    String[] words = Optional.ofNullable(request.readLine()).orElse("").split(" ", -1);
    if (words.length < 4) {
      return;
    }
    int code;
    try {
      code = act(words[0], new Node(component(words[1]), words[2]), Path.of(words[3]));
    } catch (IllegalStateException e) {
      code = 1; // a node that its store refuses does not start
    }
    command.getOutputStream().write((code + "\n").getBytes(UTF_8));
  }

  private int act(String verb, Node node, Path settings) throws IOException {
    return switch (verb) {
      case "stop" -> bed.driver.stop(node).isDone() ? 0 : 1;
      case "start" -> bed.driver.start(node).isDone() ? 0 : 1;
      case "configure" -> bed.driver.configure(node, read(settings)).isDone() ? 0 : 1;
      default -> probed(bed.driver.probe(node, NodeState.RUNNING));
    };
  }

  private static int probed(StepOutcome outcome) {
    return outcome.isDone() ? 0 : outcome instanceof StepOutcome.Failed ? 1 : 3;
  }

  private static Component component(String label) {
    return List.of(Component.values()).stream()
        .filter(component -> component.label().equals(label))
        .findFirst()
        .orElseThrow();
  }

  private static Settings read(Path file) throws IOException {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    }
    Map<String, String> set = new HashMap<>();
    properties.stringPropertyNames().forEach(name -> set.put(name, properties.getProperty(name)));
    return Settings.of(set, Set.of());
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
