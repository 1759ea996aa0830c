package io.metamigrate.migrator.cutover;

import io.metamigrate.verifier.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Asks running bookies that serve HTTP whether they collect garbage again. */
final class GarbageCollectionCheck {
  private final CutoverContext context;
  private final Store side;

  GarbageCollectionCheck(CutoverContext context, Store side) {
    this.context = context;
    this.side = side;
  }

  CheckReport check(KnownNodes known) {
    CheckReport.CheckCollector seen = new CheckReport.CheckCollector();
    List<String> silent = new ArrayList<>();
    Optional<String> why = Optional.empty();
    for (String bookie : known.bookies()) {
      if (known.isLost(bookie)) {
        continue;
      }
      RunningBookieConfig.Collection reported =
          context.bookies().running().collection(bookie, side);
      if (reported.silence().isPresent()) {
        silent.add(bookie);
        why = reported.silence();
      } else if (reported.isSuspended()) {
        seen.fault(
            "bookie %s runs with garbage collection suspended (%s); restart it with its own settings"
                .formatted(bookie, reported.setting()));
      }
    }
    why.ifPresent(
        reason ->
            seen.notChecked(
                "whether garbage collection is enabled on bookie %s: %s"
                    .formatted(String.join(", ", silent), reason)));
    return seen.report();
  }
}
