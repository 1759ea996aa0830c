package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.plan.ClusterFacts;
import io.metamigrate.migrator.pulsar.BookieQuestions;
import io.metamigrate.verifier.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Asks running bookies, where they can be asked, whether they collect garbage again. */
final class CollectionLook {
  private static final String DECISIVE = "gcWaitTime";

  private final Tools tools;
  private final Store side;
  private final BookieAddresses web;

  CollectionLook(Tools tools, Store side) {
    this.tools = tools;
    this.side = side;
    this.web = new BookieAddresses(tools.configuration().cutover(), tools.registrations());
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
      ClusterFacts.Bookie said = BookieQuestions.ask(bookie, web.address(bookie, side));
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
}
