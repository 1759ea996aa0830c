package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.config.BookieConfig;
import io.metamigrate.migrator.cutover.fence.Registrations;
import io.metamigrate.migrator.plan.BookKeeperNodes;
import io.metamigrate.migrator.plan.ClusterFacts;
import io.metamigrate.migrator.pulsar.BookieQuestions;
import io.metamigrate.verifier.decode.BookieServiceInfoValue;
import io.metamigrate.verifier.store.NodeData;
import io.metamigrate.verifier.store.Store;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Asks running bookies, where they can be asked, whether they collect garbage again. */
final class CollectionLook {
  private static final String DECISIVE = "gcWaitTime";

  private final Tools tools;
  private final Store side;

  CollectionLook(Tools tools, Store side) {
    this.tools = tools;
    this.side = side;
  }

  LookReport look(KnownNodes known) {
    LookReport.Collector seen = new LookReport.Collector();
    Map<String, String> suspended = Parking.settings(tools.layers().version());
    List<String> silent = new ArrayList<>();
    Optional<String> why = Optional.empty();
    for (String bookie : known.bookies()) {
      if (known.isLost(bookie)) {
        continue;
      }
      ClusterFacts.Bookie said = BookieQuestions.ask(bookie, address(bookie));
      if (said.silence().isPresent()) {
        silent.add(bookie);
        why = said.silence();
      } else if (String.valueOf(suspended.get(DECISIVE)).equals(said.settings().get(DECISIVE))) {
        seen.fault(
            "bookie %s runs with garbage collection suspended (%s=%s); restart it with its own settings"
                .formatted(bookie, DECISIVE, said.settings().get(DECISIVE)));
      }
    }
    why.ifPresent(
        reason ->
            seen.notLookedAt(
                "whether garbage collection is enabled on bookie %s: %s"
                    .formatted(String.join(", ", silent), reason)));
    return seen.report();
  }

  /** As configured, else as the bookie registered it. */
  private Optional<URI> address(String bookie) {
    return tools.configuration().cutover().bookies().stream()
        .filter(config -> config.id().equals(bookie))
        .findFirst()
        .flatMap(BookieConfig::adminUrl)
        .or(() -> registration(bookie).flatMap(data -> http(bookie, data)));
  }

  private Optional<NodeData> registration(String bookie) {
    return side == Store.ETCD
        ? tools.registrations().key(Registrations.writable(bookie)).map(key -> key.data())
        : tools.registrations().znode(Registrations.writable(bookie)).map(znode -> znode.data());
  }

  private static Optional<URI> http(String bookie, NodeData registration) {
    return BookieServiceInfoValue.decode(registration.bytes())
        .decoded()
        .flatMap(info -> BookKeeperNodes.webAddress(bookie, info.endpoints()));
  }
}
