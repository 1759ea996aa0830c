package io.metamigrate.migrator.cutover;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.metamigrate.migrator.config.CutoverConfig.Strategy;
import io.metamigrate.migrator.cutover.fence.LateWrite;
import io.metamigrate.migrator.cutover.fence.SavedAcl;
import io.metamigrate.verifier.report.Digest;
import io.metamigrate.verifier.store.Ensemble;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Zxid;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The record of a cutover and its rollback, as persisted on etcd beside the checkpoint.
 *
 * @param forward the steps to etcd
 * @param back the steps of a rollback, once one was begun
 * @param fence what was found at the fenced nodes, and since when they are fenced
 * @param mirrors znodes below {@code /ledgers/available} that are the daemon's
 * @param outageSince when it was seen that no broker serves
 * @param committedAt when the point of no return was passed
 * @param commitProof the result of the last full comparison before it
 * @param lateWrites the first changes of ZooKeeper after the fence
 * @param replicationDisabled whether the daemon made {@code /ledgers/underreplication/disable}
 */
public record CutoverState(
    int format,
    Header header,
    @JsonProperty("course") MoveProgress progress,
    List<StepRecord> forward,
    List<StepRecord> back,
    FenceState fence,
    SortedSet<ZkPath> mirrors,
    Optional<Instant> outageSince,
    @JsonProperty("noReturn") Optional<Instant> committedAt,
    @JsonProperty("gate") Optional<CommitProof> commitProof,
    List<LateWrite> lateWrites,
    boolean replicationDisabled) {
  static final int FORMAT = 2;
  static final int MOST_LATE_WRITES = 100;

  /** To etcd, back to ZooKeeper, or ended. */
  enum MoveProgress {
    FORWARD,
    BACK_BEFORE_NO_RETURN,
    BACK_AFTER_NO_RETURN,
    ROLLED_BACK,
    FINALIZED;

    boolean isBack() {
      return this == BACK_BEFORE_NO_RETURN || this == BACK_AFTER_NO_RETURN;
    }
  }

  /** What does not change. */
  record Header(String cluster, Strategy strategy, String operator, Instant startedAt) {}

  /**
   * The fence.
   *
   * @param saved the access lists as they were, saved before the first was changed
   * @param marks for each ensemble the zxid of the mark that was made once the fence was in place;
   *     newer changes are late
   * @param byHook whether the operator's own hook was run, or is about to be, to keep writers away
   * @param lifted where both stores were when a rollback after the point of no return had last
   *     copied etcd to ZooKeeper, before it lifts the fence
   */
  public record FenceState(
      Map<ZkPath, List<SavedAcl>> saved,
      Optional<Instant> since,
      Map<Ensemble, Zxid> marks,
      boolean byHook,
      Optional<LiftedFence> lifted) {
    public FenceState {
      saved = Collections.unmodifiableMap(new TreeMap<>(saved));
      marks = Map.copyOf(marks);
    }

    FenceState(
        Map<ZkPath, List<SavedAcl>> saved,
        Optional<Instant> since,
        Map<Ensemble, Zxid> marks,
        boolean byHook) {
      this(saved, since, marks, byHook, Optional.empty());
    }

    Zxid mark(Ensemble ensemble) {
      return marks.getOrDefault(ensemble, Zxid.NONE);
    }

    FenceState hooked() {
      return new FenceState(saved, since, marks, true, lifted);
    }

    FenceState lifted(LiftedFence at) {
      return new FenceState(saved, since, marks, byHook, Optional.of(at));
    }

    static FenceState none() {
      return new FenceState(Map.of(), Optional.empty(), Map.of(), false);
    }
  }

  /**
   * Where both stores were when they were last equal, before the fence is lifted: what is newer in
   * ZooKeeper is not on etcd.
   *
   * @param marks for each ensemble the zxid of a mark that was made before the comparison
   * @param revision of etcd, read before the comparison
   */
  record LiftedFence(Map<Ensemble, Zxid> marks, Revision revision) {
    LiftedFence {
      marks = Map.copyOf(marks);
    }

    Zxid mark(Ensemble ensemble) {
      return marks.getOrDefault(ensemble, Zxid.NONE);
    }
  }

  /**
   * A full comparison that found no difference.
   *
   * @param digest of what was compared; cookies that bookies on etcd changed there may make both
   *     sides differ
   */
  public record CommitProof(
      String holder,
      Instant at,
      Zxid zxid,
      Revision revision,
      long compared,
      Digest digest,
      long nextLedgerIdOnSource,
      long nextLedgerIdOnTarget) {
    CommitProof with(Digest now) {
      return new CommitProof(
          holder, at, zxid, revision, compared, now, nextLedgerIdOnSource, nextLedgerIdOnTarget);
    }
  }

  public CutoverState {
    forward = List.copyOf(forward);
    back = List.copyOf(back);
    mirrors = Collections.unmodifiableSortedSet(new TreeSet<>(mirrors));
    lateWrites = List.copyOf(lateWrites);
  }

  /** The state of a cutover that has not begun. */
  static CutoverState begin(Header header, List<Step> steps) {
    return new CutoverState(
        FORMAT,
        header,
        MoveProgress.FORWARD,
        steps.stream().map(step -> StepRecord.pending(step.id())).toList(),
        List.of(),
        FenceState.none(),
        new TreeSet<>(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        false);
  }

  Optional<StepRecord> forward(String id) {
    return forward.stream().filter(step -> step.id().equals(id)).findFirst();
  }

  /** The steps that run now. */
  public List<StepRecord> current() {
    return progress == MoveProgress.FORWARD ? forward : back;
  }

  /** Whether the cutover has begun that step, about that node. */
  boolean hasBegun(StepKind kind, String node) {
    return forward(kind.label() + " " + node).filter(StepRecord::begun).isPresent();
  }

  /** The same for a step that a cutover has only once. */
  boolean hasBegun(StepKind kind) {
    return forward(kind.label()).filter(StepRecord::begun).isPresent();
  }

  /** The record of one of the steps that run now. */
  public StepRecord record(String id) {
    return current().stream()
        .filter(step -> step.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no step " + id + " in this cutover"));
  }

  /** The bookies that its steps name. */
  SortedSet<String> bookies() {
    SortedSet<String> named = new TreeSet<>();
    for (String prefix :
        List.of(
            StepKind.MOVE_BOOKIE.label() + " ", StepKind.ENABLE_GARBAGE_COLLECTION.label() + " ")) {
      forward.stream()
          .map(StepRecord::id)
          .filter(id -> id.startsWith(prefix))
          .forEach(id -> named.add(id.substring(prefix.length())));
    }
    return named;
  }

  boolean isCommitted() {
    return committedAt.isPresent();
  }

  CutoverState with(StepRecord changed) {
    List<StepRecord> list =
        current().stream().map(s -> s.id().equals(changed.id()) ? changed : s).toList();
    return with(
        next -> {
          if (progress == MoveProgress.FORWARD) {
            next.forward = list;
          } else {
            next.back = list;
          }
        });
  }

  CutoverState withForward(List<StepRecord> records) {
    return with(next -> next.forward = records);
  }

  CutoverState withBack(List<StepRecord> records) {
    return with(next -> next.back = records);
  }

  CutoverState reverseTo(MoveProgress way, List<Step> steps) {
    return with(
        next -> {
          next.progress = way;
          next.back = steps.stream().map(step -> StepRecord.pending(step.id())).toList();
        });
  }

  /** Once a rollback is undone: the cutover is under way again, and repeats these steps. */
  CutoverState forwardAgain(Set<String> stale) {
    return with(
        next -> {
          next.progress = MoveProgress.FORWARD;
          next.forward =
              forward.stream()
                  .map(record -> stale.contains(record.id()) ? record.stale() : record)
                  .toList();
        });
  }

  CutoverState ended(MoveProgress end) {
    return with(next -> next.progress = end);
  }

  CutoverState withFence(FenceState found) {
    return with(next -> next.fence = found);
  }

  CutoverState withMirrors(SortedSet<ZkPath> own) {
    return with(next -> next.mirrors = own);
  }

  CutoverState outageFrom(Instant at) {
    return with(next -> next.outageSince = outageSince.or(() -> Optional.of(at)));
  }

  CutoverState outageOver() {
    return with(next -> next.outageSince = Optional.empty());
  }

  CutoverState withCommit(Instant at) {
    return with(next -> next.committedAt = committedAt.or(() -> Optional.of(at)));
  }

  /** For a rollback of a cutover that has issued no start on etcd. */
  CutoverState withoutCommit() {
    return with(next -> next.committedAt = Optional.empty());
  }

  CutoverState withCommitProof(Optional<CommitProof> proof) {
    return with(next -> next.commitProof = proof);
  }

  CutoverState withLateWrites(List<LateWrite> found) {
    List<LateWrite> all =
        Stream.concat(lateWrites.stream(), found.stream())
            .distinct()
            .limit(MOST_LATE_WRITES)
            .toList();
    return with(next -> next.lateWrites = all);
  }

  /** How many late writes there are; those beyond the limit are not recorded. */
  String lateWriteCount() {
    return (lateWrites.size() < MOST_LATE_WRITES ? "" : "at least ") + lateWrites.size();
  }

  CutoverState withoutLateWrites() {
    return with(next -> next.lateWrites = List.of());
  }

  CutoverState disablingReplication(boolean own) {
    return with(next -> next.replicationDisabled = own);
  }

  private CutoverState with(Consumer<StateDraft> change) {
    StateDraft next = new StateDraft(this);
    change.accept(next);
    return new CutoverState(
        format,
        header,
        next.progress,
        next.forward,
        next.back,
        next.fence,
        next.mirrors,
        next.outageSince,
        next.committedAt,
        next.commitProof,
        next.lateWrites,
        next.replicationDisabled);
  }

  /** The parts that change from one state to the next, to be set one by one. */
  private static final class StateDraft {
    private MoveProgress progress;
    private List<StepRecord> forward;
    private List<StepRecord> back;
    private FenceState fence;
    private SortedSet<ZkPath> mirrors;
    private Optional<Instant> outageSince;
    private Optional<Instant> committedAt;
    private Optional<CommitProof> commitProof;
    private List<LateWrite> lateWrites;
    private boolean replicationDisabled;

    private StateDraft(CutoverState now) {
      progress = now.progress;
      forward = now.forward;
      back = now.back;
      fence = now.fence;
      mirrors = now.mirrors;
      outageSince = now.outageSince;
      committedAt = now.committedAt;
      commitProof = now.commitProof;
      lateWrites = now.lateWrites;
      replicationDisabled = now.replicationDisabled;
    }
  }
}
