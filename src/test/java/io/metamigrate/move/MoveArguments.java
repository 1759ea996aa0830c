package io.metamigrate.move;

import io.metamigrate.lab.CommandLineRun;
import io.metamigrate.lab.EtcdServer;
import io.metamigrate.lab.ZooKeeperServer;
import java.util.ArrayList;
import java.util.List;

/** The flags that every command of a move from this ZooKeeper to this etcd has in common. */
record MoveArguments(ZooKeeperServer from, EtcdServer to, String version) {

  CommandLineRun migrate(String command, String... more) {
    List<String> arguments = new ArrayList<>(List.of(command));
    arguments.addAll(List.of("--zookeeper", from.connect(), "--etcd", to.endpoint()));
    arguments.addAll(List.of("--cluster", "c1", "--pulsar-version", version, "--output", "json"));
    arguments.addAll(List.of(more));
    if (command.equals("run") && version.startsWith("2.10.")) {
      // the lab runs no AutoRecovery, which 2.10 could not take along
      arguments.addAll(List.of("--accept", "AUTORECOVERY_NEEDS_ZOOKEEPER"));
    }
    return CommandLineRun.migrate(arguments.toArray(String[]::new));
  }
}
