package io.metamigrate.migrator.deployment;

import java.util.Locale;

/** What the operator runs for a workload that the move does not drive, and when. Pure. */
final class OperatorCommand {
  /** What has to be done, and when. */
  enum Moment {
    /** Before the window: addresses of brokers instead of that of ZooKeeper. */
    GIVE_BROKERS,
    /** Before the window: no address of ZooKeeper. */
    TAKE_AWAY,
    /** Before the window: stopped, and not restarted by anything. */
    STOP_BEFORE,
    /** In the window, by the hooks around it. */
    IN_THE_WINDOW,
    NONE
  }

  private OperatorCommand() {}

  /**
   * The command, to be printed after its reason.
   *
   * @param setting the variable with the address
   * @return empty if there is none for this kind of workload
   */
  static String of(Workload workload, Moment moment, String setting) {
    if (workload.kind().equals("service")) {
      return compose(workload.name(), moment);
    }
    return switch (workload.kind()) {
      case "Deployment", "StatefulSet" ->
          kubernetes(
              workload.kind().toLowerCase(Locale.ROOT) + "/" + workload.name(), moment, setting);
      default -> "";
    };
  }

  /** An empty variable wins over one of a ConfigMap; a removed one does not. */
  private static String kubernetes(String object, Moment moment, String setting) {
    return switch (moment) {
      case GIVE_BROKERS ->
          ": `kubectl set env %s brokerServiceURL=pulsar://BROKERS:6650 brokerWebServiceURL=http://BROKERS:8080 %s=`"
              .formatted(object, setting);
      case TAKE_AWAY -> ": `kubectl set env %s %s=`".formatted(object, setting);
      case STOP_BEFORE -> ": `kubectl scale %s --replicas=0`".formatted(object);
      case IN_THE_WINDOW ->
          ": `kubectl scale %s --replicas=0` in hooks.stopMetadataWriters, `kubectl set env %s %s= metadataStoreUrl=etcd:...` and `kubectl scale %s --replicas=N` in hooks.startMetadataWriters"
              .formatted(object, object, setting, object);
      case NONE -> "";
    };
  }

  private static String compose(String service, Moment moment) {
    return switch (moment) {
      case GIVE_BROKERS, TAKE_AWAY ->
          ": edit its service, then `docker compose up -d --no-deps %s`".formatted(service);
      case STOP_BEFORE -> ": `docker compose stop %s`".formatted(service);
      case IN_THE_WINDOW ->
          ": `docker compose stop %s` in hooks.stopMetadataWriters, `docker compose up -d --no-deps %s` with its new settings in hooks.startMetadataWriters"
              .formatted(service, service);
      case NONE -> "";
    };
  }
}
