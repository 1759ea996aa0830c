package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.CutoverState.MoveProgress;
import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.restart.Node;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Everything about one kind of step: its place, its texts, what it does, what shows that it is
 * done, and what another process repeats of it. Without state: safe for use by several threads.
 */
abstract class StepDefinition {
  private final Phase phase;
  private final String label;
  private final Texts texts;

  /**
   * What operators read.
   *
   * @param does the action
   * @param undo what a rollback does about it; empty for a step of a rollback
   */
  record Texts(String title, String does, String undo) {
    /** A step of a rollback, which is not undone by itself. */
    static Texts ofRollback(String title, String does) {
      return new Texts(title, does, "");
    }
  }

  StepDefinition(Phase phase, String label, Texts texts) {
    this.phase = phase;
    this.label = label;
    this.texts = texts;
  }

  /** The phase in which it is done. */
  final Phase phase() {
    return phase;
  }

  /** Its stable name: in hooks, budgets, reports and the persisted record. */
  final String label() {
    return label;
  }

  final Texts texts() {
    return texts;
  }

  /**
   * Asked right before it acts, in this order; each is waited for until the step's budget is used.
   */
  List<Condition> requires() {
    return List.of();
  }

  /** Asked once it has acted: what shows that it is done. */
  abstract List<Condition> proof();

  /**
   * Acts. Safe to repeat after a kill at any point.
   *
   * @return what it did, for the record
   * @throws StepFailedException when it cannot be
   */
  abstract String act(StepContext here, Step step, Deadline deadline);

  /**
   * The same in a cutover after its point of no return whose ZooKeeper is permanently lost: what
   * reads or writes ZooKeeper is left out.
   */
  String actWithoutZooKeeper(StepContext here, Step step, Deadline deadline) {
    throw new StepFailedException(
        "step %s needs ZooKeeper, which is declared gone".formatted(step.id()));
  }

  /**
   * The same in a rollback whose etcd is permanently lost: what reads or writes etcd is left out,
   * and what is already correct is left alone, since nothing is recorded.
   */
  String actWithoutEtcd(StepContext here, Step step, Deadline deadline) {
    throw new StepFailedException(
        "step %s needs etcd, which is declared gone".formatted(step.id()));
  }

  /**
   * What shows that a step that was found open is done already; empty if that cannot be seen from
   * outside, so that it is repeated.
   */
  Optional<String> completedProof(StepContext here, Step step) {
    return Optional.empty();
  }

  /** Restores in this process what a completed step keeps running, such as the bridge. */
  void resume(StepContext here, Step step) {}

  /** The same if ZooKeeper is permanently lost. */
  void resumeWithoutZooKeeper(StepContext here, Step step) {}

  /** At which stages of a move a new process repeats it, since nobody watched in between. */
  Set<MoveProgress> repeatedIn() {
    return Set.of();
  }

  /** The step that undoes this one before the point of no return. */
  Optional<StepKind> undoneBy() {
    return Optional.empty();
  }

  /**
   * Which steps of the cutover this one reverts, once it is begun in a rollback after the point of
   * no return. A step about a node reverts only steps about the same node.
   */
  Set<StepKind> reverts() {
    return Set.of();
  }

  /** Whether it is asked again before the point of no return once a node has joined. */
  boolean isRepeatedForNewNode() {
    return false;
  }

  /** What it costs clients and nodes as part of a rollback; empty if nothing restarts. */
  String cost() {
    return "";
  }

  /** The node that the step is about. */
  static Node node(Step step) {
    return step.node().orElseThrow();
  }
}
