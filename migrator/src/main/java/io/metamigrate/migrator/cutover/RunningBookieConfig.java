package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.config.BookieConfig;
import io.metamigrate.migrator.cutover.fence.Registrations;
import io.metamigrate.migrator.plan.BookKeeperNodes;
import io.metamigrate.migrator.plan.ClusterFacts;
import io.metamigrate.migrator.pulsar.BookieHttpClient;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.migrator.restart.StepOutcome;
import io.metamigrate.verifier.catalog.PulsarVersion;
import io.metamigrate.verifier.decode.BookieServiceInfoValue;
import io.metamigrate.verifier.store.NodeData;
import io.metamigrate.verifier.store.Store;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * Asks a running bookie for the settings that it runs with, over its HTTP server ({@code
 * HttpRouter.SERVER_CONFIG}). A driver's report shows only the settings that it was given.
 */
final class RunningBookieConfig {
  /** A bookie collects garbage unless this is out of reach. */
  private static final String DECISIVE = "gcWaitTime";

  private final Registrations registrations;
  private final List<BookieConfig> bookies;
  private final String suspended;

  RunningBookieConfig(
      Registrations registrations, List<BookieConfig> bookies, PulsarVersion version) {
    this.registrations = registrations;
    this.bookies = List.copyOf(bookies);
    this.suspended = GarbageCollection.settings(version).getOrDefault(DECISIVE, "");
  }

  /** Whether garbage collection is suspended, or why that is not known. */
  record Collection(boolean isSuspended, String setting, Optional<String> silence) {}

  Collection collection(String bookie, Store side) {
    ClusterFacts.Bookie reported = BookieHttpClient.ask(bookie, address(bookie, side));
    String value = Optional.ofNullable(reported.settings().get(DECISIVE)).orElse("its default");
    return new Collection(suspended.equals(value), DECISIVE + "=" + value, reported.silence());
  }

  /** Failed if the bookie itself reports that it collects garbage: only a restart changes that. */
  StepOutcome suspended(Node bookie, Store side) {
    Collection reported = collection(bookie.id(), side);
    if (reported.silence().isPresent()) {
      return StepOutcome.done(
          "not checked: whether garbage collection is suspended on %s: %s"
              .formatted(bookie, reported.silence().get()));
    }
    return reported.isSuspended()
        ? StepOutcome.done(bookie + " runs with garbage collection suspended")
        : StepOutcome.failed(
            "%s runs with %s, so its garbage collection is not suspended, although the driver was given %s=%s. A configure command must end only when the settings are in place. Give the bookie that setting and restart it"
                .formatted(bookie, reported.setting(), DECISIVE, suspended));
  }

  /** As configured, else as the bookie registered it. */
  private Optional<URI> address(String bookie, Store side) {
    return bookies.stream()
        .filter(config -> config.id().equals(bookie))
        .findFirst()
        .flatMap(BookieConfig::adminUrl)
        .or(() -> registration(bookie, side).flatMap(data -> http(bookie, data)));
  }

  private Optional<NodeData> registration(String bookie, Store side) {
    return side == Store.ETCD
        ? registrations.key(Registrations.writable(bookie)).map(key -> key.data())
        : registrations.znode(Registrations.writable(bookie)).map(znode -> znode.data());
  }

  private static Optional<URI> http(String bookie, NodeData registration) {
    return BookieServiceInfoValue.decode(registration.bytes())
        .decoded()
        .flatMap(info -> BookKeeperNodes.webAddress(bookie, info.endpoints()));
  }
}
