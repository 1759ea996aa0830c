package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.verifier.store.Store;
import java.util.List;

/**
 * Starts those of the other metadata writers that ran before the move, on the store that it ends
 * on.
 */
final class StartMetadataWritersStep extends StepDefinition {
  private final Store side;

  private StartMetadataWritersStep(Store side, Phase phase, String label, Texts texts) {
    super(phase, label, texts);
    this.side = side;
  }

  static StartMetadataWritersStep onEtcd() {
    return new StartMetadataWritersStep(
        Store.ETCD,
        Phase.ENABLING_GARBAGE_COLLECTION,
        "start-metadata-writers-on-etcd",
        new Texts(
            "Start AutoRecovery on etcd if this Pulsar version supports it",
            "delete /ledgers/underreplication/disable on etcd if this step created it, configure,"
                + " start, run the hook",
            "stop them"));
  }

  static StartMetadataWritersStep onZooKeeper() {
    return new StartMetadataWritersStep(
        Store.ZOOKEEPER,
        Phase.ROLLING_BACK,
        "start-metadata-writers",
        Texts.ofRollback(
            "Start the other metadata writers",
            "delete /ledgers/underreplication/disable if the move created it, start the nodes that"
                + " ran before the move, run the hook"));
  }

  @Override
  List<Condition> requires() {
    return List.of(side == Store.ETCD ? Conditions.isCommitted() : Conditions.noBrokerIsOnEtcd());
  }

  @Override
  List<Condition> proof() {
    return List.of(Conditions.toolDisablesNoAutoRecovery());
  }

  @Override
  String act(StepContext here, Step step, Deadline deadline) {
    return side == Store.ETCD
        ? here.metadataWriters().startOnEtcd(step, deadline)
        : here.metadataWriters().startOnZooKeeper(step, deadline);
  }

  @Override
  String actWithoutEtcd(StepContext here, Step step, Deadline deadline) {
    return act(here, step, deadline);
  }

  @Override
  String actWithoutZooKeeper(StepContext here, Step step, Deadline deadline) {
    return side == Store.ETCD
        ? act(here, step, deadline)
        : super.actWithoutZooKeeper(here, step, deadline);
  }
}
