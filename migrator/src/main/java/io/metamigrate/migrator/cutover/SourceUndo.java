package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.cutover.Bookies.Needed;
import io.metamigrate.migrator.cutover.CutoverState.MoveProgress;
import io.metamigrate.migrator.cutover.fence.AccessLists;
import io.metamigrate.migrator.cutover.fence.Fence;
import io.metamigrate.migrator.cutover.fence.GuardedZooKeeper;
import io.metamigrate.migrator.cutover.fence.Registrations;
import io.metamigrate.migrator.cutover.fence.SavedAcl;
import io.metamigrate.migrator.cutover.fence.ZnodeWrite;
import io.metamigrate.migrator.replay.LostAuthorityException;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.migrator.restart.StepOutcome;
import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Znode;
import io.metamigrate.verifier.store.ZnodeReader;
import io.metamigrate.verifier.store.ZooKeeperConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.zookeeper.KeeperException.Code;

/** Undoes the begun steps of a cutover in reverse order, with ZooKeeper alone. */
final class SourceUndo {
  private final ZooKeeperConnection connection;
  private final Configuration configuration;
  private final WindowEnvironment environment;
  private final Hooks hooks;
  private final MoveBackup copy;
  private final Registrations registrations;
  private final GuardedZooKeeper guarded;
  private final SettingsOverlays overlays;
  private final LockedDriver lockedDriver;
  private final Bookies bookies;
  private final Brokers brokers;

  /**
   * @param guarded taken: a process that used etcd's lock acts no more
   */
  SourceUndo(
      ZooKeeperConnection connection,
      ZnodeReader znodes,
      GuardedZooKeeper guarded,
      Configuration configuration,
      WindowEnvironment environment,
      MoveBackup copy) {
    this.connection = connection;
    this.configuration = configuration;
    this.environment = environment;
    this.hooks = environment.hooks().confirming(new FreshLock(guarded::requireHeld));
    this.copy = copy;
    this.registrations = Registrations.withoutEtcd(znodes);
    this.guarded = guarded;
    this.overlays =
        SettingsOverlays.of(configuration)
            .of(SettingsArchive.of(copy.addresses()), environment.nodes().driver()::startsAgain);
    this.lockedDriver =
        new LockedDriver(
            environment.nodes().driver(),
            guarded::requireHeld,
            guarded::requireHeld,
            environment.nodes().atOnce());
    this.bookies =
        new Bookies(
            lockedDriver,
            registrations,
            overlays,
            Optional.empty(),
            new RunningBookieConfig(
                registrations, configuration.cutover().bookies(), overlays.version()),
            CutoverPlan.Nodes.bookies(configuration.cutover()));
    this.brokers =
        new Brokers(
            lockedDriver,
            registrations,
            overlays,
            environment.nodes().health(),
            configuration.cutover().brokers());
  }

  /** Where it stopped. */
  record UndoStop(Step step, StopCause cause) {}

