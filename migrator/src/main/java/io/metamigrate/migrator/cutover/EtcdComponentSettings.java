package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.restart.Component;
import io.metamigrate.migrator.restart.Settings;
import io.metamigrate.verifier.catalog.PulsarVersion;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What makes a component of one Pulsar version run on etcd. */
final class EtcdComponentSettings {
  /**
   * A broker uses these if its store's URL is blank (ServiceConfiguration.getMetadataStoreUrl);
   * none may remain.
   */
  static final Set<String> LEGACY_ADDRESSES =
      Set.of("zookeeperServers", "configurationStoreServers", "globalZookeeperServers");

  /** Not read beside a {@code metadata-store:} URI; removed so that it misleads nobody. */
  static final Set<String> LEGACY_BOOKIE_ADDRESSES = Set.of("zkServers", "zkLedgersRootPath");

  static final Set<String> STORE_CONFIG_PATHS =
      Set.of("metadataStoreConfigPath", "configurationStoreConfigPath");

  /** BookKeeper knows the scheme {@code metadata-store:} only with these (MetadataDrivers). */
  static final List<String> DRIVERS =
      List.of(
          "-Dbookkeeper.metadata.bookie.drivers="
              + "org.apache.pulsar.metadata.bookkeeper.PulsarMetadataBookieDriver",
          "-Dbookkeeper.metadata.client.drivers="
              + "org.apache.pulsar.metadata.bookkeeper.PulsarMetadataClientDriver");

  /**
   * What a broker does when its session has ended (Pulsar {@code ServiceConfiguration}). The
   * default, {@code reconnect}, leaves a broker alive on etcd that is never registered again;
   * {@code shutdown} ends it, which helps only if something starts it again.
   */
  static final String SESSION_POLICY = "zookeeperSessionExpiredPolicy";

  private final PulsarVersion version;
  private final MetadataTarget.EtcdTarget etcd;

  EtcdComponentSettings(PulsarVersion version, MetadataTarget.EtcdTarget etcd) {
    this.version = version;
    this.etcd = etcd;
  }

  void add(Component component, SettingsDraft draft) {
    if (!version.supportsEtcd()) {
      draft.blocks("Pulsar " + version + " has no etcd metadata store; 2.10 to 4.x have it");
    }
    if (component == Component.FUNCTION_WORKER) {
      draft.blocks(
          "a standalone function worker needs ZooKeeper in every version: run functions in the"
              + " brokers (from 2.11), or keep them stopped");
      return;
    }
    checkEndpoints(draft);
    switch (component) {
      case BROKER -> broker(draft);
      case PROXY -> proxy(draft);
      case BOOKIE -> bookie(draft);
      case AUTORECOVERY -> autoRecovery(draft);
      default -> tools(draft);
    }
  }

  private void broker(SettingsDraft draft) {
    stores(draft);
    draft.remove(Set.of("bookkeeperMetadataServiceUri"));
    draft.jvmOptions(DRIVERS);
    if (etcd.tlsConfigFile().isEmpty()) {
      return;
    }
    if (!version.brokersCanUseEtcdTls()) {
      draft.blocks("brokers of Pulsar " + version + " cannot use TLS to etcd; 2.11 and later can");
      return;
    }
    draft.set("metadataStoreConfigPath", etcd.tlsConfigFile().get());
    if (version.hasConfigurationStoreConfigPath()) {
      draft.set("configurationStoreConfigPath", etcd.tlsConfigFile().get());
    }
  }

  /** The same for a broker that a supervisor starts again. */
  static Settings endingWithItsSession(Settings settings) {
    Map<String, String> set = new TreeMap<>(settings.set());
    set.put(SESSION_POLICY, "shutdown");
    return Settings.of(set, settings.remove(), settings.restore(), settings.jvmOptions());
  }

  private void proxy(SettingsDraft draft) {
    if (etcd.tlsConfigFile().isEmpty()) {
      stores(draft);
      return;
    }
    draft.remove(Set.of("metadataStoreUrl", "configurationMetadataStoreUrl"));
    draft.remove(LEGACY_ADDRESSES);
    draft.note(
        "a proxy cannot use TLS to etcd: it is given no store, so brokerServiceURL and"
            + " brokerWebServiceURL (or their TLS forms) must be set");
  }

  private void bookie(SettingsDraft draft) {
    bookKeeper(draft);
    draft.note("zkTimeout keeps the operator's value: it is the duration of the lease on etcd");
    if (!version.autoRecoveryRunsOnEtcd()) {
      draft.note("AutoRecovery of Pulsar " + version + " does not run on etcd and stays off");
    }
  }

  private void autoRecovery(SettingsDraft draft) {
    bookKeeper(draft);
    if (!version.autoRecoveryRunsOnEtcd()) {
      draft.blocks(
          "AutoRecovery of Pulsar " + version + " exits at its start on etcd; leave it stopped");
    }
  }

  private void tools(SettingsDraft draft) {
    bookKeeper(draft);
    draft.note(
        "initialize-cluster-metadata takes --metadata-store "
            + storeUrl()
            + (version.hasConfigurationStoreConfigPath() && etcd.tlsConfigFile().isPresent()
                ? " --metadata-store-config-path " + etcd.tlsConfigFile().get()
                : ""));
  }

  private void stores(SettingsDraft draft) {
    draft.set("metadataStoreUrl", storeUrl());
    draft.set("configurationMetadataStoreUrl", storeUrl());
    draft.remove(LEGACY_ADDRESSES);
  }

  private void bookKeeper(SettingsDraft draft) {
    String uri = "metadata-store:etcd:" + String.join(";", etcd.endpoints());
    if (etcd.tlsConfigFile().isPresent()) {
      if (version.bookiesCanUseEtcdTls()) {
        uri += "?configFilePath=" + etcd.tlsConfigFile().get();
      } else {
        draft.blocks(
            "BookKeeper of Pulsar "
                + version
                + " cannot use TLS to etcd (4.2 and later can): give components an endpoint"
                + " without TLS, on a network of their own or through a local proxy");
      }
    }
    draft.set("metadataServiceUri", uri);
    draft.remove(LEGACY_BOOKIE_ADDRESSES);
    draft.jvmOptions(DRIVERS);
  }

  private String storeUrl() {
    return "etcd:" + String.join(",", etcd.endpoints());
  }

  private void checkEndpoints(SettingsDraft draft) {
    if (etcd.endpoints().size() > 1 && !version.acceptsEtcdEndpointList()) {
      draft.blocks(
          "Pulsar "
              + version
              + " accepts one etcd endpoint and hangs on a list: give one name or address that"
              + " leads to all members");
    }
    for (String endpoint : etcd.endpoints()) {
      if (!isUrl(endpoint)) {
        draft.blocks("etcd endpoint must be http://HOST:PORT (or https), but is: " + endpoint);
      } else if (endpoint.startsWith("https://") && etcd.tlsConfigFile().isEmpty()) {
        draft.blocks(
            "etcd endpoint "
                + endpoint
                + " is contacted without TLS whatever its scheme, since no TLS file is set");
      }
    }
  }

  private static boolean isUrl(String endpoint) {
    try {
      URI uri = new URI(endpoint);
      return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
          && uri.getHost() != null
          && uri.getPort() > 0
          && uri.getRawUserInfo() == null
          && (uri.getRawPath() == null || uri.getRawPath().isEmpty());
    } catch (URISyntaxException e) {
      return false;
    }
  }
}
