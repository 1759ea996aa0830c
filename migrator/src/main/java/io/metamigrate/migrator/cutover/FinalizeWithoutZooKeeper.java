package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.config.BookieConfig;
import io.metamigrate.migrator.config.BrokerConfig;
import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.cutover.fence.Registrations;
import io.metamigrate.migrator.phase.Checkpoint;
import io.metamigrate.migrator.phase.Direction;
import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.replay.DaemonLock;
import io.metamigrate.migrator.replay.StateStore;
import io.metamigrate.migrator.run.DeclaredMove;
import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.store.EtcdConnection;
import io.metamigrate.verifier.store.EtcdEntry;
import io.metamigrate.verifier.store.EtcdReader;
import io.metamigrate.verifier.store.StoreException;
import io.metamigrate.verifier.store.ZooKeeperConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Ends a move whose ZooKeeper is gone for good. What etcd shows is asked as ever; what only
 * ZooKeeper could have shown is named in the record as not checked.
 */
public final class FinalizeWithoutZooKeeper {
  /** What goes into the record, since nobody could look. */
  static final List<String> NOT_LOOKED_AT =
      List.of(
          "not checked, because ZooKeeper is gone: writes to it after the last command that"
              + " looked",
          "not checked, because ZooKeeper is gone: brokers and bookies registered there, and who"
              + " is connected",
          "not checked, because ZooKeeper is gone: whether the fence is in place; if that ZooKeeper ever returns, keep brokers away from it",
          "left behind, because ZooKeeper is gone: /metamigrate there");

  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final EtcdConnection etcd;
  private final Configuration configuration;
  private final InstantSource clock;
  private final StateStore states;
  private final EtcdReader keys;
  private final Set<String> named;

  /**
   * Asks nothing yet.
   *
   * @param lost bookies that this command names as dead for good
   */
  public FinalizeWithoutZooKeeper(
      EtcdConnection etcd, Configuration configuration, InstantSource clock, Set<String> lost) {
    this.named = Set.copyOf(lost);
    this.etcd = etcd;
    this.configuration = configuration;
    this.clock = clock;
    this.states = new StateStore(etcd);
    this.keys = new EtcdReader(etcd);
  }

  /**
   * Ends the move.
   *
   * @param record where the cutover record goes
   * @throws io.metamigrate.migrator.run.BlockedException if ZooKeeper answers, or etcd shows that
   *     something is not as it has to be; nothing was changed then
   */
  public CutoverRecord end(Path record, String holder, String operator, boolean acceptLateWrites) {
    requireNoZooKeeper();
    requireDeclared();
    DaemonLock.Attempt attempt =
        DaemonLock.tryAcquire(etcd, holder, configuration.target().lockTtl());
    try (DaemonLock lock =
        attempt
            .lock()
            .orElseThrow(
                () ->
                    Window.blocked(
                        "LOCKED",
                        "another process holds the lock on etcd: " + attempt.holder(),
                        "stop it, or wait until it is done"))) {
      requireDeclared();
      StateStore.State persisted = states.read();
      Checkpoint checkpoint = persisted.checkpoint().orElseThrow(this::notObserving);
      CutoverState state =
          states.get(Journal.DOCUMENT).map(CutoverCodec::read).orElseThrow(this::notObserving);
      Journal journal =
          new Journal(
              states,
              lock,
              clock,
              persisted.direction().orElse(Direction.ZK_TO_ETCD),
              checkpoint,
              state);
      boolean again = checkpoint.phase() == Phase.FINALIZED;
      List<String> notes = new ArrayList<>(NOT_LOOKED_AT);
      if (!again) {
        requireReady(journal, acceptLateWrites, notes);
      }
      CutoverRecord written =
          new CutoverRecord(
              state,
              checkpoint,
              CutoverRecord.settings(SettingsOverlays.of(configuration)),
              SettingsArchive.all(journal, configuration.cutover()),
              operator,
              journal.now(),
              notes);
      if (!again || !Files.exists(record)) {
        CutoverRecord.write(record, CutoverCodec.write(written));
      }
      journal.enter(Phase.FINALIZED);
      states.clear(journal.authority());
      return written;
    }
  }

