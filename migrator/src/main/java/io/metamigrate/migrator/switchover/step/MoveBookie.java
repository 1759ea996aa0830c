package io.metamigrate.migrator.switchover.step;

import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.switchover.engine.ActionContext;
import io.metamigrate.migrator.switchover.engine.Answer;
import io.metamigrate.migrator.switchover.engine.Condition;
import io.metamigrate.migrator.switchover.engine.Step;
import io.metamigrate.migrator.switchover.engine.Undo;
import io.metamigrate.migrator.switchover.node.Node;
import io.metamigrate.migrator.switchover.node.NodeKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Restarts one bookie on the target, garbage collection suspended, while brokers serve. */
public record MoveBookie(SwitchoverContext context, Node bookie) implements Step {
  static final String ID = "move-bookie";

  @Override
  public String id() {
    return ID;
  }

  @Override
  public String phase() {
    return Phase.ROLLING_BOOKIES.title();
  }

  @Override
  public String title() {
    return "Move %s to %s".formatted(bookie, context.target().kind().title());
  }

  @Override
  public Optional<String> node() {
    return Optional.of(bookie.id());
  }

  @Override
  public List<Condition> requires() {
    return List.of(cluster().otherBookiesRegistered(bookie), othersSuspended());
  }

  /** A driver whose word about garbage collection is false destroys one bookie's copies at most. */
  private Condition othersSuspended() {
    return Condition.of(
        "each bookie that moved before runs with garbage collection suspended",
        () -> {
          List<String> faults = new ArrayList<>();
          for (Node other : context.nodes(NodeKind.BOOKIE)) {
            boolean moved =
                context.journal().record(new MoveBookie(context, other).key()).isPresent();
            if (moved && !other.equals(bookie)) {
              Answer answer = cluster().bookieRuns(other, cluster().suspended(other)).ask();
              if (!answer.holds()) {
                faults.add(answer.detail());
              }
            }
          }
          return Answer.noneOf("all suspended", faults);
        });
  }

  @Override
  public void act(ActionContext action) {
    Nodes nodes = new Nodes(context);
    nodes.keep(action, bookie);
    nodes.stop(action, bookie);
    action.await(cluster().unregistered(bookie));
    nodes.configure(action, bookie, cluster().suspended(bookie));
    nodes.start(action, bookie);
  }

  @Override
  public Condition proof() {
    Condition up = cluster().bookieRuns(bookie, cluster().suspended(bookie));
    return Condition.of(
        up.sentence() + ", and mirrored",
        () -> {
          Answer answer = up.ask();
          boolean mirrored = context.source().mirrors().present().contains(bookie.id());
          return !answer.holds() || mirrored ? answer : Answer.no(bookie + " is not mirrored");
        });
  }

  @Override
  public Undo undo() {
    return BookieUndo.of(context, ID + " " + bookie.id(), List.of(bookie));
  }

  private ClusterConditions cluster() {
    return new ClusterConditions(context);
  }
}
