package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.cutover.fence.Registrations;
import io.metamigrate.migrator.pulsar.BrokerHealth;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.migrator.run.Stores;
import io.metamigrate.verifier.store.Scope;
import java.util.List;

/** All that steps work with. */
record Tools(
    Stores stores,
    Configuration configuration,
    Journal journal,
    Hands hands,
    Registrations registrations,
    Layers layers,
    Bookies bookies,
    Brokers brokers,
    BrokerHealth health,
    Hooks hooks,
    Confirmation confirmation,
    StepListener listener,
    Standing standing) {
  Scope scope() {
    return configuration.scope().toScope();
  }

  List<Node> bookieNodes() {
    return CutoverPlan.Nodes.bookies(configuration.cutover());
  }

  /** By both stores as they are now, the record and the file. */
  KnownNodes knownNodes() {
    return KnownNodes.of(registrations, journal.state().bookies(), List.of(), bookieNodes());
  }

  List<Node> sideWriters() {
    return CutoverPlan.Nodes.sideWriters(configuration.cutover());
  }

  /** Where a step of the operator's own commands is. */
  Hooks.Boundary boundary(Step step) {
    CutoverState state = journal.state();
    return new Hooks.Boundary(
        state.header().cluster(),
        step.phase().title(),
        step.deed().label(),
        state.current().stream().map(StepRecord::id).toList().indexOf(step.id()) + 1,
        state.current().size(),
        step.node().map(Node::id),
        state.beyondReturn());
  }
}
