package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.cutover.CutoverState.MoveProgress;
import io.metamigrate.migrator.cutover.StepRunner.RunEnd;
import io.metamigrate.migrator.cutover.fence.GuardedZooKeeper;
import io.metamigrate.migrator.cutover.fence.Registrations;
import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.replay.LostAuthorityException;
import io.metamigrate.migrator.restart.StepOutcome;
import io.metamigrate.migrator.run.AdvisedCommands;
import io.metamigrate.migrator.run.Stores;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.StoreException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A run of steps on the stores and nodes, with the services that run during it. */
final class StepSequenceOnStores implements StepSequence {
  private static final Logger LOG = LoggerFactory.getLogger(StepSequenceOnStores.class);

  private final Stores stores;
  private final WindowEnvironment environment;
  private final Journal journal;
  private final ActiveServices services;
  private final CutoverContext context;
  private final StepContext here;

  /**
   * @param configuration of the nodes that this move has, without the lost ones
   */
  StepSequenceOnStores(
      Stores stores,
      Configuration configuration,
      WindowEnvironment environment,
      OperatorDecisions operator,
      Set<String> lost,
      Journal journal) {
    this.stores = stores;
    this.environment = environment;
    this.journal = journal;
    NodeAccess nodes = environment.nodes();
    Registrations registrations = Registrations.in(stores);
    this.services =
        new ActiveServices(
            stores, configuration, journal, registrations, operator.accepted().foreign());
    LockedDriver lockedDriver =
        new LockedDriver(nodes.driver(), journal::confirm, this::confirmStores, nodes.atOnce());
    Hooks hooks = environment.hooks().confirming(new FreshLock(journal::confirm));
    SettingsArchive archive =
        new SettingsArchive(
            journal,
            new OwnSettings(
                configuration.cutover(), registrations, nodes.health(), nodes.driver()));
    SettingsOverlays overlays =
        SettingsOverlays.of(configuration).of(archive::of, nodes.driver()::startsAgain);
    this.context =
        new CutoverContext(
            stores,
            configuration,
            journal,
            lockedDriver,
            registrations,
            overlays,
            new Bookies(
                lockedDriver,
                registrations,
                overlays,
                new BookieDataCheck(journal, registrations, configuration.cutover()),
                new RunningBookieConfig(
                    registrations, configuration.cutover().bookies(), overlays.version()),
                CutoverPlan.Nodes.bookies(configuration.cutover())),
            new Brokers(
                lockedDriver,
                registrations,
                overlays,
                nodes.health(),
                configuration.cutover().brokers()),
            nodes.health(),
            hooks,
            operator.confirmation(),
            environment.listener(),
            services,
            lost,
            operator.accepted());
    this.here = new StepContext(context);
  }

  /** The same for a process that has claimed ZooKeeper and has no lock on etcd. */
  StepSequenceOnStores claimed(GuardedZooKeeper guarded) {
    services.claimed(guarded);
    return this;
  }

  /** Once etcd is authoritative, a ZooKeeper that does not answer keeps no node from its start. */
  private void confirmStores() {
    try {
      stores.confirm();
    } catch (StoreException e) {
      boolean needed =
          !journal.state().isCommitted() || journal.state().progress() != MoveProgress.FORWARD;
      if (needed || e.store() == Store.ETCD) {
        throw e;
      }
      LOG.atWarn().addKeyValue("cause", e.getMessage()).log("ZooKeeper was not asked who it is");
    }
  }

  @Override
  public void reverseDirection() {
    services.stopFollowing();
    services.stopWatching();
    services.stopBridge();
    services.forgetZookeeper();
    if (context.registrations().znode(MoveBackup.PATH).isPresent()) {
      // From its first act on, so that it learns of a rollback without etcd.
      services.zookeeper();
    }
    CutoverState state = journal.state();
    boolean bridged =
        stores.hasEtcd()
            && state.progress() == MoveProgress.BACK_BEFORE_NO_RETURN
            && state.hasBegun(StepKind.START_BRIDGE)
            && !state.record(StepKind.REMOVE_MIRRORS.label()).isDone();
    if (bridged) {
      services.startBridge();
    }
  }

