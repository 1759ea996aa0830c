package io.metamigrate.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a server or set-up tool of a Pulsar version is started: its class path, a small heap, and the
 * flags that {@code bin/pulsar} and {@code bin/bookkeeper} give.
 */
record JavaServer(String classPath) {
  private static final List<String> FLAGS =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-XX:-UsePerfData",
          "-Djava.net.preferIPv4Stack=true",
          "-Dio.netty.leakDetectionLevel=disabled",
          "-Dio.netty.tryReflectionSetAccessible=true",
          "-Dzookeeper.4lw.commands.whitelist=*",
          "-Dzookeeper.admin.enableServer=false",
          // a killed process loses nothing by that, only a machine without power would
          "-Dzookeeper.forceSync=no",
          "-Dbookkeeper.metadata.bookie.drivers="
              + "org.apache.pulsar.metadata.bookkeeper.PulsarMetadataBookieDriver",
          "-Dbookkeeper.metadata.client.drivers="
              + "org.apache.pulsar.metadata.bookkeeper.PulsarMetadataClientDriver",
          "--add-opens=java.base/java.io=ALL-UNNAMED",
          "--add-opens=java.base/java.util.zip=ALL-UNNAMED",
          "--add-opens=java.base/java.nio=ALL-UNNAMED",
          "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
          "--add-opens=java.base/jdk.internal.platform=ALL-UNNAMED",
          "--add-opens=java.base/sun.net=ALL-UNNAMED",
          "--add-opens=java.management/sun.management=ALL-UNNAMED");

  static JavaServer of(PulsarClassPath pulsar) {
    return new JavaServer(pulsar.asArgument());
  }

  /** The command line of a long-running server that keeps everything in {@code directory}. */
  LabProcess process(String name, Path directory, int heapMegabytes, String main, String... args) {
    return process(name, directory, heapMegabytes, List.of(), main, args);
  }

  /**
   * The same with system properties.
   *
   * @param properties as {@code -Dname=value}
   */
  LabProcess process(
      String name,
      Path directory,
      int heapMegabytes,
      List<String> properties,
      String main,
      String... args) {
    List<String> command = command(directory, heapMegabytes, main);
    command.addAll(List.of(args));
    return new LabProcess(
        name,
        directory,
        command,
        properties.isEmpty()
            ? Map.of()
            : Map.of("JAVA_TOOL_OPTIONS", String.join(" ", properties)));
  }

  /** Runs a tool to its end; its output is part of the error when it fails. */
  void run(Path directory, String main, String... args) {
    List<String> command = command(directory, 192, main);
    command.addAll(List.of(args));
    try {
      Path log = directory.resolve(main.substring(main.lastIndexOf('.') + 1) + ".log");
      int exit =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start()
              .waitFor();
      if (exit != 0) {
        throw new IllegalStateException(
            main + " ended with exit code " + exit + ":\n" + Files.readString(log));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while " + main + " ran", e);
    }
  }

  private List<String> command(Path directory, int heapMegabytes, String main) {
    Path logging = directory.resolve("log4j2.xml");
    try (InputStream in = JavaServer.class.getResourceAsStream("/lab-log4j2.xml")) {
      Files.createDirectories(directory);
      Files.copy(
          Optional.ofNullable(in).orElseThrow(), logging, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(FLAGS);
    command.add("-Xmx" + heapMegabytes + "m");
    command.add("-Dlog4j.configurationFile=" + logging);
    command.add("-cp");
    command.add(classPath);
    command.add(main);
    return command;
  }
}
