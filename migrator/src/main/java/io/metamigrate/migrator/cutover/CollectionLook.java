package io.metamigrate.migrator.cutover;

import io.metamigrate.verifier.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Asks running bookies, where they can be asked, whether they collect garbage again. */
final class CollectionLook {
  private final Tools tools;
  private final Store side;

  CollectionLook(Tools tools, Store side) {
    this.tools = tools;
    this.side = side;
  }

  LookReport look(KnownNodes known) {
    LookReport.Collector seen = new LookReport.Collector();
    List<String> silent = new ArrayList<>();
    Optional<String> why = Optional.empty();
    for (String bookie : known.bookies()) {
      if (known.isLost(bookie)) {
        continue;
      }
      RunningBookie.Collection said = tools.bookies().running().collection(bookie, side);
      if (said.silence().isPresent()) {
        silent.add(bookie);
        why = said.silence();
      } else if (said.isSuspended()) {
        seen.fault(
            "bookie %s runs with garbage collection suspended (%s); restart it with its own settings"
                .formatted(bookie, said.setting()));
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
