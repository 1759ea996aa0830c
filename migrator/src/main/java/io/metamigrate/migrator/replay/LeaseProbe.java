package io.metamigrate.migrator.replay;

import io.etcd.jetcd.options.LeaseOption;
import io.metamigrate.verifier.store.EtcdConnection;
import io.metamigrate.verifier.store.EtcdSettings;
import io.metamigrate.verifier.store.StoreException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Distinguishes two etcds that were never written to and have the same cluster id, as any two with
 * the same flags: a lease that one endpoint granted is known at every endpoint of the same etcd,
 * since each of them asks the leader. No key and no revision is changed by it.
 */
public final class LeaseProbe {
  private static final Duration TIMEOUT = Duration.ofSeconds(3);
  private static final long SECONDS = 10;

  private LeaseProbe() {}

  /**
   * Two endpoints that lead to different etcds, in words; empty where there are none, or where it
   * cannot be tried.
   *
   * @param endpoints that answer
   */
  public static Optional<String> difference(EtcdSettings settings, List<String> endpoints) {
    String first = endpoints.get(0);
    try (EtcdConnection granting = EtcdConnection.open(settings.at(first).withPatience(TIMEOUT))) {
      long lease =
          granting.await("lease", granting.client().getLeaseClient().grant(SECONDS)).getID();
      try {
        for (String endpoint : endpoints.subList(1, endpoints.size())) {
          if (!isKnown(lease, settings.at(endpoint))) {
            return Optional.of(
                "a lease that %s granted is not known at %s".formatted(first, endpoint));
          }
        }
        return Optional.empty();
      } finally {
        granting.await("release of a lease", granting.client().getLeaseClient().revoke(lease));
      }
    } catch (StoreException e) {
      return Optional.empty();
    }
  }

  private static boolean isKnown(long lease, EtcdSettings settings) {
    try (EtcdConnection asking = EtcdConnection.open(settings.withPatience(TIMEOUT))) {
      return asking
              .await(
                  "lease", asking.client().getLeaseClient().timeToLive(lease, LeaseOption.DEFAULT))
              .getTTL()
          > 0;
    }
  }
}
