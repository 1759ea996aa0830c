package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.cutover.CutoverState.MoveProgress;
import io.metamigrate.migrator.cutover.fence.Registrations;
import io.metamigrate.migrator.pulsar.BrokerHealth;
import io.metamigrate.migrator.replay.EtcdHistory;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.migrator.restart.StepOutcome;
import io.metamigrate.migrator.run.SeedWriter;
import io.metamigrate.migrator.run.Stores;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.Znode;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** All that steps work with. */
record CutoverContext(
    Stores stores,
    Configuration configuration,
    Journal journal,
    LockedDriver lockedDriver,
    Registrations registrations,
    SettingsOverlays overlays,
    Bookies bookies,
    Brokers brokers,
    BrokerHealth health,
    Hooks hooks,
    Confirmation confirmation,
    StepListener listener,
    ActiveServices services,
    Set<String> lost,
    Accepted accepted) {
  Scope scope() {
    return configuration.scope().toScope();
  }

  /** The options by which the operator gave something up. */
  List<String> givenUp() {
    return Stream.concat(
            lost.stream().map(bookie -> "--lost-bookie " + bookie),
            accepted.lateWrites().stream().map(LateLedgers::option))
        .sorted()
        .toList();
  }

  /** What etcd's history shows since this revision; bookies may change their own cookies. */
  EtcdHistory.HistoryScan changesOnEtcdSince(Revision since) {
    return EtcdHistory.between(
        stores.etcd(),
        since,
        stores.keys().revision(),
        scope(),
        ActiveServices.bookieOwnedCookies(journal.state()));
  }

  /** Raises the counters on etcd. */
  SeedWriter seeds() {
    return new SeedWriter(stores, configuration.copy().ledgerIds(), journal.authority());
  }

  SettingsArchive archive() {
    return new SettingsArchive(
        journal,
        new OwnSettings(configuration.cutover(), registrations, health, lockedDriver.driver()));
  }

  List<Node> bookieNodes() {
    return CutoverPlan.Nodes.bookies(configuration.cutover());
  }

  /** The nodes in the registrations on both stores, the cookies of one, the record and the file. */
  KnownNodes knownNodes(Store side) {
    Set<String> recorded = new TreeSet<>(journal.state().bookies());
    recorded.removeAll(lost);
    return KnownNodes.of(registrations, side, recorded, lost, bookieNodes());
  }

  /**
   * Checks that no bookie has joined while steps ran. After the point of no return, a bookie that
   * is registered in ZooKeeper is on the wrong store.
   *
   * @throws StepFailedException naming it and the remedy
   */
  void requireNoNewBookie() {
    CutoverState state = journal.state();
    if (state.isCommitted() && state.progress() == MoveProgress.FORWARD) {
      requireNoBookieInZooKeeper();
    }
    for (String bookie : knownNodes(NodeRegistry.authoritative(state)).bookies()) {
      boolean named = bookieNodes().stream().anyMatch(node -> node.id().equals(bookie));
      if (!named && !lost.contains(bookie)) {
        registrations.onEtcd(bookie).stream()
            .filter(key -> !key.isLeased())
            .findFirst()
            .ifPresent(
                key -> {
                  throw new StepFailedException(
                      "etcd key %s has no lease, so no bookie holds it; find out who made it, and delete it"
                          .formatted(key.path()));
                });
        throw new StepFailedException(
            "bookie %s is registered or has a cookie, but cutover.bookies does not name it; add {id: \"%s\"}, then run the same command again"
                .formatted(bookie, bookie));
      }
    }
  }

  /** Whether this process, and no other since, has compared both stores in full for the commit. */
  boolean hasVerified() {
    return journal
        .state()
        .commitProof()
        .filter(proof -> proof.holder().equals(journal.holder()))
        .isPresent();
  }

  /** Whether this is a rollback after the point of no return. */
  boolean isReverse() {
    return journal.state().progress() == MoveProgress.BACK_AFTER_NO_RETURN;
  }

  /** Whether the cutover has done that step; for one that it has only once. */
  boolean isDone(StepKind kind) {
    return journal.state().forward(kind.label()).filter(StepRecord::isDone).isPresent();
  }

  private void requireNoBookieInZooKeeper() {
    registrations.bookiesOnZooKeeper().values().stream()
        .filter(Znode::isEphemeral)
        .findFirst()
        .ifPresent(
            znode -> {
              throw new StepFailedException(NodeListRule.onWrongStore(znode.path().name()));
            });
  }

  /** The record of the first broker's start on that store. */
  FirstStart firstStart(Store side) {
    return FirstStart.on(side, journal);
  }

  List<Node> metadataWriters() {
    return CutoverPlan.Nodes.metadataWriters(configuration.cutover());
  }

  /**
   * Runs the operator's own command of that moment, if there is one.
   *
   * @throws StepFailedException if it failed
   */
  void hook(Hooks.HookPoint moment, Step step) {
    if (hooks.run(moment, boundary(step)) instanceof StepOutcome.Failed failed) {
      throw new StepFailedException(failed.cause());
    }
  }

  /** Where a step of the operator's own commands is. */
  Hooks.Boundary boundary(Step step) {
    CutoverState state = journal.state();
    return new Hooks.Boundary(
        state.header().cluster(),
        step.phase().title(),
        step.kind().label(),
        state.current().stream().map(StepRecord::id).toList().indexOf(step.id()) + 1,
        state.current().size(),
        step.node().map(Node::id),
        state.isCommitted());
  }
}
