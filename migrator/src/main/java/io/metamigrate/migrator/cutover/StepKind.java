package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.CutoverState.MoveProgress;
import io.metamigrate.migrator.phase.Phase;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The kinds of steps: first those of a cutover, then those of a rollback. */
public enum StepKind {
  CHECK(new CheckStep()),
  CLAIM_ZOOKEEPER(new ClaimStep()),
  STOP_METADATA_WRITERS(StopMetadataWritersStep.onZooKeeper()),
  START_BRIDGE(new StartBridgeStep()),
  MOVE_BOOKIE(MoveBookieStep.toEtcd()),
  STOP_BROKERS(StopBrokersStep.onZooKeeper()),
  FENCE(new FenceStep()),
  DRAIN(new DrainStep()),
  VERIFY(new VerifyStep()),
  SWITCH_BOOKIES(SwitchBookiesStep.toEtcd()),
  PASS_NO_RETURN(new CommitStep()),
  START_FIRST_BROKER(new StartFirstBrokerStep()),
  START_BROKERS(new StartBrokersStep()),
  END_BRIDGE(RemoveMirrorsStep.inCutover()),
  ENABLE_GARBAGE_COLLECTION(GarbageCollectionStep.enabling()),
  START_METADATA_WRITERS_ON_ETCD(StartMetadataWritersStep.onEtcd()),
  OBSERVE(new ObserveStep()),

  RESUME_SOURCE_DIRECTION(DirectionStep.toFollowing()),
  LIFT_FENCE(new LiftFenceStep()),
  START_BROKERS_ON_ZOOKEEPER(new StartBrokersOnZooKeeperStep()),
  MOVE_BOOKIE_BACK(MoveBookieStep.toZooKeeper()),
  SWITCH_BOOKIES_BACK(SwitchBookiesStep.toZooKeeper()),
  REMOVE_MIRRORS(RemoveMirrorsStep.inRollback()),
  START_METADATA_WRITERS(StartMetadataWritersStep.onZooKeeper()),
  RELEASE_ZOOKEEPER(new ReleaseStep()),
  STOP_METADATA_WRITERS_ON_ETCD(StopMetadataWritersStep.onEtcd()),
  SUSPEND_GARBAGE_COLLECTION(GarbageCollectionStep.suspending()),
  STOP_BROKERS_ON_ETCD(StopBrokersStep.onEtcd()),
  REVERSE_DIRECTION(DirectionStep.toReverse()),
  COPY_BACK(new CopyBackStep()),
  RAISE_IDS(new RaiseIdsStep()),
  VERIFY_BACK(new VerifyBackStep());

  @SuppressWarnings("ImmutableEnumChecker") // a definition has no state
  private final StepDefinition definition;

  StepKind(StepDefinition definition) {
    this.definition = definition;
  }

  StepDefinition definition() {
    return definition;
  }

  /** The phase in which it is done. */
  Phase phase() {
    return definition.phase();
  }

  /** Its stable name: in hooks, budgets, reports and the persisted record. */
  String label() {
    return definition.label();
  }

  String title() {
    return definition.texts().title();
  }

  List<String> preconditions() {
    return Condition.sentences(definition.requires());
  }

  String action() {
    return definition.texts().does();
  }

  List<String> proofs() {
    return Condition.sentences(definition.proof());
  }

  String undo() {
    return definition.texts().undo();
  }

  /** The step that undoes this one before the point of no return. */
  Optional<StepKind> undoneBy() {
    return definition.undoneBy();
  }

  /**
   * Whether a new process repeats it at that stage of the move, since nobody watched in between.
   */
  boolean isRepeatedIn(MoveProgress progress) {
    return definition.repeatedIn().contains(progress);
  }

  /** Which steps of the cutover it reverts in a rollback after the point of no return. */
  Set<StepKind> reverts() {
    return definition.reverts();
  }

  /** Whether that record is of a step of this kind. */
  boolean isOf(StepRecord record) {
    return record.id().equals(label()) || record.id().startsWith(label() + " ");
  }
}
