package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.restart.Node;
import io.metamigrate.migrator.restart.StepOutcome;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.Store;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reverts the record that the first broker was started on ZooKeeper, if it came up on etcd since
 * its settings did not reach it. etcd is authoritative again, and the rollback copies and proves
 * everything again. Safe to repeat.
 */
final class FirstStartRevert {
  private final StepContext here;
  private final CutoverContext context;

  FirstStartRevert(StepContext here) {
    this.here = here;
    this.context = here.context();
  }

  /**
   * Reverts the start if a broker came up on etcd because of it.
   *
   * @throws StepFailedException if the broker cannot be stopped, or its record cannot be changed
   */
  void run() {
    FirstStart commit = context.firstStart(Store.ZOOKEEPER);
    Optional<Revision> issuedAt = ReturnMark.read(context);
    boolean mayHaveFailed =
        context.isReverse()
            && commit.mayBeIssued()
            && !context
                .journal()
                .state()
                .record(StepKind.START_BROKERS_ON_ZOOKEEPER.label())
                .isDone()
            && context.registrations().brokersOnZooKeeper().isEmpty();
    if (!mayHaveFailed || issuedAt.isEmpty()) {
      return;
    }
    Set<String> onEtcd =
        context.registrations().brokersOnEtcd().stream()
            .map(key -> key.path().name())
            .collect(Collectors.toSet());
    if (onEtcd.isEmpty()
        && here.rollbackConditions().changedOnEtcdSince(issuedAt.get()).isEmpty()) {
      return;
    }
    context.stores().confirm();
    new EpochKeeper(context).pass(Store.ETCD);
    commit.reset();
    // What was proven counts no more; the copy in ZooKeeper learns it, too.
    context
        .journal()
        .change(state -> ResumeRules.markStale(state, ResumeRules.repeated(state, false)));
    context.services().copyMove();
    for (Node broker : context.brokers().nodes()) {
      if (onEtcd.contains(broker.id())) {
        StepOutcome unused = context.lockedDriver().stop(broker);
      }
    }
  }
}
