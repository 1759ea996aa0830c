package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.CutoverState.MoveProgress;
import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.restart.StepOutcome;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.ZkPath;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Stops what else writes metadata, before the first bookie moves. */
final class StopMetadataWritersStep extends StepDefinition {
  private final Store from;

  private StopMetadataWritersStep(Store from, Phase phase, String label, Texts texts) {
    super(phase, label, texts);
    this.from = from;
  }

  static StopMetadataWritersStep onZooKeeper() {
    return new StopMetadataWritersStep(
        Store.ZOOKEEPER,
        Phase.METADATA_WRITERS_STOPPED,
        "stop-metadata-writers",
        new Texts(
            "Stop the other metadata writers",
            "create /ledgers/underreplication/disable, stop AutoRecovery and function workers, run"
                + " the hook",
            "start them again; delete the znode if this step created it"));
  }

  static StopMetadataWritersStep onEtcd() {
    return new StopMetadataWritersStep(
        Store.ETCD,
        Phase.ROLLING_BACK,
        "stop-metadata-writers-on-etcd",
        Texts.ofRollback(
            "Stop the other metadata writers",
            "create /ledgers/underreplication/disable on etcd, stop AutoRecovery and function"
                + " workers, run the hook"));
  }

  @Override
  List<Condition> requires() {
    return from == Store.ZOOKEEPER ? List.of(Conditions.noLedgerIsUnderReplicated()) : List.of();
  }

  @Override
  List<Condition> proof() {
    return List.of(autoRecoveryIsDisabled());
  }

  @Override
  String act(StepContext here, Step step, Deadline deadline) {
    return from == Store.ZOOKEEPER
        ? here.metadataWriters().stopOnZooKeeper(step, deadline)
        : here.metadataWriters().stopOnEtcd(step, deadline);
  }

  /** Where AutoRecovery has never run there is nothing to disable. */
  private Condition autoRecoveryIsDisabled() {
    return Condition.of(
        "AutoRecovery is disabled by %s on %s, if it has ever run"
            .formatted(WritePaths.REPLICATION_DISABLED, from.title()),
        (here, step) -> {
          boolean hasRun = isOn(here, WritePaths.REPLICATION_DISABLED.parent());
          return !hasRun || isOn(here, WritePaths.REPLICATION_DISABLED)
              ? StepOutcome.done("it is")
              : StepOutcome.notYet(WritePaths.REPLICATION_DISABLED + " is not there");
        });
  }

  private boolean isOn(StepContext here, ZkPath path) {
    return from == Store.ZOOKEEPER
        ? here.context().registrations().znode(path).isPresent()
        : here.context().registrations().key(path).isPresent();
  }

  @Override
  Optional<StepKind> undoneBy() {
    return from == Store.ZOOKEEPER
        ? Optional.of(StepKind.START_METADATA_WRITERS)
        : Optional.empty();
  }

  @Override
  boolean isRepeatedForNewNode() {
    return from == Store.ZOOKEEPER;
  }

  @Override
  Set<MoveProgress> repeatedIn() {
    return from == Store.ETCD ? Set.of(MoveProgress.BACK_AFTER_NO_RETURN) : Set.of();
  }
}
