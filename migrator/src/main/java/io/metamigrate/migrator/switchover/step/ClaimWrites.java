package io.metamigrate.migrator.switchover.step;

import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.switchover.engine.ActionContext;
import io.metamigrate.migrator.switchover.engine.Answer;
import io.metamigrate.migrator.switchover.engine.Condition;
import io.metamigrate.migrator.switchover.engine.ResumeRule;
import io.metamigrate.migrator.switchover.engine.Step;
import io.metamigrate.migrator.switchover.engine.Undo;
import java.util.List;
import java.util.stream.Stream;

/** Makes this process the only one of the tool that may write to ZooKeeper, in both directions. */
public record ClaimWrites(SwitchoverContext context) implements Step {
  /** Where the mark is recorded behind which everything on the target is the tool's own. */
  static final String BASE_MARK = "target at the start";

  private static final String CLAIM = "claim ZooKeeper";

  private static final String RELEASE = "release ZooKeeper";

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
  public void act(ActionContext action) {
    String nonce = context.journal().document().nonce();
    context.zookeeper().claim(action.permit(CLAIM));
    if (context.isForward() && !isIdentified(context)) {
      context.zookeeper().identify(action.permit("identify ZooKeeper"), nonce);
      context.etcd().identify(action.permit("identify etcd"), nonce);
      action.await(identified());
      context.journal().mark(IDENTIFIED, nonce);
    }
    if (context.isForward()
        && !context.journal().move().evidence().marks().containsKey(BASE_MARK)) {
      String mark = context.target().watch().begin(action.permit("mark the target"));
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

  /** Whether the identity may have been removed from ZooKeeper, by the undo or at the end. */
  static boolean isRemoved(SwitchoverContext context) {
    return Stream.of(ID, ReleaseWrites.ID)
        .flatMap(step -> context.journal().record(step).stream())
        .anyMatch(record -> record.intents().contains(RELEASE));
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
                action -> release(context, action),
                released())
            .requiring(List.of(stores().sameStores()))
        : Undo.none();
  }

  /** For an undo that writes once this step is undone: it is not restored then. */
  static void claim(SwitchoverContext context, ActionContext action) {
    if (!context.zookeeper().isClaimed()) {
      action.require(new StoreConditions(context).sameStores());
      context.zookeeper().claim(action.permit(CLAIM));
    }
  }

  /** The identity goes with it, so that it is asked for last before. */
  static void release(SwitchoverContext context, ActionContext action) {
    if (!action.intended(RELEASE)) {
      action.require(new StoreConditions(context).claimed());
    }
    context.zookeeper().release(action.permit(RELEASE));
  }

  /** Where a reverse move is undone to, ZooKeeper is fenced, whoever lifted the fence. */
  static void restoreFence(SwitchoverContext context, ActionContext action) {
    SourceFence fence = new SourceFence(context);
    if (!fence.isIntact()) {
      claim(context, action);
      fence.raise(action);
    }
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
