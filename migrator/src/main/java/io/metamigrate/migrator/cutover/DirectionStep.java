package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.phase.Direction;
import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.restart.StepOutcome;
import java.util.List;

/** Records, in a rollback, which store is applied to which. */
final class DirectionStep extends StepDefinition {
  private final Direction direction;

  private DirectionStep(Direction direction, String label, Texts texts) {
    super(Phase.ROLLING_BACK, label, texts);
    this.direction = direction;
  }

  /** Before the point of no return: ZooKeeper is authoritative, as before the move. */
  static DirectionStep toFollowing() {
    return new DirectionStep(
        Direction.ZK_TO_ETCD,
        "resume-source-direction",
        Texts.ofRollback("Make ZooKeeper authoritative again", "set the direction to ZK_TO_ETCD"));
  }

  /** After it: what etcd has is copied to ZooKeeper. */
  static DirectionStep toReverse() {
    return new DirectionStep(
        Direction.ETCD_TO_ZK,
        "reverse-direction",
        Texts.ofRollback(
            "Make etcd authoritative for ZooKeeper", "set the direction to ETCD_TO_ZK"));
  }

  @Override
  List<Condition> requires() {
    return List.of(
        direction == Direction.ZK_TO_ETCD
            ? Condition.of(
                "no broker's start on etcd was issued",
                (here, step) ->
                    here.context().journal().state().isCommitted()
                        ? StepOutcome.failed("the point of no return is recorded")
                        : StepOutcome.done("none was"))
            : Conditions.noBrokerRuns());
  }

  @Override
  List<Condition> proof() {
    return List.of(Conditions.directionIs(direction));
  }

  @Override
  String act(StepContext here, Step step, Deadline deadline) {
    Journal journal = here.context().journal();
    journal.changeDirection(direction, c -> c.to(Phase.ROLLING_BACK, journal.now()));
    return direction == Direction.ZK_TO_ETCD
        ? "ZooKeeper is authoritative"
        : "etcd is authoritative for ZooKeeper";
  }

  @Override
  String actWithoutEtcd(StepContext here, Step step, Deadline deadline) {
    return act(here, step, deadline);
  }
}
