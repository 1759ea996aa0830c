package io.metamigrate.migrator.follow;

import io.metamigrate.migrator.phase.SeenChange;
import io.metamigrate.verifier.store.Ensemble;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Znode;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * The newest changes of each ensemble that were read, one for each path: what is written all the
 * time must not crowd out what was written once. Bounded. For one thread.
 */
final class RecentChanges {
  private final Map<Ensemble, NewestChange> newest = new EnumMap<>(Ensemble.class);

  void observe(Znode znode) {
    if (!znode.isEphemeral()) {
      newest.computeIfAbsent(znode.ensemble(), e -> new NewestChange()).add(SeenChange.of(znode));
    }
  }

  Map<Ensemble, List<SeenChange>> all() {
    Map<Ensemble, List<SeenChange>> all = new EnumMap<>(Ensemble.class);
    newest.forEach((ensemble, kept) -> all.put(ensemble, List.copyOf(kept.ordered)));
    return all;
  }

  private static final class NewestChange {
    private final TreeSet<SeenChange> ordered = new TreeSet<>(SeenChange.NEWEST_FIRST);
    private final Map<ZkPath, SeenChange> byPath = new HashMap<>();

    void add(SeenChange witness) {
      if (ordered.size() == SeenChange.KEPT
          && witness.mzxid().compareTo(ordered.last().mzxid()) <= 0) {
        return;
      }
      SeenChange before = byPath.put(witness.path(), witness);
      if (before != null) {
        ordered.remove(before);
      }
      ordered.add(witness);
      if (ordered.size() > SeenChange.KEPT) {
        SeenChange oldest = ordered.last();
        ordered.remove(oldest);
        byPath.remove(oldest.path());
      }
    }
  }
}
