package io.metamigrate.migrator.follow;

import io.metamigrate.migrator.phase.SeenChange;
import io.metamigrate.verifier.store.Ensemble;
import io.metamigrate.verifier.store.Znode;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** The newest changes of each ensemble that were read. Bounded; not thread safe. */
final class RecentChanges {
  private final Map<Ensemble, TreeSet<SeenChange>> newest = new EnumMap<>(Ensemble.class);

  void observe(Znode znode) {
    if (znode.isEphemeral()) {
      return;
    }
    TreeSet<SeenChange> kept =
        newest.computeIfAbsent(znode.ensemble(), e -> new TreeSet<>(SeenChange.NEWEST_FIRST));
    if (kept.size() < SeenChange.KEPT || znode.mzxid().compareTo(kept.last().mzxid()) > 0) {
      kept.add(new SeenChange(znode.path(), znode.mzxid()));
      if (kept.size() > SeenChange.KEPT) {
        kept.pollLast();
      }
    }
  }

  Map<Ensemble, List<SeenChange>> all() {
    Map<Ensemble, List<SeenChange>> all = new EnumMap<>(Ensemble.class);
    newest.forEach((ensemble, kept) -> all.put(ensemble, List.copyOf(kept)));
    return all;
  }
}
