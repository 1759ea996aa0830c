package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.CutoverState.MoveProgress;
import io.metamigrate.migrator.cutover.NodeListRule.NodeListOutcome;
import io.metamigrate.migrator.cutover.NodeListRule.Stage;
import io.metamigrate.migrator.restart.Node;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Gives nodes that joined a move their steps, and ends those of nodes that left. Records of what
 * was done stay. Pure.
 */
final class StepInsertion {
  private final CutoverState state;
  private final CutoverPlan plan;
  private final NodeListOutcome answer;

  private StepInsertion(CutoverState state, CutoverPlan plan, NodeListOutcome answer) {
    this.state = state;
    this.plan = plan;
    this.answer = answer;
  }

  static CutoverState apply(CutoverState state, CutoverPlan plan, NodeListOutcome answer) {
    StepInsertion insertion = new StepInsertion(state, plan, answer);
    CutoverState next = state.withForward(insertion.forward());
    return state.progress().isBack() ? next.withBack(insertion.back(next)) : next;
  }

  private List<StepRecord> back(CutoverState next) {
    List<Step> steps =
        state.progress() == MoveProgress.BACK_AFTER_NO_RETURN
            ? plan.backAfterNoReturn(next)
            : plan.backBeforeNoReturn(next);
    List<StepRecord> back = new ArrayList<>();
    for (Step step : steps) {
      StepRecord record =
          find(state.back(), step.id()).orElseGet(() -> StepRecord.pending(step.id()));
      boolean again =
          step.kind() == StepKind.SWITCH_BOOKIES_BACK && !answer.onEtcd().joined().isEmpty();
      back.add(again ? record.stale() : record);
    }
    return back;
  }

  private List<StepRecord> forward() {
    List<Step> steps = plan.forward(state.header().strategy());
    List<StepRecord> records = new ArrayList<>();
    boolean opened = false;
    for (Step step : steps) {
      Optional<StepRecord> known = find(state.forward(), step.id());
      StepRecord record = record(steps, step, known);
      opened |= !record.isDone() && known.map(StepRecord::isDone).orElse(true);
      // What checked the whole checks again.
      records.add(opened && step.kind() == StepKind.OBSERVE ? record.stale() : record);
    }
    for (StepRecord old : state.forward()) {
      if (old.begun() && find(records, old.id()).isEmpty()) {
        records.add(
            old.isDone()
                ? old
                : old.done("the node has left the move", old.openedAt().orElse(Instant.EPOCH)));
      }
    }
    return records;
  }

  private StepRecord record(List<Step> steps, Step step, Optional<StepRecord> old) {
    StepRecord known = old.orElseGet(() -> StepRecord.pending(step.id()));
    if (answer.stage() == Stage.BEFORE_COMMIT) {
      return answer.extended() && step.kind().definition().isRepeatedForNewNode()
          ? known.stale()
          : known;
    }
    if (isThereAlready(step) && !known.begun()) {
      Instant now = state.header().startedAt();
      StepRecord open = known.open(now);
      return step.kind() == StepKind.SWITCH_BOOKIES
          ? open
          : open.done("joined on etcd by itself", now);
    }
    return !answer.newBrokers().isEmpty() && step.kind() == starting(steps) ? known.stale() : known;
  }

  /** A bookie that joined on etcd counts as moved there, so that a rollback moves it back. */
  private boolean isThereAlready(Step step) {
    if (step.kind() == StepKind.SWITCH_BOOKIES) {
      return answer.stage() == Stage.ROLLBACK && !answer.onEtcd().all().isEmpty();
    }
    Set<String> there =
        step.kind() == StepKind.MOVE_BOOKIE
            ? answer.onEtcd().all()
            : step.kind() == StepKind.ENABLE_GARBAGE_COLLECTION && state.isCommitted()
                ? answer.onEtcd().joined()
                : Set.of();
    return step.node().map(Node::id).filter(there::contains).isPresent();
  }

  /** The step that starts a broker which joined. */
  private static StepKind starting(List<Step> steps) {
    return steps.stream().anyMatch(step -> step.kind() == StepKind.START_BROKERS)
        ? StepKind.START_BROKERS
        : StepKind.START_FIRST_BROKER;
  }

  private static Optional<StepRecord> find(List<StepRecord> records, String id) {
    return records.stream().filter(record -> record.id().equals(id)).findFirst();
  }
}
