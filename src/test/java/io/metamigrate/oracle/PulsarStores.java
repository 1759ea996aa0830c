package io.metamigrate.oracle;

import io.metamigrate.lab.PulsarClassPath;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Pulsar's {@code ZKMetadataStore} and {@code EtcdMetadataStore} of one version, in a process of
 * their own with that version's class path. Questions are sent in batches and answered in order.
 */
final class PulsarStores implements AutoCloseable {
  private static final int BATCH = 200;

  private final Process process;
  private final Writer requests;
  private final BufferedReader answers;
  private int next;

  /** The two stores, as requests name them. */
  enum Which {
    ZOOKEEPER,
    ETCD;

    private String word() {
      return this == ZOOKEEPER ? "zookeeper" : "etcd";
    }
  }

  /**
   * How a store gathers operations.
   *
   * @param operations at most in one batch, {@code metadataStoreBatchingMaxOperations}
   * @param delayMillis how long it waits for more, {@code metadataStoreBatchingMaxDelayMillis}
   */
  record Batching(int operations, int delayMillis) {
    /** As much as an etcd with its defaults takes, and Pulsar's own delay. */
    static final Batching FITTING = new Batching(128, 5);
  }

  private PulsarStores(Process process) {
    this.process = process;
    this.requests = process.outputWriter(StandardCharsets.UTF_8);
    this.answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  static PulsarStores start(
      PulsarClassPath pulsar, Path directory, String connect, String endpoint, Batching batching) {
    try {
      Files.createDirectories(directory);
      Path source = directory.resolve("Oracle.java");
      try (InputStream in = PulsarStores.class.getResourceAsStream("/oracle/Oracle.java")) {
        Files.copy(java.util.Objects.requireNonNull(in), source);
      }
      String classes = pulsar.jars() + "/*";
      run(
          List.of(
              "javac", "-nowarn", "-cp", classes, "-d", directory.toString(), source.toString()));
      ProcessBuilder builder =
          new ProcessBuilder(
              List.of(
                  "java",
                  "-XX:+UseSerialGC",
                  "-XX:TieredStopAtLevel=1",
                  "-Xmx512m",
                  "-cp",
                  directory + ":" + classes,
                  "Oracle",
                  "zk:" + connect,
                  "etcd:" + endpoint,
                  Integer.toString(batching.operations()),
                  Integer.toString(batching.delayMillis())));
      builder.redirectError(directory.resolve("oracle.log").toFile());
      PulsarStores stores = new PulsarStores(builder.start());
      stores.awaitReady();
      return stores;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitReady() throws IOException {
    String line = answers.readLine();
    while (line != null && !line.equals("ready")) {
      line = answers.readLine();
    }
    if (line == null) {
      throw new IllegalStateException("Pulsar's stores did not start; see oracle.log");
    }
  }

  private static void run(List<String> command) throws IOException {
    Process compiler = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (compiler.onExit().join().exitValue() != 0) {
      throw new IllegalStateException("javac failed: " + output);
    }
  }

  /** One answer for each path, in order. */
  List<String> ask(Which which, String operation, List<String> paths) {
    List<String> all = new ArrayList<>(paths.size());
    for (int i = 0; i < paths.size(); i += BATCH) {
      List<String> some = paths.subList(i, Math.min(paths.size(), i + BATCH));
      some.forEach(path -> send(which, operation, path));
      flush();
      some.forEach(path -> all.add(receive()));
    }
    return all;
  }

  /** One answer to one question. */
  String ask(Which which, String operation, String path, String... arguments) {
    send(which, operation, path, arguments);
    flush();
    return receive();
  }

  private void send(Which which, String operation, String path, String... arguments) {
    List<String> words = new ArrayList<>(List.of(Integer.toString(next++), which.word()));
    words.add(operation);
    words.add(path);
    words.addAll(List.of(arguments));
    try {
      requests.write(String.join("\t", words) + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void flush() {
    try {
      requests.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String receive() {
    try {
      String line = answers.readLine();
      while (line != null && line.indexOf('\t') < 0) {
        line = answers.readLine();
      }
      if (line == null) {
        throw new IllegalStateException("Pulsar's stores ended; see oracle.log");
      }
      return line.substring(line.indexOf('\t') + 1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }
}
