package io.metamigrate.migrator.cli;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.config.ConfigurationException;
import io.metamigrate.migrator.config.Fault;
import io.metamigrate.migrator.demo.LocalEtcd;
import io.metamigrate.migrator.demo.LocalZooKeeper;
import io.metamigrate.migrator.demo.PulsarTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code migrate demo}: a complete migration on one machine, on servers that it starts itself. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description =
        "Starts a ZooKeeper with a realistic Pulsar tree and an etcd, and runs plan, run and verify"
            + " on them.")
final class DemoCommand extends BareCommand {
  private static final long SEED = 20_100;

  @Option(
      names = "--znodes",
      paramLabel = "N",
      description = "the number of znodes in the tree (default: 3000)")
  private int znodes = PulsarTree.DEFAULT_ZNODES;

  @Option(names = "--keep", description = "keep both servers running until Ctrl-C")
  private boolean keep;

  @Override
  ExitCode execute() {
    if (znodes < PulsarTree.SMALLEST) {
      console().error("--znodes must be at least " + PulsarTree.SMALLEST + ": " + znodes);
      return ExitCode.USAGE;
    }
    List<String> variables = Configuration.variables(System.getenv());
    if (!variables.isEmpty()) {
      throw new ConfigurationException(
          new Fault(
              String.join(", ", variables),
              "",
              "the demo uses its own settings; start it without these variables, with env -u"
                  + " NAME"));
    }
    Path directory = scratch();
    Thread cleaner = new Thread(() -> delete(directory), "demo-clean-up");
    Runtime.getRuntime().addShutdownHook(cleaner);
    try (LocalZooKeeper zookeeper = LocalZooKeeper.start(directory.resolve("zookeeper"));
        LocalEtcd etcd = LocalEtcd.start(directory.resolve("etcd"));
        PulsarTree tree = PulsarTree.fill(zookeeper.connectString(), znodes, SEED)) {
      console()
          .info(
              "ZooKeeper at %s with a Pulsar tree of %,d znodes, etcd at %s"
                  .formatted(zookeeper.connectString(), tree.znodes(), etcd.endpoint()));
      List<String> stores =
          List.of(
              "--zookeeper",
              zookeeper.connectString(),
              "--etcd",
              etcd.endpoint(),
              "--pulsar-version",
              "3.0.8");
      return runDemo(stores);
    }
  }

  private ExitCode runDemo(List<String> stores) {
    for (List<String> command :
        List.of(List.of("plan"), List.of("run", "--once"), List.of("verify"))) {
      List<String> line = new ArrayList<>(command);
      line.addAll(stores);
      console().info("\n$ migrate " + String.join(" ", line));
      int code = Migrate.run(console(), line.toArray(String[]::new));
      if (code != ExitCode.DONE.code()) {
        console().error("the demo stopped: exit code " + code);
        return exit(code);
      }
    }
    console().info("\nLook around, for example:");
    for (String path : List.of("/ledgers/INSTANCEID", "/ledgers/idgen", "/managed-ledgers")) {
      console().info("  migrate inspect " + path + " " + String.join(" ", stores.subList(0, 4)));
    }
    if (keep) {
      console().info("Both servers run until Ctrl-C.");
      awaitInterrupt();
    } else {
      console().info("(both servers have been stopped; `migrate demo --keep` leaves them running)");
    }
    return ExitCode.DONE;
  }

  private static ExitCode exit(int code) {
    return Optional.of(code)
        .flatMap(c -> Stream.of(ExitCode.values()).filter(exit -> exit.code() == c).findFirst())
        .orElse(ExitCode.INTERNAL_ERROR);
  }

  private static void awaitInterrupt() {
    try {
      Thread.currentThread().join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Path scratch() {
    try {
      return Files.createTempDirectory("metamigrate-demo-");
    } catch (IOException e) {
      throw new UncheckedIOException("no temporary directory for the demo", e);
    }
  }

  private static void delete(Path directory) {
    try (Stream<Path> all = Files.walk(directory)) {
      all.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
    } catch (IOException e) {
      System.err.println("could not delete " + directory + ": " + e.getMessage());
    }
  }
}
