package io.metamigrate.migrator.deployment;

import io.metamigrate.migrator.deployment.DeploymentFinding.Severity;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A container waits for ZooKeeper before its server starts, or a probe of it asks ZooKeeper. */
final class AsksZooKeeperAtStart implements DeploymentRule {
  static final String ID = "ASKS_ZOOKEEPER_AT_START";

  /** Its programs, its ports, and its commands of four letters. */
  private static final Pattern ASKS =
      Pattern.compile("zookeeper|zkcli|\\b2[12]8[12]\\b|\\b(?:ruok|srvr|mntr)\\b");

  private static final List<String> SERVERS =
      List.of("proxy", "websocket", "functions-worker", "autorecovery");

  /** Properties of a server in Java, which are about its own client. */
  private static final Pattern OPTION = Pattern.compile("-D\\S+");

  @Override
  public List<DeploymentFinding> findings(Workload workload) {
    if (!workload.role().isDriven() && !servesClients(workload)) {
      return List.of();
    }
    return workload.containers().stream()
        .flatMap(container -> finding(workload, container).stream())
        .toList();
  }

  /**
   * Whether it is a Pulsar server that the move does not restart but that must start afterwards.
   */
  private static boolean servesClients(Workload workload) {
    return workload
        .servers()
        .flatMap(container -> container.commands().stream())
        .anyMatch(command -> SERVERS.stream().anyMatch(command::has));
  }

  private static Optional<DeploymentFinding> finding(Workload workload, Container container) {
    // OtherMetadataUser reports an address in the command of such a server
    boolean waits = workload.role().isDriven() || container.init();
    if (waits && (asks(container.command()) || asksForBookies(workload, container))) {
      return Optional.of(
          DeploymentFinding.of(
              ID,
              Severity.WARNING,
              workload,
              container,
              "contacts ZooKeeper in its own command, before its server starts",
              "ZooKeeper must answer reads until this command is changed; change it before"
                  + " ZooKeeper is removed"));
    }
    return asks(container.hooks())
        ? Optional.of(
            DeploymentFinding.of(
                ID,
                Severity.WARNING,
                workload,
                container,
                "asks ZooKeeper in a probe or hook, which fails once ZooKeeper is gone",
                "change it before ZooKeeper is removed, or the container is restarted again and"
                    + " again"))
        : Optional.empty();
  }

  /** By settings of bookies, which a move does not change in a set of brokers. */
  private static boolean asksForBookies(Workload workload, Container container) {
    return workload.role() == Role.BROKER
        && container.command().contains("bookkeeper shell")
        && Stream.of("metadataServiceUri", "zkServers")
            .flatMap(setting -> container.setting(setting).stream())
            .anyMatch(address -> !address.contains("etcd:"));
  }

  private static boolean asks(String command) {
    return ASKS.matcher(OPTION.matcher(command).replaceAll("").toLowerCase(Locale.ROOT)).find();
  }
}
