package io.metamigrate.migrator.switchover.node.restart;

import io.metamigrate.migrator.cutover.BookieAddresses;
import io.metamigrate.migrator.cutover.GarbageCollection;
import io.metamigrate.migrator.plan.ClusterFacts;
import io.metamigrate.migrator.pulsar.BookieHttpClient;
import io.metamigrate.migrator.switchover.node.NodeSettings;
import io.metamigrate.migrator.switchover.session.MoveSession;
import io.metamigrate.migrator.switchover.side.StoreKind;
import io.metamigrate.verifier.catalog.PulsarVersion;
import java.util.Map;
import java.util.Optional;

/**
 * Asks a running bookie's HTTP server for its configuration: only that shows which store it uses
 * and that it collects no garbage.
 */
final class RunningBookie {
  private static final String LAYER = "own";

  private final BookieAddresses addresses;
  private final Map<String, String> suspended;

  RunningBookie(MoveSession session, PulsarVersion version) {
    this.addresses =
        new BookieAddresses(session.configuration().cutover(), session.registrations());
    this.suspended = GarbageCollection.settings(version);
  }

  /** Empty if it does not answer. */
  Optional<NodeSettings> settings(String bookie) {
    ClusterFacts.Bookie said = BookieHttpClient.ask(bookie, addresses.address(bookie));
    if (said.silence().isPresent()) {
      return Optional.empty();
    }
    return Optional.of(settings(said.settings(), suspended));
  }

  /** Suspended only if each setting suspends it. Pure. */
  static NodeSettings settings(Map<String, String> said, Map<String, String> suspended) {
    boolean onEtcd = said.getOrDefault("metadataServiceUri", "").contains("etcd:");
    boolean suspends =
        suspended.entrySet().stream()
            .allMatch(setting -> setting.getValue().equals(said.get(setting.getKey())));
    return new NodeSettings(onEtcd ? StoreKind.ETCD : StoreKind.ZOOKEEPER, !suspends, LAYER);
  }
}