  /** One that answers is not gone: everything can be asked then, so it is. */
  private void requireNoZooKeeper() {
    try (ZooKeeperConnection there =
        ZooKeeperConnection.open(configuration.zooKeeperSettings().withTimeout(TIMEOUT))) {
      throw Window.blocked(
          "ZOOKEEPER_ANSWERS",
          "ZooKeeper at %s answers, so it is not gone".formatted(there.settings()),
          "run `migrate finalize --confirm %s`, which asks it"
              .formatted(configuration.requireClusterName()));
    } catch (StoreException e) {
      // As the operator declared.
    }
  }

  private void requireDeclared() {
    Checkpoint checkpoint = states.read().checkpoint().orElseThrow(this::notObserving);
    DeclaredMove.require(configuration, checkpoint);
  }

  private RuntimeException notObserving() {
    return Window.blocked(
        "NOTHING_COPIED", "etcd holds no copy of this cluster", "run `migrate run` first");
  }

  private void requireReady(Journal journal, boolean acceptLateWrites, List<String> notes) {
    List<String> faults = new ArrayList<>();
    CutoverState state = journal.state();
    if (journal.checkpoint().phase() != Phase.OBSERVING) {
      faults.add(
          "the move is in phase %s; it ends after a cutover that is complete"
              .formatted(journal.checkpoint().phase().title()));
    }
    if (journal.direction() != Direction.NONE) {
      faults.add("the direction on etcd is " + journal.direction());
    }
    state.forward().stream()
        .filter(step -> !step.isDone())
        .forEach(step -> faults.add("step " + step.id() + " is not done"));
    state
        .lateWrites()
        .forEach(
            late ->
                (acceptLateWrites ? notes : faults)
                    .add("ZooKeeper was written to after the fence: " + late));
    NodeList recorded =
        states.get(NodeRegistry.DOCUMENT).map(CutoverCodec::readNodes).orElse(NodeList.NONE);
    Set<String> lost = new TreeSet<>(recorded.lost());
    lost.addAll(named);
    for (String bookie : lost) {
      boolean registered =
          keys.read(Registrations.of(bookie)).stream().anyMatch(EtcdEntry::isLeased);
      (registered ? faults : notes)
          .add(
              registered
                  ? "ALARM: bookie %s is lost, but registered on etcd; stop it".formatted(bookie)
                  : "bookie %s is recorded as lost".formatted(bookie));
    }
    bookies(recorded).stream()
        .filter(bookie -> !lost.contains(bookie))
        .filter(
            bookie -> keys.read(Registrations.of(bookie)).stream().noneMatch(EtcdEntry::isLeased))
        .forEach(bookie -> faults.add("bookie " + bookie + " is not registered on etcd"));
    configuration.cutover().brokers().stream()
        .map(BrokerConfig::id)
        .filter(
            broker ->
                keys.read(Catalogue.BROKERS.child(broker)).filter(EtcdEntry::isLeased).isEmpty())
        .forEach(broker -> faults.add("broker " + broker + " is not registered on etcd"));
    if (!faults.isEmpty()) {
      throw Window.blocked(
          "NOT_READY",
          String.join("; ", faults),
          "repair that, then run `migrate finalize --confirm %s --without-zookeeper` again"
              .formatted(state.header().cluster()));
    }
  }

  /** Every bookie that has a cookie on etcd, and every one of the record and the configuration. */
  private Set<String> bookies(NodeList recorded) {
    Set<String> bookies = new TreeSet<>(recorded.bookies());
    String below = Catalogue.COOKIES.value();
    keys.range(below + "/", below + "0", Optional.empty())
        .forEach(entry -> bookies.add(entry.path().name()));
    configuration.cutover().bookies().stream().map(BookieConfig::id).forEach(bookies::add);
    return bookies;
  }
}
