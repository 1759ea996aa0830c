package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.run.Stores;
import java.util.Optional;

/** Runs steps on the stores and nodes, of which one store may be permanently lost. */
final class StepActionsOnStores implements StepActions {
  private final StepContext here;

  StepActionsOnStores(StepContext here) {
    this.here = here;
  }

  @Override
  public String perform(Step step, Deadline deadline) {
    CutoverContext context = here.context();
    context.stores().confirm();
    context.services().copyMove();
    StepDefinition definition = step.kind().definition();
    here.ask(definition.requires(), step, deadline);
    String done = act(definition, step, deadline);
    here.ask(definition.proof(), step, deadline);
    context.services().copyMove();
    return done;
  }

  private String act(StepDefinition definition, Step step, Deadline deadline) {
    Stores stores = here.context().stores();
    if (!stores.hasZooKeeper()) {
      return definition.actWithoutZooKeeper(here, step, deadline);
    }
    return stores.hasEtcd()
        ? definition.act(here, step, deadline)
        : definition.actWithoutEtcd(here, step, deadline);
  }

  @Override
  public Optional<String> completedProof(Step step) {
    return step.kind().definition().completedProof(here, step);
  }

  @Override
  public void resume(Step step) {
    StepDefinition definition = step.kind().definition();
    if (here.context().stores().hasZooKeeper()) {
      definition.resume(here, step);
    } else {
      definition.resumeWithoutZooKeeper(here, step);
    }
  }

  @Override
  public void checkInvariants() {
    here.checkInvariants();
  }
}
