package io.metamigrate.cutover;

import io.metamigrate.lab.FreePorts;
import io.metamigrate.migrator.restart.Component;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.migrator.restart.NodeState;
import io.metamigrate.migrator.restart.Settings;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;

/**
 * Lets {@code migrate cutover} processes drive the stand-ins of this JVM by the command driver: a
 * command leaves a file and waits until it is answered.
 */
final class CommandNodes implements AutoCloseable {
  private static final long PAUSE_MILLIS = 20;

  private final Path folder;
  private final TestBed bed;
  private final Thread thread;
  private volatile boolean closed;

  private CommandNodes(Path folder, TestBed bed) {
    this.folder = folder;
    this.bed = bed;
    this.thread = new Thread(this::serve, "command-nodes");
    thread.setDaemon(true);
  }

  static CommandNodes start(Path folder, TestBed bed) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(
        folder.resolve("act"),
        """
        #!/bin/sh
        # act VERB: asks the test for METAMIGRATE_ID and ends as it says
        f=%s/$$
        echo "$1 $METAMIGRATE_COMPONENT $METAMIGRATE_ID $METAMIGRATE_SETTINGS_FILE" >"$f.new"
        mv "$f.new" "$f.asked"
        while [ ! -s "$f.answer" ]; do sleep 0.05; done
        code=$(cat "$f.answer")
        rm -f "$f.answer"
        exit "$code"
        """
            .formatted(folder));
    CommandNodes nodes = new CommandNodes(folder, bed);
    nodes.thread.start();
    return nodes;
  }

  /** The cluster with this driver, and a control port of its own. */
  Path config(String name) throws IOException {
    return config(name, "");
  }

  /** The same with more blocks. */
  Path config(String name, String more) throws IOException {
    String act = "sh " + folder.resolve("act");
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
    try {
      while (!closed) {
        try (DirectoryStream<Path> asked = Files.newDirectoryStream(folder, "*.asked")) {
          for (Path file : asked) {
            answer(file);
          }
        }
        Thread.sleep(PAUSE_MILLIS);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void answer(Path file) throws IOException {
    String[] words = Files.readString(file).strip().split(" ", -1);
    Files.delete(file);
    int code = act(words[0], new Node(component(words[1]), words[2]), Path.of(words[3]));
    String name = file.getFileName().toString().replace(".asked", "");
    Path fresh = folder.resolve(name + ".fresh");
    Files.writeString(fresh, code + "\n");
    Files.move(fresh, folder.resolve(name + ".answer"), StandardCopyOption.ATOMIC_MOVE);
  }

  private int act(String verb, Node node, Path settings) throws IOException {
    return switch (verb) {
      case "stop" -> bed.driver.stop(node).isDone() ? 0 : 1;
      case "start" -> bed.driver.start(node).isDone() ? 0 : 1;
      case "configure" -> bed.driver.configure(node, read(settings)).isDone() ? 0 : 1;
      default -> bed.driver.probe(node, NodeState.RUNNING).isDone() ? 0 : 3;
    };
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
    closed = true;
    thread.interrupt();
  }
}
