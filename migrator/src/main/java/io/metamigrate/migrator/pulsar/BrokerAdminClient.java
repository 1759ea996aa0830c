package io.metamigrate.migrator.pulsar;

import io.metamigrate.migrator.config.AdminConfig;
import io.metamigrate.migrator.plan.ClusterFacts;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.pulsar.client.admin.PulsarAdmin;
import org.apache.pulsar.client.admin.PulsarAdminException;
import org.apache.pulsar.client.api.PulsarClientException;

/** Asks a broker for its version and for the settings that a plan uses. */
final class BrokerAdminClient {
  /** Nothing else of a broker's configuration is kept: it holds secrets. */
  private static final Set<String> KEPT =
      Set.of(
          "clusterName",
          "metadataStoreUrl",
          "configurationMetadataStoreUrl",
          "bookkeeperMetadataServiceUri",
          "metadataStoreBatchingMaxOperations",
          "metadataStoreSessionTimeoutMillis",
          "metadataSyncEventTopic",
          "configurationMetadataSyncEventTopic",
          "functionsWorkerEnabled",
          "enablePackagesManagement",
          "packagesManagementStorageProvider",
          "loadManagerClassName",
          "loadManagerServiceUnitStateTableViewClassName",
          "managedLedgerDefaultEnsembleSize",
          "managedLedgerDefaultWriteQuorum",
          "managedLedgerDefaultAckQuorum",
          "brokerShutdownTimeoutMs");

  private static final Duration CONNECT = Duration.ofSeconds(3);
  private static final Duration REQUEST = Duration.ofSeconds(8);

  private final AdminConfig config;

  BrokerAdminClient(AdminConfig config) {
    this.config = config;
  }

  ClusterFacts.Broker ask(String id, URI url) {
    try (PulsarAdmin admin = AdminClients.open(config, url, CONNECT, REQUEST)) {
      Optional<String> version = Optional.of(admin.brokers().getVersion().strip());
      try {
        Map<String, String> kept = new TreeMap<>(admin.brokers().getRuntimeConfigurations());
        kept.keySet().retainAll(KEPT);
        kept.values().removeIf(java.util.Objects::isNull);
        return new ClusterFacts.Broker(id, version, kept, Optional.empty());
      } catch (PulsarAdminException e) {
        return new ClusterFacts.Broker(
            id,
            version,
            Map.of(),
            Optional.of("answers, but refuses its settings: " + AdminClients.reason(e)));
      }
    } catch (PulsarAdminException | PulsarClientException e) {
      return ClusterFacts.Broker.silent(id, "%s: %s".formatted(url, AdminClients.reason(e)));
    }
  }
}
