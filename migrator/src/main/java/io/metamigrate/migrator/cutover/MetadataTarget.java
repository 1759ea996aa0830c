package io.metamigrate.migrator.cutover;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/** Which store the components are to use, and what they need to know to reach it. */
sealed interface MetadataTarget {
  /**
   * etcd, as components reach it.
   *
   * @param endpoints URLs with their scheme, {@code http://etcd:2379}
   * @param tlsConfigFile where, on the components' machines, the YAML file is that holds the TLS
   *     settings; empty without TLS
   */
  record EtcdTarget(List<String> endpoints, Optional<String> tlsConfigFile)
      implements MetadataTarget {
    public EtcdTarget {
      endpoints = List.copyOf(endpoints);
      if (endpoints.isEmpty()) {
        throw new IllegalArgumentException("etcd has no endpoint for brokers and bookies");
      }
      requireNonNull(tlsConfigFile, "tlsConfigFile");
    }
  }

  /**
   * ZooKeeper, with the operator's own URLs.
   *
   * @param metadataStoreUrl {@code zk:zk1:2181,zk2:2181/chroot}
   * @param configurationMetadataStoreUrl the configuration store's, the same if there is only one
   * @param metadataServiceUri the bookies', {@code metadata-store:zk:…} or {@code
   *     zk+hierarchical://…/ledgers}
   */
  record ZooKeeperTarget(
      String metadataStoreUrl, String configurationMetadataStoreUrl, String metadataServiceUri)
      implements MetadataTarget {
    public ZooKeeperTarget {
      requireNonNull(metadataStoreUrl, "metadataStoreUrl");
      requireNonNull(configurationMetadataStoreUrl, "configurationMetadataStoreUrl");
      requireNonNull(metadataServiceUri, "metadataServiceUri");
    }
  }
}
