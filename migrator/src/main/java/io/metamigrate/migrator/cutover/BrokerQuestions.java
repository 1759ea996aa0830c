package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.config.AdminConfig;
import io.metamigrate.migrator.config.SecretFile;
import io.metamigrate.migrator.plan.ClusterFacts;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.pulsar.client.admin.PulsarAdmin;
import org.apache.pulsar.client.admin.PulsarAdminBuilder;
import org.apache.pulsar.client.admin.PulsarAdminException;
import org.apache.pulsar.client.api.AuthenticationFactory;
import org.apache.pulsar.client.api.PulsarClientException;

/** Asks a broker for its version and for the settings that a plan looks at. */
final class BrokerQuestions {
  /** Nothing else of a broker's configuration is kept: it holds secrets. */
  private static final Set<String> KEPT =
      Set.of(
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

  private static final int CONNECT_SECONDS = 3;
  private static final int REQUEST_SECONDS = 8;

  private final AdminConfig config;

  BrokerQuestions(AdminConfig config) {
    this.config = config;
  }

  ClusterFacts.Broker ask(String id, URI url) {
    try (PulsarAdmin admin = admin(url)) {
      Optional<String> version = Optional.of(admin.brokers().getVersion().strip());
      try {
        Map<String, String> kept = new TreeMap<>(admin.brokers().getRuntimeConfigurations());
        kept.keySet().retainAll(KEPT);
        kept.values().removeIf(java.util.Objects::isNull);
        return new ClusterFacts.Broker(id, version, kept, Optional.empty());
      } catch (PulsarAdminException e) {
        return new ClusterFacts.Broker(
            id, version, Map.of(), Optional.of("settings refused: " + reason(e)));
      }
    } catch (PulsarAdminException | PulsarClientException e) {
      return ClusterFacts.Broker.silent(id, "%s: %s".formatted(url, reason(e)));
    }
  }

  private PulsarAdmin admin(URI url) throws PulsarClientException {
    PulsarAdminBuilder builder =
        PulsarAdmin.builder()
            .serviceHttpUrl(url.toString())
            .connectionTimeout(CONNECT_SECONDS, TimeUnit.SECONDS)
            .requestTimeout(REQUEST_SECONDS, TimeUnit.SECONDS)
            .readTimeout(REQUEST_SECONDS, TimeUnit.SECONDS);
    config
        .tokenFile()
        .map(SecretFile::read)
        .ifPresent(token -> builder.authentication(AuthenticationFactory.token(token)));
    config.tls().trust().ifPresent(file -> builder.tlsTrustCertsFilePath(file.toString()));
    config.tls().certificate().ifPresent(file -> builder.tlsCertificateFilePath(file.toString()));
    config.tls().key().ifPresent(file -> builder.tlsKeyFilePath(file.toString()));
    return builder.build();
  }

  private static String reason(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse(e.getClass().getSimpleName());
  }
}