  @Override
  public void revertFirstStart() {
    new FirstStartRevert(here).run();
    here.rollbackConditions().keepEarlierProof();
  }

  @Override
  public RunEnd runSteps(List<Step> steps, TimeLimit limit, Runnable prepare) {
    return new StepRunner(
            journal,
            new StepActionsOnStores(here),
            context.hooks(),
            environment.listener(),
            limit,
            () ->
                new TimeLimitWatch(
                    journal, limit, () -> context.registrations().brokersOnZooKeeper().isEmpty()),
            context.givenUp(),
            new StopFile(environment.folder())::write)
        .run(steps, prepare);
  }

  @Override
  public WindowResult servingOnEtcd() {
    WindowResult result = ended(finalCheck().onEtcd());
    if (!stores.hasZooKeeper()) {
      return result;
    }
    WindowResult seen = result.withFinalCheck(closing().fenceSeen());
    // One that was lost during a rollback and is back has an older copy, and may count itself
    // authoritative.
    new EpochKeeper(context).pass(Store.ETCD);
    services.copyMove();
    return seen;
  }

  /** What a step saw that belongs into the result of the command. */
  List<String> remarks() {
    return here.remarks();
  }

  @Override
  public CheckReport checkZooKeeper() {
    return finalCheck().onZooKeeper();
  }

  @Override
  public Revision copiedUntil() {
    return stores.keys().revision();
  }

  private FinalCheck finalCheck() {
    return new FinalCheck(context);
  }

  @Override
  public WindowResult ended(CheckReport seen) {
    if (seen.isClean()) {
      if (journal.checkpoint().phase() != Phase.STOPPED
          && journal.checkpoint().stopped().isPresent()) {
        journal.checkpoint(c -> c.to(c.phase(), journal.now()));
      }
      return WindowResult.complete(journal, seen.remarks());
    }
    recordStop(
        FinalCheck.STEP,
        String.join("; ", seen.faults()),
        OperatorGuidance.nextAfterFinalCheck(journal.state(), journal.mayServeOnEtcd()));
    return WindowResult.withFaults(journal, seen);
  }

  /** Why a move could not be ended. */
  void endFailed(RuntimeException failure) {
    boolean interrupted = Thread.interrupted();
    String cluster = journal.state().header().cluster();
    recordStop(
        "finalize",
        StopCause.of(failure, interrupted).reason(),
        "fix the cause and run `migrate finalize --confirm %s` again".formatted(cluster));
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Recorded on etcd, else in a file; and the on-failure hook runs. */
  private void recordStop(String what, String reason, String next) {
    CutoverState state = journal.state();
    try {
      journal.checkpoint(c -> c.blockedBy(what + ": " + reason, next, journal.now()));
    } catch (LostAuthorityException e) {
      throw e;
    } catch (RuntimeException e) {
      context
          .listener()
          .announce(
              new StopFile(environment.folder())
                  .write(
                      new StopFile.Content(
                          state.header().cluster(),
                          what,
                          reason,
                          String.valueOf(e.getMessage()),
                          journal.now(),
                          AdvisedCommands.in(next))));
    }
    Hooks.Boundary here =
        new Hooks.Boundary(
            state.header().cluster(),
            journal.checkpoint().phase().title(),
            what,
            state.current().size(),
            state.current().size(),
            Optional.empty(),
            state.isCommitted());
    if (context.hooks().onFailure(here, reason) instanceof StepOutcome.Failed failed) {
      context.listener().announce("the on-failure hook failed: " + failed.cause());
    }
  }

  @Override
  public void forgetOldOutage() {
    CutoverState state = journal.state();
    if (!state.isCommitted()
        && state.outageSince().isPresent()
        && !context.registrations().brokersOnZooKeeper().isEmpty()) {
      journal.change(CutoverState::outageOver);
    }
  }

  Finalization closing() {
    return new Finalization(context);
  }

  @Override
  public void close() {
    services.close();
  }
}
