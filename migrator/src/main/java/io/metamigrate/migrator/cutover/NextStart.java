package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.restart.Component;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.migrator.restart.NodeConfiguration;
import io.metamigrate.verifier.store.Store;
import java.util.List;
import java.util.Optional;

/**
 * Which store a node uses when something starts it again. A configure command that acts late, or
 * what manages configurations, may have given it the settings of the other store while it runs.
 * Pure.
 */
final class NextStart {
  private static final List<String> BOOKIE = List.of("metadataServiceUri");
  private static final List<String> BROKER =
      List.of("metadataStoreUrl", "configurationMetadataStoreUrl", "bookkeeperMetadataServiceUri");

  private NextStart() {}

  /**
   * Why it would leave that side.
   *
   * @param next what the driver reads; nothing is known if it reads nothing
   */
  static Optional<String> leaves(Node node, NodeConfiguration next, Store side) {
    if (next.silence().isPresent()) {
      return Optional.empty();
    }
    List<String> names = node.component() == Component.BROKER ? BROKER : BOOKIE;
    if (side == Store.ETCD && next.setting(names.get(0)).isEmpty()) {
      return Optional.of(sentence(node, side, names.get(0) + " is not set"));
    }
    for (String name : names) {
      Optional<String> address = next.setting(name);
      if (address.isPresent() && isEtcd(address.get()) != (side == Store.ETCD)) {
        return Optional.of(sentence(node, side, name + " is " + address.get()));
      }
    }
    return Optional.empty();
  }

  /** By its scheme: a host of ZooKeeper may have any name. */
  private static boolean isEtcd(String address) {
    return address.startsWith("etcd:") || address.startsWith("metadata-store:etcd:");
  }

  private static String sentence(Node node, Store side, String why) {
    return "%s would not start on %s again: in the settings of its next start, %s; give it its settings for %s"
        .formatted(node, side.title(), why, side.title());
  }
}
