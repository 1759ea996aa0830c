package io.metamigrate.migrator.switchover.step;

import io.metamigrate.migrator.switchover.engine.ActionContext;
import io.metamigrate.migrator.switchover.engine.Answer;
import io.metamigrate.migrator.switchover.engine.Condition;
import io.metamigrate.migrator.switchover.side.Direction;

/**
 * Sets the direction and waits until it is set, so that no write of it arrives after a later one.
 */
final class ChangeDirection {
  private ChangeDirection() {}

  static void to(SwitchoverContext context, ActionContext action, Direction direction) {
    if (context.copier().direction() != direction) {
      context.copier().changeDirection(action.permit("turn to " + direction), direction);
      action.await(is(context, direction));
    }
  }

  static Condition is(SwitchoverContext context, Direction direction) {
    return Condition.of(
        "the direction is " + direction,
        () -> {
          Direction now = context.copier().direction();
          return now == direction ? Answer.yes("it is") : Answer.no("it is " + now);
        });
  }
}