  /** The first step that failed ends it. */
  Optional<UndoStop> run() {
    List<Step> steps = steps();
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      environment.listener().opened(step, i + 1, steps.size());
      try {
        environment
            .listener()
            .done(step, act(step, new Deadline(step, SourceUndo::checkInterrupted)));
      } catch (LostAuthorityException e) {
        throw e;
      } catch (RuntimeException e) {
        return Optional.of(stopped(step, e));
      }
    }
    return Optional.empty();
  }

  /** Once ZooKeeper has everything again, what a reverse migration has left to do. */
  private List<Step> steps() {
    CutoverPlan plan = new CutoverPlan(configuration.cutover());
    if (copy.state().progress() != MoveProgress.BACK_AFTER_NO_RETURN) {
      return plan.backBeforeNoReturn(copy.state());
    }
    return plan.backAfterNoReturn(copy.state()).stream()
        .dropWhile(step -> step.kind() != StepKind.SWITCH_BOOKIES_BACK)
        .toList();
  }

  /** In a file, since etcd is gone; and the on-failure hook runs. */
  private UndoStop stopped(Step step, RuntimeException failure) {
    boolean interrupted = Thread.interrupted();
    StopCause cause = StopCause.of(failure, interrupted);
    String cluster = configuration.requireClusterName();
    environment
        .listener()
        .announce(
            new StopFile(environment.folder())
                .write(
                    new StopFile.Content(
                        cluster,
                        step.id(),
                        cause.reason(),
                        "etcd is gone",
                        environment.clock().instant(),
                        List.of(
                            "migrate rollback --confirm %s --without-etcd".formatted(cluster)))));
    if (hooks.onFailure(boundary(step), cause.reason()) instanceof StepOutcome.Failed hook) {
      environment.listener().announce("the on-failure hook failed: " + hook.cause());
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return new UndoStop(step, cause);
  }

  private static void checkInterrupted() {
    if (Thread.currentThread().isInterrupted()) {
      throw new StepFailedException("stopped by the operator");
    }
  }

  private String act(Step step, Deadline deadline) {
    return switch (step.kind()) {
      case RESUME_SOURCE_DIRECTION -> "etcd is gone, and with it the direction";
      case LIFT_FENCE -> liftFence(step);
      case START_BROKERS_ON_ZOOKEEPER -> brokers.start(brokers.nodes(), Store.ZOOKEEPER, deadline);
      case MOVE_BOOKIE_BACK -> back(List.of(step.node().orElseThrow()), deadline);
      case SWITCH_BOOKIES_BACK ->
          back(CutoverPlan.Nodes.bookies(configuration.cutover()), deadline);
      case REMOVE_MIRRORS -> removeMirrors(registrations.bookiesOnZooKeeper().values());
      case START_METADATA_WRITERS -> startMetadataWriters(step, deadline);
      case RELEASE_ZOOKEEPER -> leave(deadline);
      default -> throw new IllegalStateException(step.id() + " is not a step of a rollback");
    };
  }

  private String liftFence(Step step) {
    Map<ZkPath, List<SavedAcl>> saved = copy.state().fence().saved();
    new Fence(connection, guarded).lift(saved);
    if (copy.state().fence().byHook()) {
      hook(Hooks.HookPoint.UNFENCE, step);
    }
    return saved.size() + " access lists are as they were";
  }

  /**
   * Restarts those that are not there yet; the mirror of one goes first, or it could not register.
   * The others are only configured: a supervisor may have started one with its former settings
   * right before it was given those for etcd, and would start it with these next time.
   */
  private String back(List<Node> nodes, Deadline deadline) {
    List<Node> missing =
        nodes.stream()
            .filter(bookie -> !bookies.present(bookie, Store.ZOOKEEPER).isDone())
            .toList();
    lockedDriver.each(
        deadline,
        "settings of bookies that are in ZooKeeper",
        nodes.stream().filter(bookie -> !missing.contains(bookie)).toList(),
        bookie ->
            lockedDriver.configure(
                bookie,
                overlays.of(bookie, Store.ZOOKEEPER, GarbageCollection.ENABLED).settings()));
    missing.forEach(bookie -> removeMirrors(registrations.onZooKeeper(bookie.id())));
    return missing.isEmpty()
        ? "registered in ZooKeeper already"
        : bookies.restart(
            missing,
            Store.ZOOKEEPER,
            GarbageCollection.ENABLED,
            Needed.PRESENT,
            false,
            Bookies.NOTHING,
            deadline);
  }

  private String removeMirrors(Iterable<Znode> znodes) {
    for (Znode znode : znodes) {
      if (!znode.isEphemeral()) {
        requireWritten(
            guarded.write(new ZnodeWrite.Delete(znode.path(), znode.version())), znode.path());
      }
    }
    return "no mirror is left in ZooKeeper";
  }

  private String startMetadataWriters(Step step, Deadline deadline) {
    if (copy.state().replicationDisabled()) {
      registrations
          .znode(WritePaths.REPLICATION_DISABLED)
          .ifPresent(
              znode ->
                  requireWritten(
                      guarded.write(new ZnodeWrite.Delete(znode.path(), znode.version())),
                      znode.path()));
    }
    List<String> idle = copy.idle().lines().toList();
    List<Node> nodes =
        CutoverPlan.Nodes.metadataWriters(configuration.cutover()).stream()
            .filter(node -> !idle.contains(node.toString()))
            .toList();
    lockedDriver.each(
        deadline,
        "settings of other metadata writers",
        nodes,
        node ->
            lockedDriver.configure(
                node, overlays.of(node, Store.ZOOKEEPER, GarbageCollection.ENABLED).settings()));
    lockedDriver.each(deadline, "start of other metadata writers", nodes, lockedDriver::start);
    hook(Hooks.HookPoint.START_METADATA_WRITERS, step);
    return nodes.size() + " nodes started";
  }

  /** Proves the whole first. */
  private String leave(Deadline deadline) {
    lockedDriver.each(
        deadline,
        "bookies on ZooKeeper",
        CutoverPlan.Nodes.bookies(configuration.cutover()),
        bookie -> bookies.present(bookie, Store.ZOOKEEPER));
    lockedDriver.each(
        deadline,
        "brokers on ZooKeeper",
        brokers.nodes(),
        broker -> brokers.healthy(broker, Store.ZOOKEEPER));
    requireContent();
    List<ZkPath> fenced = new AccessLists(connection).fenced(copy.state().fence().saved().keySet());
    if (!fenced.isEmpty()) {
      throw new StepFailedException("the fence is still in place at " + fenced);
    }
    guarded.leave();
    return "every node is on ZooKeeper; nothing of the move is left there but its epoch";
  }

  /** What bookies need to start again; etcd, which could show what is missing, is gone. */
  private void requireContent() {
    List<ZkPath> needed = new ArrayList<>(List.of(Catalogue.LEDGERS, Catalogue.INSTANCE_ID));
    CutoverPlan.Nodes.bookies(configuration.cutover())
        .forEach(bookie -> needed.add(Catalogue.COOKIES.child(bookie.id())));
    List<ZkPath> missing =
        needed.stream().filter(path -> registrations.znode(path).isEmpty()).toList();
    if (!missing.isEmpty()) {
      throw new StepFailedException(
          "ZooKeeper lacks %s, which bookies need; restore it from a backup".formatted(missing));
    }
  }

  private static void requireWritten(Code code, ZkPath path) {
    if (code != Code.OK && code != Code.NONODE) {
      throw new StepFailedException("ZooKeeper refused to change %s: %s".formatted(path, code));
    }
  }

  private void hook(Hooks.HookPoint moment, Step step) {
    if (hooks.run(moment, boundary(step)) instanceof StepOutcome.Failed failed) {
      throw new StepFailedException(failed.cause());
    }
  }

  private Hooks.Boundary boundary(Step step) {
    return new Hooks.Boundary(
        configuration.requireClusterName(),
        step.phase().title(),
        step.kind().label(),
        1,
        1,
        step.node().map(Node::id),
        false);
  }
}
