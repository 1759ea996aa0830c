package io.metamigrate.migrator.switchover.step;

import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.switchover.engine.ActionContext;
import io.metamigrate.migrator.switchover.engine.Condition;
import io.metamigrate.migrator.switchover.engine.Step;
import io.metamigrate.migrator.switchover.node.Node;
import java.util.List;
import java.util.Optional;

/** Restarts one bookie with its own settings, garbage collection included. */
public record EnableCollection(SwitchoverContext context, Node bookie) implements Step {
  static final String ID = "unpark-bookie";

  @Override
  public String id() {
    return ID;
  }

  @Override
  public String phase() {
    return context.isForward() ? Phase.UNPARKING_BOOKIES.title() : Phase.ROLLING_BACK.title();
  }

  @Override
  public String title() {
    return "Give %s its own settings again".formatted(bookie);
  }

  @Override
  public Optional<String> node() {
    return Optional.of(bookie.id());
  }

  @Override
  public List<Condition> requires() {
    return List.of(
        cluster().everyNodeIsListed(),
        cluster().otherBookiesRegistered(bookie),
        stores().referencesIntact(context.target()),
        stores().lateWritesAccepted());
  }

  @Override
  public void act(ActionContext action) {
    Nodes nodes = new Nodes(context);
    nodes.stop(action, bookie);
    action.await(cluster().unregistered(bookie));
    nodes.configure(action, bookie, context.settingsOnTarget(bookie));
    action.require(stores().lateWritesAccepted());
    action.require(stores().referencesIntact(context.target()));
    nodes.start(action, bookie);
  }

  @Override
  public Condition proof() {
    return cluster().bookieRuns(bookie, context.settingsOnTarget(bookie));
  }

  private ClusterConditions cluster() {
    return new ClusterConditions(context);
  }

  private StoreConditions stores() {
    return new StoreConditions(context);
  }
}
