package io.metamigrate.migrator.switchover.step;

import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.switchover.engine.Act;
import io.metamigrate.migrator.switchover.engine.Answer;
import io.metamigrate.migrator.switchover.engine.Condition;
import io.metamigrate.migrator.switchover.engine.ResumeRule;
import io.metamigrate.migrator.switchover.engine.Step;
import io.metamigrate.migrator.switchover.engine.Undo;
import java.util.List;

/** Makes this process the only one of the tool that may write to ZooKeeper, in both directions. */
public record ClaimWrites(SwitchoverContext context) implements Step {
  /** Where the mark is recorded behind which everything on the target is the tool's own. */
  static final String BASE_MARK = "target at the start";

  private static final String IDENTIFIED = "identity";

  static final String ID = "take-zookeeper";

  @Override
  public String id() {
    return ID;
  }

  @Override
  public String phase() {
    return context.isForward() ? Phase.FOLLOWING.title() : Phase.ROLLING_BACK.title();
  }

  @Override
  public String title() {
    return "Make this the only process that may write to ZooKeeper";
  }

  @Override
  public List<Condition> requires() {
    return List.of(stores().sameStores());
  }

  @Override
  public void act(Act act) {
    String nonce = context.journal().document().nonce();
    context.zookeeper().claim(act.permit("claim ZooKeeper"));
    if (context.isForward() && !isIdentified(context)) {
      context.zookeeper().identify(act.permit("identify ZooKeeper"), nonce);
      context.etcd().identify(act.permit("identify etcd"), nonce);
      act.await(identified());
      context.journal().mark(IDENTIFIED, nonce);
    }
    if (context.isForward()
        && !context.journal().move().evidence().marks().containsKey(BASE_MARK)) {
      String mark = context.target().watch().begin(act.permit("mark the target"));
      context.journal().mark(BASE_MARK, mark);
    }
  }

  @Override
  public Condition proof() {
    Condition claimed = stores().claimed();
    return Condition.of(
        claimed.sentence() + ", and both stores are those of this move",
        () -> {
          Answer same = stores().sameStores().ask();
          return same.holds() ? claimed.ask() : same;
        });
  }

  private Condition identified() {
    String nonce = context.journal().document().nonce();
    return Condition.of(
        "both stores carry the identity of the move",
        () ->
            context.zookeeper().identity().filter(nonce::equals).isPresent()
                    && context.etcd().identity().filter(nonce::equals).isPresent()
                ? Answer.yes("both carry " + nonce)
                : Answer.no("a store carries no identity, or another one"));
  }

  /** Whether both stores were seen with the identity; from then on a store without is another. */
  static boolean isIdentified(SwitchoverContext context) {
    return context.journal().move().evidence().marks().containsKey(IDENTIFIED);
  }

  @Override
  public ResumeRule resumeRule() {
    return ResumeRule.RESTORE;
  }

  @Override
  public Undo undo() {
    return context.isForward()
        ? Undo.restore(
            "remove the tool's own nodes from ZooKeeper",
            act -> context.zookeeper().release(act.permit("release ZooKeeper")),
            released())
        : Undo.none();
  }

  private Condition released() {
    return Condition.of(
        "no node of the tool remains on ZooKeeper",
        () -> context.zookeeper().isReleased() ? Answer.yes("none") : Answer.no("still there"));
  }

  private StoreConditions stores() {
    return new StoreConditions(context);
  }
}
