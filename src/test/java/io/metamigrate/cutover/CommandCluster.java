package io.metamigrate.cutover;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/** A cluster of stand-ins that {@code migrate} processes move by the command driver. */
public final class CommandCluster implements AutoCloseable {
  private final TestBed bed;
  private final CommandNodes nodes;
  private final Path config;

  /**
   * Starts its bookies and brokers on ZooKeeper.
   *
   * @param plain address of ZooKeeper for the stand-ins
   * @param blocks {@code cluster}, {@code source} and {@code target}, after the chroot
   */
  public CommandCluster(Path folder, String plain, UnaryOperator<String> blocks) throws Exception {
    Files.createDirectories(folder);
    bed = TestBed.secured(folder, plain, blocks);
    bed.bookies.forEach(bookie -> bookie.reportsSettings = true);
    nodes = CommandNodes.start(folder.resolve("commands"), bed);
    config = nodes.config("move.yaml");
  }

  /** The complete configuration. */
  public Path config() {
    return config;
  }

  @Override
  public void close() {
    nodes.close();
    bed.close();
  }
}
