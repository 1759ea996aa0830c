package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.replay.EtcdHistory;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.migrator.restart.StepOutcome;
import io.metamigrate.migrator.run.SeedWriter;
import io.metamigrate.verifier.store.Ensemble;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.ZnodeReader;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What must hold when a rollback issues the first broker's start on ZooKeeper: no broker anywhere,
 * every bookie there, and etcd as the verification of this very process found it. What another
 * process verified is no proof. For one thread.
 */
final class RollbackConditions {
  private final CutoverContext context;
  private final Supplier<ReverseCopy> copy;
  private @Nullable Revision verified;

  RollbackConditions(CutoverContext context, Supplier<ReverseCopy> copy) {
    this.context = context;
    this.copy = copy;
  }

  /** The stores were compared as of this revision, and equal. */
  void verifiedAt(Revision revision) {
    verified = revision;
  }

  /**
   * ZooKeeper still has everything if an earlier process proved that, and etcd was not changed
   * since. This one proves it again; if etcd is lost meanwhile, that proof counts.
   */
  void keepEarlierProof() {
    CutoverState state = context.journal().state();
    ZnodeReader znodes = context.stores().tree(Ensemble.LOCAL);
    boolean proven =
        MoveBackup.hasVerifiedBack(state)
            || MoveBackup.read(znodes)
                .filter(copy -> copy.isReturned(EpochKeeper.in(znodes)))
                .isPresent();
    context
        .journal()
        .everythingOnZooKeeper(
            proven
                && state
                    .fence()
                    .lifted()
                    .map(lifted -> context.changesOnEtcdSince(lifted.revision()))
                    .filter(since -> since.foreign().isEmpty() && since.compacted().isEmpty())
                    .isPresent());
  }

  /** What an earlier process proved counts no more; the copy of the move learns it, too. */
  void discardEarlierProof() {
    context.journal().everythingOnZooKeeper(false);
    context.services().copyMove();
  }

  /**
   * Asks all of it.
   *
   * @throws StepFailedException what to do is to run the rollback again, which copies what is new
   */
  void require(Deadline deadline) {
    context.requireNoNewBookie();
    deadline.until("brokers stopped", context.brokers()::none);
    context
        .lockedDriver()
        .each(deadline, "bookies on ZooKeeper", context.bookieNodes(), this::isOnZooKeeper);
    requireEtcdUnchanged();
    CounterRaiser.proof(SeedWriter.sequences(context.stores()));
    context.journal().confirm();
  }

  /**
   * That ZooKeeper still has all that etcd has. Asked also before bookies start there: they delete
   * what their store does not list.
   */
  void requireEtcdUnchanged() {
    Revision since = verified;
    if (since == null) {
      throw new StepFailedException("this process has not compared the stores");
    }
    Optional<String> changed = changedOnEtcdSince(since);
    if (changed.isPresent()) {
      throw new StepFailedException(
          "etcd was changed after it was compared (%s), so nothing is started on ZooKeeper: find out who writes there; the same rollback again copies that too"
              .formatted(changed.get()));
    }
  }

  /** What others changed there; if its history is compacted, what differs from ZooKeeper. */
  private Optional<String> changedOnEtcdSince(Revision since) {
    EtcdHistory.HistoryScan history = context.changesOnEtcdSince(since);
    return history
        .foreign()
        .map(foreign -> "%s at revision %s".formatted(foreign.path(), foreign.at()))
        .or(() -> history.compacted().flatMap(until -> differing()));
  }

  private StepOutcome isOnZooKeeper(Node bookie) {
    return context.bookies().present(bookie, Store.ZOOKEEPER);
  }

  private Optional<String> differing() {
    ReverseCopy.CopyPass left = copy.get().compare();
    return left.isEqual() ? Optional.empty() : Optional.of(left.toString());
  }
}
