package io.metamigrate.lab;

import java.util.ArrayList;
import java.util.List;

/**
 * The flags that every command of a move has in common.
 *
 * @param connect of the ZooKeeper
 * @param endpoint of the etcd
 * @param version of Pulsar
 * @param cluster its name in {@code /admin/clusters}
 */
public record MoveArguments(String connect, String endpoint, String version, String cluster) {
  /** Of the lab's own clusters. */
  MoveArguments(String connect, String endpoint, String version) {
    this(connect, endpoint, version, "c1");
  }

  public MoveArguments(ZooKeeperServer from, EtcdServer to, String version) {
    this(from.connect(), to.endpoint(), version);
  }

  /** One command with its result as JSON. */
  public CommandLineRun migrate(String command, String... more) {
    List<String> arguments = new ArrayList<>(List.of(command));
    arguments.addAll(List.of("--zookeeper", connect, "--etcd", endpoint));
    arguments.addAll(
        List.of("--cluster", cluster, "--pulsar-version", version, "--output", "json"));
    arguments.addAll(List.of(more));
    if (command.equals("run")) {
      // the lab runs no AutoRecovery, which 2.10 could not take along, and repairs etcd clients
      arguments.addAll(List.of("--accept", "AUTORECOVERY_NEEDS_ZOOKEEPER"));
      arguments.addAll(List.of("--accept", "BROKEN_ETCD_CLIENT_RELEASE"));
    }
    return CommandLineRun.migrate(arguments.toArray(String[]::new));
  }
}
