package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.CutoverState.CommitProof;
import io.metamigrate.migrator.replay.EtcdHistory;
import io.metamigrate.migrator.replay.ForeignChangeException;
import io.metamigrate.verifier.store.Revision;
import java.util.Optional;

/**
 * What others did to etcd since the verification that the point of no return relies on. If etcd's
 * history is compacted, both stores are compared again.
 */
final class SinceVerification {
  private final CutoverContext context;
  private final StoreComparison comparison;

  SinceVerification(CutoverContext context, StoreComparison comparison) {
    this.context = context;
    this.comparison = comparison;
  }

  /**
   * That nobody changed etcd: its history shows own changes alone.
   *
   * @throws ForeignChangeException naming the first change of another writer
   */
  void requireUnchanged() {
    EtcdHistory.HistoryScan history = history();
    history
        .foreign()
        .ifPresent(
            foreign -> {
              throw ForeignChangeException.found(foreign.path(), foreign.at());
            });
    if (history.compacted().isPresent()) {
      comparison.requireEqual();
    }
  }

  /** That what another writer changed was restored, in a process that did not see it happen. */
  void requireRestored() {
    EtcdHistory.HistoryScan history = history();
    if (history.foreign().isPresent() || history.compacted().isPresent()) {
      comparison.requireEqual();
    }
  }

  /** What others did, or that it is not known, if no other store can show what was there. */
  Optional<String> alarm() {
    EtcdHistory.HistoryScan history = history();
    return history
        .foreign()
        .map(
            foreign ->
                "another writer changed etcd since the verification, first %s at revision %s"
                    .formatted(foreign.path(), foreign.at()))
        .or(
            () ->
                history
                    .compacted()
                    .map(
                        revision ->
                            "what others changed on etcd since the verification was not checked:"
                                + " its history is compacted"));
  }

  private EtcdHistory.HistoryScan history() {
    Revision verified =
        context.journal().state().commitProof().map(CommitProof::revision).orElseThrow();
    return context.changesOnEtcdSince(verified);
  }
}
