package io.metamigrate.verifier.store;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * How full etcd is. A member refuses writes when its backend's file, free pages included, reaches
 * the quota (etcd {@code BackendQuota.Available}), and one member that refuses is enough. The quota
 * is reported by metrics only ({@code etcd_server_quota_backend_bytes}); a member that does not
 * serve them at its client address is left out. For one thread.
 */
public final class EtcdBackend {
  private final EtcdConnection connection;

  public EtcdBackend(EtcdConnection connection) {
    this.connection = connection;
  }

  /**
   * In bytes.
   *
   * @param used the size of the file, free pages included
   * @param quota at least 1
   */
  public record Usage(long used, long quota) {
    private boolean isAbove(Usage other) {
      return (double) used / quota > (double) other.used / other.quota;
    }
  }

  /**
   * The usage of the fullest member; empty if none is known.
   *
   * @throws StoreException when a member does not answer
   */
  public Optional<Usage> usage() {
    Optional<Usage> fullest = Optional.empty();
    for (String endpoint : connection.settings().endpoints()) {
      OptionalLong quota = quota(endpoint);
      if (quota.isPresent()) {
        Usage fill = new Usage(used(endpoint), quota.getAsLong());
        fullest = fullest.filter(other -> !fill.isAbove(other)).or(() -> Optional.of(fill));
      }
    }
    return fullest;
  }

  private long used(String endpoint) {
    return connection
        .await("status", connection.client().getMaintenanceClient().statusMember(endpoint))
        .getDbSize();
  }

  /** Asked each time: a member that is started again may have another one. */
  private OptionalLong quota(String endpoint) {
    return EtcdWeb.metrics(endpoint, EtcdReachability.files(connection.settings()))
        .map(EtcdServerFacts.ServerMetrics::quotaBytes)
        .orElse(OptionalLong.empty());
  }
}
