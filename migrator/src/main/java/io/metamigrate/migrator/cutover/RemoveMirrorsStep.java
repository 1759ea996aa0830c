package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.CutoverState.MoveProgress;
import io.metamigrate.migrator.cutover.fence.RegistrationBridge;
import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.restart.StepOutcome;
import io.metamigrate.verifier.store.EtcdEntry;
import io.metamigrate.verifier.store.ZkPath;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** Removes the mirrors of etcd's registrations from ZooKeeper, at the end of either direction. */
final class RemoveMirrorsStep extends StepDefinition {
  private RemoveMirrorsStep(Phase phase, String label, Texts texts) {
    super(phase, label, texts);
  }

  static RemoveMirrorsStep inCutover() {
    return new RemoveMirrorsStep(
        Phase.SWITCHING_BROKERS,
        "end-bridge",
        new Texts(
            "Remove the mirrors from ZooKeeper",
            "stop mirroring and delete the mirrors",
            "a reverse migration"));
  }

  static RemoveMirrorsStep inRollback() {
    return new RemoveMirrorsStep(
        Phase.ROLLING_BACK,
        "remove-mirrors",
        Texts.ofRollback(
            "Remove the mirrors from ZooKeeper", "delete the listed znodes that no session owns"));
  }

  @Override
  List<Condition> requires() {
    return List.of(
        phase() == Phase.ROLLING_BACK ? noMirrorIsNeeded() : Conditions.noBrokerIsOnZooKeeper());
  }

  @Override
  List<Condition> proof() {
    return List.of(Conditions.noMirrorIsLeft());
  }

  @Override
  String act(StepContext here, Step step, Deadline deadline) {
    CutoverContext context = here.context();
    context.services().stopBridge();
    RegistrationBridge.removeAll(
        context.registrations(),
        context.services().zookeeper(),
        mirrors(context),
        mirrors -> context.journal().change(state -> state.withMirrors(mirrors)));
    return "no mirror is left in ZooKeeper";
  }

  @Override
  String actWithoutEtcd(StepContext here, Step step, Deadline deadline) {
    return act(here, step, deadline);
  }

  private static Condition noMirrorIsNeeded() {
    return Condition.of(
        "no broker in ZooKeeper needs a bookie that is on etcd",
        (here, step) -> {
          CutoverContext context = here.context();
          if (context.registrations().brokersOnZooKeeper().isEmpty()) {
            return StepOutcome.done("no broker is registered in ZooKeeper");
          }
          return context.journal().state().mirrors().stream()
              .filter(mirror -> isOnEtcd(context, mirror))
              .findFirst()
              .map(
                  mirror ->
                      StepOutcome.notYet(
                          "bookie %s is on etcd, and brokers in ZooKeeper see it by its mirror"
                              .formatted(mirror.name())))
              .orElseGet(() -> StepOutcome.done("every mirrored bookie has left etcd"));
        });
  }

  /** Also those that a ZooKeeper restored from a backup has again: their bookies are on etcd. */
  private static SortedSet<ZkPath> mirrors(CutoverContext context) {
    SortedSet<ZkPath> mirrors = new TreeSet<>(context.journal().state().mirrors());
    context.registrations().bookiesOnZooKeeper().values().stream()
        .filter(znode -> !znode.isEphemeral() && isOnEtcd(context, znode.path()))
        .forEach(znode -> mirrors.add(znode.path()));
    return mirrors;
  }

  private static boolean isOnEtcd(CutoverContext context, ZkPath mirror) {
    return context.registrations().onEtcd(mirror.name()).stream().anyMatch(EtcdEntry::isLeased);
  }

  /** They went with ZooKeeper. */
  @Override
  String actWithoutZooKeeper(StepContext here, Step step, Deadline deadline) {
    if (phase() == Phase.ROLLING_BACK) {
      return super.actWithoutZooKeeper(here, step, deadline);
    }
    here.context().journal().change(state -> state.withMirrors(new TreeSet<>()));
    return "the mirrors are gone with ZooKeeper";
  }

  @Override
  Set<MoveProgress> repeatedIn() {
    return phase() == Phase.ROLLING_BACK ? Set.of(MoveProgress.BACK_AFTER_NO_RETURN) : Set.of();
  }
}
