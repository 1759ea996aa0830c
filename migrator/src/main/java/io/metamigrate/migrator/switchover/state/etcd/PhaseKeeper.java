package io.metamigrate.migrator.switchover.state.etcd;

import io.metamigrate.migrator.cutover.Journal;
import io.metamigrate.migrator.phase.Checkpoint;
import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.switchover.engine.Progress;
import io.metamigrate.migrator.switchover.engine.Stop;
import io.metamigrate.migrator.switchover.state.MoveDirection;
import io.metamigrate.migrator.switchover.state.MoveDocument;
import io.metamigrate.migrator.switchover.state.MoveRecord;
import io.metamigrate.verifier.store.Revision;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the phase of the checkpoint in step with the document, for {@code status} and for the next
 * {@code run}. It decides nothing: a phase that the checkpoint does not allow is logged and left.
 */
final class PhaseKeeper {
  private static final Logger LOG = LoggerFactory.getLogger(PhaseKeeper.class);

  private final Journal journal;
  private final Supplier<Revision> revision;

  PhaseKeeper(Journal journal, Supplier<Revision> revision) {
    this.journal = journal;
    this.revision = revision;
  }

  void enter(String title) {
    Arrays.stream(Phase.values())
        .filter(phase -> phase.title().equals(title))
        .findFirst()
        .ifPresent(this::enter);
  }

  /** The phases of a move that stopped or ended. */
  void follow(MoveDocument document) {
    Optional<MoveRecord> last = document.last();
    if (last.isEmpty()) {
      return;
    }
    Progress progress = last.get().progress();
    boolean forward = last.get().heading() == MoveDirection.FORWARD;
    if (progress.stopped().isPresent()) {
      stopped(progress.stopped().get());
    } else if (progress instanceof Progress.Undoing) {
      enter(Phase.ROLLING_BACK);
    } else if (forward ? progress instanceof Progress.Undone : isComplete(progress)) {
      enter(Phase.ROLLING_BACK);
      rolledBack();
    } else if (forward ? isComplete(progress) : progress instanceof Progress.Undone) {
      enter(Phase.SWITCHING_BROKERS);
      enter(Phase.OBSERVING);
    }
  }

  /** What is on etcd by now is the tool's to overwrite: the next run starts from ZooKeeper. */
  private void rolledBack() {
    if (journal.checkpoint().phase() != Phase.ROLLED_BACK) {
      change(
          c ->
              to(c, Phase.ROLLING_BACK)
                  .applied(
                      c.lastAppliedZxid(), revision.get(), c.copied(), c.total(), journal.now())
                  .to(Phase.ROLLED_BACK, journal.now()),
          Phase.ROLLED_BACK);
    }
  }

  private static boolean isComplete(Progress progress) {
    return progress instanceof Progress.Completed;
  }

  private void stopped(Stop stop) {
    if (journal.checkpoint().phase() != Phase.STOPPED) {
      change(
          checkpoint ->
              checkpoint.stoppedBy(stop.reason(), String.join(" or ", stop.next()), journal.now()),
          Phase.STOPPED);
    }
  }

  private void enter(Phase phase) {
    if (journal.checkpoint().phase() == phase) {
      return;
    }
    change(checkpoint -> to(checkpoint, phase), phase);
  }

  /**
   * A move that begins after a rollback brings etcd up to date itself; a process that takes up a
   * stopped move enters earlier phases again.
   */
  private Checkpoint to(Checkpoint from, Phase phase) {
    boolean begins = from.phase() == Phase.ROLLED_BACK && phase == Phase.FOLLOWING;
    Checkpoint checkpoint = begins ? from.to(Phase.COPYING, journal.now()) : from;
    try {
      return checkpoint.to(phase, journal.now());
    } catch (IllegalStateException e) {
      Checkpoint stopped =
          checkpoint.phase() == Phase.STOPPED
              ? checkpoint
              : checkpoint.stoppedBy("taken up again", "", journal.now());
      return (stopped.stoppedBeforeCommit() ? stopped.repeatCommitChecks(journal.now()) : stopped)
          .to(phase, journal.now());
    }
  }

  private void change(UnaryOperator<Checkpoint> change, Phase phase) {
    try {
      journal.checkpoint(change);
    } catch (IllegalStateException e) {
      LOG.atInfo().addKeyValue("phase", phase.title()).log("the checkpoint stays as it is");
    }
  }
}
