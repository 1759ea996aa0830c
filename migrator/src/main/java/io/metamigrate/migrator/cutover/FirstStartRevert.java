package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.WrittenWhileLifted.WrittenOnBoth;
import io.metamigrate.migrator.replay.EtcdHistory;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.migrator.restart.StepOutcome;
import io.metamigrate.migrator.run.BlockedException;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Reverts the record that the first broker was started on ZooKeeper, if it came up on etcd since
 * its settings did not reach it. etcd is authoritative again, and the rollback copies and proves
 * everything again. What brokers have written to ZooKeeper since is never overwritten unasked: then
 * the operator decides. Safe to repeat.
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
            .collect(Collectors.toCollection(TreeSet::new));
    EtcdHistory.HistoryScan history = context.changesOnEtcdSince(issuedAt.get());
    if (onEtcd.isEmpty() && history.foreign().isEmpty() && history.compacted().isEmpty()) {
      return;
    }
    WrittenOnBoth written =
        new WrittenWhileLifted(context, here.reverseCopy()).since(issuedAt.get());
    if (onEtcd.isEmpty() && written.etcd().isEmpty()) {
      // At most ids were allocated there.
      String unused =
          new CounterRaiser(context.stores(), context.services().zookeeper())
              .raise(OptionalLong.empty());
      return;
    }
    context.stores().confirm();
    if (written.zookeeper().isEmpty()) {
      new EpochKeeper(context).pass(Store.ETCD);
      commit.reset();
      // What was proven counts no more; the copy in ZooKeeper learns it, too.
      context.journal().everythingOnZooKeeper(false);
      context
          .journal()
          .change(state -> ResumeRules.markStale(state, ResumeRules.repeated(state, false)));
      context.services().copyMove();
    }
    for (Node broker : context.brokers().nodes()) {
      if (onEtcd.contains(broker.id())) {
        StepOutcome unused = context.lockedDriver().stop(broker);
      }
    }
    if (!written.zookeeper().isEmpty()) {
      throw bothWritten(context.journal().state().header().cluster(), written, onEtcd);
    }
  }

  /** Neither store has everything; which one loses what it has is the operator's to decide. */
  static BlockedException bothWritten(String cluster, WrittenOnBoth written, Set<String> onEtcd) {
    String command = "migrate rollback --confirm " + cluster;
    List<String> seen = new ArrayList<>();
    if (!onEtcd.isEmpty()) {
      seen.add("brokers %s came up on etcd and are stopped".formatted(onEtcd));
    }
    seen.add(
        "ZooKeeper has %d nodes that etcd lacks, first %s"
            .formatted(written.zookeeper().size(), written.zookeeper().get(0)));
    if (!written.etcd().isEmpty()) {
      seen.add(
          "etcd has %d changes that ZooKeeper lacks, first %s"
              .formatted(written.etcd().size(), written.etcd().get(0)));
    }
    return Window.blocked(
        "BOTH_WRITTEN",
        "both stores may have been written since the first broker's start on ZooKeeper: "
            + String.join("; ", seen),
        written.etcd().isEmpty()
            ? "run `%s` again, which compares what those brokers wrote".formatted(command)
            : "save what you need of both. To keep ZooKeeper's, run `%s %s`; to copy etcd's, run `%s %s`"
                .formatted(
                    command,
                    LateLedgers.options("--accept-foreign", written.etcd()),
                    command,
                    LateLedgers.options(LateLedgers.OPTION, written.zookeeper())));
  }
}
