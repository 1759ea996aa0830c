package io.metamigrate.verifier.store;

import io.etcd.jetcd.Maintenance;
import io.etcd.jetcd.maintenance.StatusResponse;
import java.util.List;
import java.util.Optional;

/** Asks etcd about itself. */
public final class TargetSurvey {
  private static final String OWN_PREFIX = "metamigrate/";
  private static final String OWN_END = "metamigrate0";

  private TargetSurvey() {}

  public static TargetFacts of(EtcdConnection connection, Scope scope) {
    EtcdReader reader = new EtcdReader(connection);
    long paths = reader.count("/", "0");
    long inScope =
        scope.equals(Scope.ALL)
            ? paths
            : scope.include().stream().mapToLong(root -> inScope(reader, root, scope)).sum();
    long own = reader.count(OWN_PREFIX, OWN_END);
    Optional<StatusResponse> status = status(connection);
    return new TargetFacts(
        connection.settings().endpoints(),
        status.map(StatusResponse::getVersion),
        status.map(s -> s.getHeader().getClusterId()).orElse(0L),
        status.map(StatusResponse::getDbSize).orElse(0L),
        alarms(connection),
        inScope,
        reader.countAll() - inScope - own);
  }

  private static long inScope(EtcdReader reader, ZkPath root, Scope scope) {
    String from = root.value();
    String to = root.equals(ZkPath.ROOT) ? "0" : root.value() + "0";
    return reader.range(from, to, Optional.empty()).stream()
        .filter(entry -> scope.contains(entry.path()))
        .count();
  }

  private static Optional<StatusResponse> status(EtcdConnection connection) {
    try {
      Maintenance maintenance = connection.client().getMaintenanceClient();
      String endpoint = connection.settings().endpoints().get(0);
      return Optional.of(connection.await("status", maintenance.statusMember(endpoint)));
    } catch (StoreException e) {
      return Optional.empty();
    }
  }

  private static List<String> alarms(EtcdConnection connection) {
    try {
      return connection
          .await("alarms", connection.client().getMaintenanceClient().listAlarms())
          .getAlarms()
          .stream()
          .map(alarm -> alarm.getAlarmType().name())
          .toList();
    } catch (StoreException e) {
      return List.of();
    }
  }
}
