package io.metamigrate.migrator.switchover.session;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.cutover.CutoverState.MoveProgress;
import io.metamigrate.migrator.cutover.FollowerSource;
import io.metamigrate.migrator.cutover.Following;
import io.metamigrate.migrator.cutover.FreshLock;
import io.metamigrate.migrator.cutover.Journal;
import io.metamigrate.migrator.cutover.LiveFollowing;
import io.metamigrate.migrator.cutover.WritePaths;
import io.metamigrate.migrator.cutover.fence.GuardedZooKeeper;
import io.metamigrate.migrator.cutover.fence.Registrations;
import io.metamigrate.migrator.replay.Authority;
import io.metamigrate.migrator.replay.GuardedWriter;
import io.metamigrate.migrator.replay.GuardedWriter.WriterSettings;
import io.metamigrate.migrator.replay.Operation;
import io.metamigrate.migrator.replay.StateStore;
import io.metamigrate.migrator.run.Stores;
import io.metamigrate.migrator.switchover.engine.Progress;
import io.metamigrate.migrator.switchover.engine.StepException;
import io.metamigrate.migrator.switchover.engine.StepRecord;
import io.metamigrate.migrator.switchover.node.Node;
import io.metamigrate.migrator.switchover.node.NodeKind;
import io.metamigrate.migrator.switchover.state.MoveDirection;
import io.metamigrate.migrator.switchover.state.MoveDocument;
import io.metamigrate.migrator.switchover.state.MoveRecord;
import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.store.Ensemble;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.ZkPath;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Both stores as one process holds them that has the lock. What it starts ends with it; what must
 * outlive it is on the stores. For one thread.
 */
public final class MoveSession implements AutoCloseable {
  private final Stores stores;
  private final Configuration configuration;
  private final Journal journal;
  private final Registrations registrations;
  private final FollowerSource followers;
  private final Map<Ensemble, GuardedZooKeeper> claimed = new EnumMap<>(Ensemble.class);
  private Optional<MoveDocument> document = Optional.empty();
  private @Nullable Following following;

  /**
   * Begins.
   *
   * @param journal the lock, the direction and the checkpoint
   * @param acceptForeign keys on etcd that others may have changed
   */
  public MoveSession(
      Stores stores, Configuration configuration, Journal journal, Set<ZkPath> acceptForeign) {
    this.stores = stores;
    this.configuration = configuration;
    this.journal = journal;
    this.registrations = new Registrations(stores.znodes(), stores.keys());
    this.followers =
        new FollowerSource(
            stores,
            configuration,
            journal,
            () -> {
              Set<ZkPath> accepted = new HashSet<>(cookiesOfBookies());
              accepted.addAll(acceptForeign);
              return accepted;
            });
  }

  public Stores stores() {
    return stores;
  }

  public Configuration configuration() {
    return configuration;
  }

  public Scope scope() {
    return configuration.scope().toScope();
  }

  public Journal journal() {
    return journal;
  }

  public Authority authority() {
    return journal.authority();
  }

  public StateStore states() {
    return new StateStore(stores.etcd());
  }

  public Registrations registrations() {
    return registrations;
  }

  /** The document as it was last read or saved. */
  Optional<MoveDocument> document() {
    return document;
  }

  /** Notes the document as it was last read or saved. */
  public void know(MoveDocument now) {
    document = Optional.of(now);
  }

  /** The move that decides which store is authoritative. */
  Optional<MoveRecord> move() {
    return document.flatMap(MoveDocument::current);
  }

  /** Makes this process the only one that may write to ZooKeeper; stays if it is. */
  public void claim() {
    for (Ensemble ensemble : stores.ensembles()) {
      GuardedZooKeeper held = claimed.get(ensemble);
      if (held == null || !held.isCurrent()) {
        claimed.put(
            ensemble,
            GuardedZooKeeper.take(
                stores.connection(ensemble),
                new FreshLock(journal::confirm),
                path -> WritePaths.mayWrite(progress(), ensemble, scope(), path),
                journal.holder()));
      }
    }
  }

  /** Whether this process, and no other since, may write to ZooKeeper. */
  public boolean isClaimed() {
    return isHeld() && claimed.values().stream().allMatch(GuardedZooKeeper::isCurrent);
  }

  /** Whether this process has claimed ZooKeeper, without asking whether another has since. */
  public boolean isHeld() {
    return claimed.size() == stores.ensembles().size();
  }

  /** Removes the tool's own nodes from ZooKeeper. */
  public void release() {
    claim();
    claimed.values().forEach(GuardedZooKeeper::leave);
    claimed.clear();
  }

  /**
   * The writer of one ensemble.
   *
   * @throws StepException if this process has not claimed it
   */
  public GuardedZooKeeper zookeeper(Ensemble ensemble) {
    GuardedZooKeeper held = claimed.get(ensemble);
    if (held == null) {
      throw new StepException("this process has not claimed ZooKeeper, so it may not write there");
    }
    return held;
  }

  /** Which paths of ZooKeeper the tool may write depends on what it does. */
  private MoveProgress progress() {
    Optional<MoveRecord> move = move();
    if (move.filter(record -> record.heading() == MoveDirection.REVERSE).isPresent()) {
      return MoveProgress.BACK_AFTER_NO_RETURN;
    }
    return move.filter(record -> record.progress() instanceof Progress.Undoing).isPresent()
        ? MoveProgress.BACK_BEFORE_NO_RETURN
        : MoveProgress.FORWARD;
  }

  /** Keeps etcd up to date with ZooKeeper from now on. */
  public Following following() {
    Following running = following;
    if (running == null) {
      running = LiveFollowing.of(followers, configuration.source().connectTimeout());
      following = running;
    }
    return running;
  }

  /** Empty if etcd does not follow ZooKeeper in this process. */
  public Optional<Following> activeFollowing() {
    return Optional.ofNullable(following);
  }

  public FollowerSource followers() {
    return followers;
  }

  /** Nothing of ZooKeeper's is applied to etcd any more when this returns. */
  public void stopFollowing() {
    if (following != null) {
      following.close();
      following = null;
    }
  }

  /** From its start on the other store on, a bookie's cookie there is the bookie's own. */
  public Set<ZkPath> cookiesOfBookies() {
    Set<ZkPath> cookies = new HashSet<>();
    document.stream()
        .flatMap(known -> known.moves().stream())
        .flatMap(move -> move.steps().stream())
        .map(StepRecord::intents)
        .forEach(
            intents ->
                document.orElseThrow().nodes().stream()
                    .filter(node -> node.kind() == NodeKind.BOOKIE)
                    .filter(node -> intents.contains(startOf(node)))
                    .forEach(node -> cookies.add(Catalogue.COOKIES.child(node.id()))));
    return cookies;
  }

  private static String startOf(Node bookie) {
    return "start " + bookie;
  }

  /** Writes one key on etcd under the lock and the direction. */
  public void writeToEtcd(Operation operation) {
    GuardedWriter writer =
        new GuardedWriter(
            stores.etcd(),
            authority(),
            WriterSettings.of(1, configuration.target().connectTimeout()),
            applied -> {});
    writer.submit(operation);
    writer.flush();
  }

  @Override
  public void close() {
    stopFollowing();
  }
}
