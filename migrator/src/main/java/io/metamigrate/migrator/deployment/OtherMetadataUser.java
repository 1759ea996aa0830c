package io.metamigrate.migrator.deployment;

import io.metamigrate.migrator.deployment.DeploymentFinding.Severity;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** A workload that the move does not drive has an address of ZooKeeper among its settings. */
final class OtherMetadataUser implements DeploymentRule {
  static final String ID = "OTHER_METADATA_USER";

  private static final List<String> SETTINGS =
      List.of(
          "zookeeperServers",
          "configurationStoreServers",
          "globalZookeeperServers",
          "metadataStoreUrl",
          "configurationMetadataStoreUrl",
          "zkServers",
          "metadataServiceUri",
          "bookkeeperMetadataServiceUri");

  /** Options of a proxy's command for the same. */
  private static final Set<String> OPTIONS =
      Set.of(
          "-zk",
          "--zookeeper-servers",
          "-gzk",
          "--global-zookeeper-servers",
          "-cs",
          "--configuration-store-servers",
          "-md",
          "--metadata-store",
          "-cms",
          "--configuration-metadata-store");

  /** Prefix of variables that {@code gen-yml-from-env.py} writes to a function worker's file. */
  private static final String FUNCTIONS = "PF_";

  private static final String BROKERS = "brokerServiceURL";

  /** What kinds there are, by a word of their command, and what must happen when. */
  private enum UserKind {
    WEBSOCKET(
        "websocket",
        Severity.WARNING,
        "stop it before the brokers stop, and start it with the settings of a broker afterwards",
        OperatorCommand.Moment.IN_THE_WINDOW),
    PROXY_WITHOUT_BROKER_URL(
        "proxy",
        Severity.CONFIRM,
        "before the window, give it brokerServiceURL and brokerWebServiceURL, remove the setting,"
            + " and restart it; confirm if its clients may be cut off",
        OperatorCommand.Moment.GIVE_BROKERS),
    PROXY(
        "proxy",
        Severity.WARNING,
        "it has brokerServiceURL: before the window remove the setting, and restart it",
        OperatorCommand.Moment.TAKE_AWAY),
    FUNCTION_WORKER(
        "functions-worker",
        Severity.CONFIRM,
        "it needs ZooKeeper in every version: stop it before the window, and run functions in the"
            + " brokers afterwards; name it in cutover.metadataWriters.functionWorkers or confirm",
        OperatorCommand.Moment.STOP_BEFORE),
    AUTORECOVERY(
        "autorecovery",
        Severity.CONFIRM,
        "it writes metadata: name it in cutover.metadataWriters.autoRecovery and cutover.driver, or"
            + " stop it before the window and confirm",
        OperatorCommand.Moment.STOP_BEFORE),
    MANAGER(
        "pulsar-manager",
        Severity.WARNING,
        "it may keep its settings if it only asks brokers; check it before ZooKeeper is removed",
        OperatorCommand.Moment.NONE),
    OTHER(
        "",
        Severity.WARNING,
        "find out what it does with ZooKeeper; stop it before the window if it writes",
        OperatorCommand.Moment.NONE);

    private final String word;
    private final Severity level;
    private final String remedy;
    private final OperatorCommand.Moment moment;

    UserKind(String word, Severity level, String remedy, OperatorCommand.Moment moment) {
      this.word = word;
      this.level = level;
      this.remedy = remedy;
      this.moment = moment;
    }
  }

  @Override
  public List<DeploymentFinding> findings(Workload workload) {
    if (workload.role() != Role.OTHER) {
      return List.of();
    }
    return workload.servers().flatMap(container -> finding(workload, container).stream()).toList();
  }

  private static Optional<String> option(Container container) {
    return container.commands().stream()
        .filter(command -> command.has("proxy") && !command.toString().contains("etcd:"))
        .flatMap(command -> command.words().stream())
        .map(word -> word.replaceFirst("=.*", ""))
        .filter(OPTIONS::contains)
        .findFirst();
  }

  private static Optional<DeploymentFinding> finding(Workload workload, Container container) {
    boolean isZooKeeper =
        container.commands().stream()
            .anyMatch(command -> command.has("zookeeper") || command.has("configuration-store"));
    Optional<String> setting =
        SETTINGS.stream()
            .flatMap(name -> Stream.of(name, FUNCTIONS + name))
            .filter(
                name ->
                    container.setting(name).filter(value -> !value.contains("etcd:")).isPresent())
            .findFirst()
            .or(() -> option(container));
    if (isZooKeeper || setting.isEmpty()) {
      return Optional.empty();
    }
    UserKind kind =
        Stream.of(UserKind.values())
            .filter(one -> (container.command() + " " + workload.name()).contains(one.word))
            .filter(
                one ->
                    one != UserKind.PROXY_WITHOUT_BROKER_URL
                        || container.setting(BROKERS).isEmpty())
            .findFirst()
            .orElse(UserKind.OTHER);
    return Optional.of(
        DeploymentFinding.of(
            ID,
            kind.level,
            workload,
            container,
            "has "
                + setting.get()
                + (kind == UserKind.PROXY_WITHOUT_BROKER_URL
                    ? " and no "
                        + BROKERS
                        + ", so it looks for brokers in ZooKeeper, where none are after the move"
                    : " and is not a node of this move"),
            kind.remedy + OperatorCommand.of(workload, kind.moment, setting.get())));
  }
}
