package io.metamigrate.migrator.replay;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.options.LeaseOption;
import io.etcd.jetcd.options.PutOption;
import io.metamigrate.verifier.store.EtcdConnection;
import io.metamigrate.verifier.store.EtcdSettings;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.StoreException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Distinguishes two etcds that look the same: never written to and started with the same flags, or
 * one a copy of the other's data. A lease that one endpoint granted is known at every endpoint of
 * the same etcd, since each of them asks the leader (etcd {@code EtcdServer.LeaseTimeToLive}). No
 * key and no revision is changed by it.
 */
public final class LeaseProbe {
  private static final Logger LOG = LoggerFactory.getLogger(LeaseProbe.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(3);
  private static final long SECONDS = 10;

  /** A leader that has just been elected may not have applied the grant yet. */
  private static final int ATTEMPTS = 5;

  private static final long RETRY_MILLIS = 200;

  private LeaseProbe() {}

  /**
   * Two endpoints that lead to different etcds, in words; empty if there are none, or if it cannot
   * be tried.
   *
   * @param endpoints that answer
   */
  public static Optional<String> difference(EtcdSettings settings, List<String> endpoints) {
    return difference(settings, endpoints, false);
  }

  /**
   * The same with a key that expires with the lease. It also distinguishes a proxy that adds a
   * prefix to every key ({@code etcd grpc-proxy --namespace}) from the etcd behind it.
   */
  public static Optional<String> differenceOfKeys(EtcdSettings settings, List<String> endpoints) {
    return difference(settings, endpoints, true);
  }

  private static Optional<String> difference(
      EtcdSettings settings, List<String> endpoints, boolean withKey) {
    String first = endpoints.get(0);
    try (EtcdConnection granting = EtcdConnection.open(settings.at(first).withTimeout(TIMEOUT))) {
      long lease =
          granting.await("lease", granting.client().getLeaseClient().grant(SECONDS)).getID();
      try {
        if (withKey) {
          put(granting, lease);
        }
        for (String endpoint : endpoints.subList(1, endpoints.size())) {
          Optional<String> difference =
              difference(lease, first, settings.at(endpoint).withTimeout(TIMEOUT), withKey);
          if (difference.isPresent()) {
            return difference;
          }
        }
        return Optional.empty();
      } finally {
        revoke(granting, lease);
      }
    } catch (StoreException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> difference(
      long lease, String first, EtcdSettings other, boolean withKey) {
    String endpoint = other.endpoints().get(0);
    try (EtcdConnection asking = EtcdConnection.open(other)) {
      if (!isKnown(lease, asking)) {
        return Optional.of("a lease that %s granted is not known at %s".formatted(first, endpoint));
      }
      return withKey && !isSeen(lease, asking)
          ? Optional.of(
              "a key that was put at %s does not exist at %s; one of them may be a proxy that adds a prefix to keys (`etcd grpc-proxy --namespace`)"
                  .formatted(first, endpoint))
          : Optional.empty();
    }
  }

  /** What cannot be revoked ends by itself; it takes no answer back. */
  private static void revoke(EtcdConnection granting, long lease) {
    try {
      granting.await("release of a lease", granting.client().getLeaseClient().revoke(lease));
    } catch (StoreException e) {
      LOG.atDebug().addKeyValue("cause", e.getMessage()).log("a lease was not revoked");
    }
  }

  private static void put(EtcdConnection granting, long lease) {
    granting.await(
        "probe key",
        granting
            .client()
            .getKVClient()
            .put(key(lease), ByteSequence.EMPTY, PutOption.builder().withLeaseId(lease).build()));
  }

  /** Unique to the lease, so processes that start at the same time do not share it. */
  private static ByteSequence key(long lease) {
    return ReservedKeys.key("probe-" + Long.toHexString(lease));
  }

  private static boolean isSeen(long lease, EtcdConnection asking) {
    return asking.await("probe key", asking.client().getKVClient().get(key(lease))).getCount() > 0;
  }

  private static boolean isKnown(long lease, EtcdConnection asking) {
    try {
      for (int i = 1; !isAlive(lease, asking); i++) {
        if (i == ATTEMPTS) {
          return false;
        }
        Thread.sleep(RETRY_MILLIS);
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException(Store.ETCD, "interrupted while waiting for etcd", e);
    }
  }

  private static boolean isAlive(long lease, EtcdConnection asking) {
    return asking
            .await("lease", asking.client().getLeaseClient().timeToLive(lease, LeaseOption.DEFAULT))
            .getTTL()
        > 0;
  }
}
