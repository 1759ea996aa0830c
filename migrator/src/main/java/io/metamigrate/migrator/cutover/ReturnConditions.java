package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.replay.EtcdHistory;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.migrator.restart.Outcome;
import io.metamigrate.migrator.run.Seeder;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.Store;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What must hold when a rollback issues the first broker's start on ZooKeeper: no broker anywhere,
 * every bookie there, and etcd as the verification of this very process found it. What another
 * process verified is no proof.
 */
final class ReturnConditions {
  private final Tools tools;
  private final Supplier<ReverseCopy> copy;
  private @Nullable Revision verified;

  ReturnConditions(Tools tools, Supplier<ReverseCopy> copy) {
    this.tools = tools;
    this.copy = copy;
  }

  /** The stores were compared as of this revision, and equal. */
  void verifiedAt(Revision revision) {
    verified = revision;
  }

  /**
   * Asks all of it.
   *
   * @throws StepFailedException what to do is to run the rollback again, which copies what is new
   */
  void require(Waiting waiting) {
    tools.requireNoNewBookie();
    waiting.until("brokers stopped", tools.brokers()::none);
    tools.hands().each(waiting, "bookies on ZooKeeper", tools.bookieNodes(), this::isOnZooKeeper);
    Revision since = verified;
    if (since == null) {
      throw new StepFailedException("this process has not compared the stores");
    }
    EtcdHistory.Answer history =
        EtcdHistory.between(
            tools.stores().etcd(),
            since,
            tools.stores().keys().revision(),
            tools.scope(),
            Standing.cookiesThatPassed(tools.journal().state()));
    Optional<String> changed =
        history
            .foreign()
            .map(foreign -> "%s at revision %s".formatted(foreign.path(), foreign.at()))
            .or(() -> history.compacted().flatMap(until -> differing()));
    if (changed.isPresent()) {
      throw new StepFailedException(
          "etcd was changed after it was compared (%s), so no broker is started on ZooKeeper: find out who writes there; the same rollback again copies that too"
              .formatted(changed.get()));
    }
    CounterPush.proof(Seeder.sequences(tools.stores()));
    tools.journal().confirm();
  }

  private Outcome isOnZooKeeper(Node bookie) {
    return tools.bookies().present(bookie, Store.ZOOKEEPER);
  }

  private Optional<String> differing() {
    ReverseCopy.Pass left = copy.get().compare();
    return left.total() == 0 ? Optional.empty() : Optional.of(left.toString());
  }
}
