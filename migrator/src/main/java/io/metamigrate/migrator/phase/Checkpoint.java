package io.metamigrate.migrator.phase;

import io.metamigrate.verifier.report.VerificationReport;
import io.metamigrate.verifier.store.Position;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.Zxid;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * What is known of a move, as persisted on etcd in the same transaction as the last write that it
 * speaks of. A stale checkpoint can cost time but not correctness: what is to be written is always
 * found by comparing the stores.
 *
 * @param source the ZooKeeper address of the move
 * @param checkedRevision up to here the history of etcd was seen to hold no foreign change in scope
 * @param copied nodes on etcd that are as ZooKeeper has them, at the last count
 * @param total nodes on ZooKeeper that belong on etcd, at the last count
 * @param accepted ids of the blockers that the operator has accepted since the move began
 * @param stopped where and why a move stopped
 */
public record Checkpoint(
    int format,
    String cluster,
    String source,
    Scope scope,
    Phase phase,
    Zxid lastAppliedZxid,
    Revision checkedRevision,
    long copied,
    long total,
    Optional<Verified> lastVerification,
    Set<String> accepted,
    Optional<Stop> stopped,
    Instant at) {
  static final int FORMAT = 1;

  private static final Set<Phase> BEFORE_COMMIT =
      EnumSet.range(Phase.BROKERS_STOPPED, Phase.SWITCHING_BROKERS);

  /**
   * One finished verification.
   *
   * @param compared nodes that must be equal in both stores
   * @param position where a later one may continue, if known
   */
  public record Verified(
      Instant at, boolean consistent, long compared, Optional<Position> position) {
    public static Verified of(VerificationReport report, Instant at) {
      return new Verified(
          at,
          report.consistent(),
          report.compared(),
          report.position().map(Position::withoutStores));
    }
  }

  /** Where a move was stopped, why, and what the operator can do. */
  public record Stop(Phase in, String reason, String next) {}

  public Checkpoint {
    accepted = Collections.unmodifiableSet(new TreeSet<>(accepted));
  }

  public static Checkpoint planned(String cluster, String source, Scope scope, Instant at) {
    return new Checkpoint(
        FORMAT,
        cluster,
        source,
        scope,
        Phase.PLANNED,
        Zxid.NONE,
        Revision.ABSENT,
        0,
        0,
        Optional.empty(),
        Set.of(),
        Optional.empty(),
        at);
  }

  /** For a rollback that has no other record. */
  public static Checkpoint rollingBack(String cluster, String source, Scope scope, Instant at) {
    return planned(cluster, source, scope, at).with(changed -> changed.phase = Phase.ROLLING_BACK);
  }

  /** The only method that changes the phase; staying is always allowed. */
  public Checkpoint to(Phase next, Instant now) {
    Set<Phase> legal = successors();
    if (!mayBecome(next)) {
      throw new IllegalStateException(
          "phase %s cannot become %s; it may become %s"
              .formatted(
                  phase.title(), next.title(), legal.stream().map(Phase::title).sorted().toList()));
    }
    return with(
        changed -> {
          changed.phase = next;
          changed.stopped = Optional.empty();
          changed.at = now;
        });
  }

  /** Whether that phase may follow, or is the present one. */
  public boolean mayBecome(Phase next) {
    return next == phase || successors().contains(next);
  }

  /** A stopped move resumes in its phase, or enters a phase that was reachable from there. */
  private Set<Phase> successors() {
    Set<Phase> next = phase.successors();
    stopped.ifPresent(
        stop -> {
          next.retainAll(stop.in().successors());
          next.add(stop.in());
        });
    return next;
  }

  public Checkpoint stoppedBy(String reason, String nextStep, Instant now) {
    Phase in = stopped.map(Stop::in).orElse(phase);
    return to(Phase.STOPPED, now)
        .with(changed -> changed.stopped = Optional.of(new Stop(in, reason, nextStep)));
  }

  /** Where it is, with what keeps a command from its end; entering any phase forgets that. */
  public Checkpoint blockedBy(String reason, String nextStep, Instant now) {
    return with(
        changed -> {
          changed.stopped = Optional.of(new Stop(phase, reason, nextStep));
          changed.at = now;
        });
  }

  /**
   * The commit from its beginning: what was proven before a stop is proven again, as long as no
   * broker was started on etcd. That is for the caller to know; the phase alone does not show it.
   *
   * @throws IllegalStateException when the move is not stopped between the stop of the brokers and
   *     their start
   */
  public Checkpoint repeatCommitChecks(Instant now) {
    Stop stop =
        stopped
            .filter(s -> BEFORE_COMMIT.contains(s.in()))
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "phase %s does not allow the commit to be repeated"
                            .formatted(phase.title())));
    return with(
        changed -> {
          changed.stopped =
              Optional.of(new Stop(Phase.BROKERS_STOPPED, stop.reason(), stop.next()));
          changed.at = now;
        });
  }

  /**
   * Whether {@link #repeatCommitChecks} may be asked. A hook that fails before the brokers stop
   * leaves the move in the phase before, although that step was begun.
   */
  public boolean stoppedBeforeCommit() {
    return stopped.filter(stop -> BEFORE_COMMIT.contains(stop.in())).isPresent();
  }

  /** With everything up to this zxid applied, and with new counts of nodes. */
  public Checkpoint applied(Zxid zxid, Revision checked, long copied, long total, Instant now) {
    return with(
        changed -> {
          changed.lastAppliedZxid = lastAppliedZxid.max(zxid);
          changed.checkedRevision =
              checked.compareTo(checkedRevision) > 0 ? checked : checkedRevision;
          changed.copied = copied;
          changed.total = total;
          changed.at = now;
        });
  }

  /** For a ZooKeeper that is another one, or an older state of it: what was known of it is void. */
  public Checkpoint withoutSource() {
    return with(
        changed -> {
          changed.lastAppliedZxid = Zxid.NONE;
          changed.lastVerification = Optional.empty();
        });
  }

  /** What was accepted stays on record. */
  public Checkpoint accepting(Set<String> ids) {
    Set<String> all = new TreeSet<>(accepted);
    all.addAll(ids);
    return with(changed -> changed.accepted = all);
  }

  public Checkpoint verified(Verified verification, Instant now) {
    return with(
        changed -> {
          changed.lastVerification = Optional.of(verification);
          changed.at = now;
        });
  }

  private Checkpoint with(Consumer<CheckpointDraft> change) {
    CheckpointDraft next = new CheckpointDraft(this);
    change.accept(next);
    return new Checkpoint(
        format,
        cluster,
        source,
        scope,
        next.phase,
        next.lastAppliedZxid,
        next.checkedRevision,
        next.copied,
        next.total,
        next.lastVerification,
        next.accepted,
        next.stopped,
        next.at);
  }

  /** What may change, on its way from one state to the next. */
  private static final class CheckpointDraft {
    private Phase phase;
    private Zxid lastAppliedZxid;
    private Revision checkedRevision;
    private long copied;
    private long total;
    private Optional<Verified> lastVerification;
    private Set<String> accepted;
    private Optional<Stop> stopped;
    private Instant at;

    private CheckpointDraft(Checkpoint now) {
      phase = now.phase;
      lastAppliedZxid = now.lastAppliedZxid;
      checkedRevision = now.checkedRevision;
      copied = now.copied;
      total = now.total;
      lastVerification = now.lastVerification;
      accepted = now.accepted;
      stopped = now.stopped;
      at = now.at;
    }
  }
}
