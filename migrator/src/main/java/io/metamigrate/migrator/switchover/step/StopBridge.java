package io.metamigrate.migrator.switchover.step;

import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.switchover.engine.ActionContext;
import io.metamigrate.migrator.switchover.engine.Condition;
import io.metamigrate.migrator.switchover.engine.Step;
import io.metamigrate.migrator.switchover.side.MetadataSide;
import java.util.List;

/**
 * Removes the mirrors of registrations from both stores, so that no bookie is kept from
 * registering.
 */
public record StopBridge(SwitchoverContext context) implements Step {
  static final String ID = "end-bridge";

  @Override
  public String id() {
    return ID;
  }

  @Override
  public String phase() {
    return context.isForward() ? Phase.SWITCHING_BROKERS.title() : Phase.ROLLING_BACK.title();
  }

  @Override
  public String title() {
    return "Remove the mirrors";
  }

  @Override
  public void act(ActionContext action) {
    removeMirrors(context, action);
  }

  static void removeMirrors(SwitchoverContext context, ActionContext action) {
    for (MetadataSide side : List.of(context.zookeeper(), context.etcd())) {
      side.mirrors().stop();
      for (String bookie : side.mirrors().present()) {
        side.mirrors()
            .remove(
                action.permit(
                    "remove the mirror of %s from %s".formatted(bookie, side.kind().title())),
                bookie);
      }
    }
  }

  @Override
  public Condition proof() {
    return new StoreConditions(context).noMirrors();
  }
}
