package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.cutover.CutoverState.MoveProgress;
import io.metamigrate.migrator.cutover.fence.Fence;
import io.metamigrate.migrator.cutover.fence.GuardedZooKeeper;
import io.metamigrate.migrator.cutover.fence.LateWrite;
import io.metamigrate.migrator.cutover.fence.LateWriteWatch;
import io.metamigrate.migrator.cutover.fence.RegistrationBridge;
import io.metamigrate.migrator.cutover.fence.Registrations;
import io.metamigrate.migrator.replay.StateStore;
import io.metamigrate.migrator.run.Stores;
import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.store.Ensemble;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.ZooKeeperConnection;
import io.metamigrate.verifier.store.Zxid;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * What runs across several steps: the right to write to ZooKeeper, following, the bridge, the watch
 * for late writes. Each begins when it is first needed and ends with the process; on etcd and
 * ZooKeeper they leave only what the journal lists. For one thread, the driver's.
 */
final class ActiveServices implements AutoCloseable {
  private final Stores stores;
  private final Configuration configuration;
  private final Journal journal;
  private final Registrations registrations;
  private final Scope scope;
  private final Map<Ensemble, GuardedZooKeeper> zookeepers = new EnumMap<>(Ensemble.class);
  private final List<LateWriteWatch> late = new CopyOnWriteArrayList<>();
  private final FollowerSource source;
  private @Nullable Following following;
  private @Nullable RegistrationBridge bridge;

  ActiveServices(
      Stores stores,
      Configuration configuration,
      Journal journal,
      Registrations registrations,
      Set<ZkPath> acceptForeign) {
    this.stores = stores;
    this.configuration = configuration;
    this.journal = journal;
    this.registrations = registrations;
    this.scope = configuration.scope().toScope();
    this.source =
        new FollowerSource(
            stores,
            configuration,
            journal,
            () -> {
              Set<ZkPath> accepted = bookieOwnedCookies(journal.state());
              accepted.addAll(acceptForeign);
              return accepted;
            },
            acceptForeign);
    journal.confirmAlso(this::requireEtcdNotGivenUp);
  }

  /**
   * Checks that no rollback without etcd has begun. While etcd does not answer, one may begin, and
   * this process still holds the lock on etcd when etcd answers again.
   */
  private void requireEtcdNotGivenUp() {
    GuardedZooKeeper claimed = zookeepers.get(Ensemble.LOCAL);
    if (claimed != null && stores.hasEtcd() && !servesOnEtcd()) {
      claimed.requireHeld();
    }
  }

  /** Whether brokers may serve on etcd: then etcd alone has everything, and ZooKeeper may fail. */
  private boolean servesOnEtcd() {
    CutoverState state = journal.state();
    return state.progress() == MoveProgress.FORWARD
        && FirstStart.mayServeOnEtcd(
            FirstStart.recorded(Store.ETCD, new StateStore(stores.etcd())), state);
  }

  /** The local one, which holds the registrations of bookies and brokers. */
  GuardedZooKeeper zookeeper() {
    return zookeeper(Ensemble.LOCAL);
  }

  GuardedZooKeeper zookeeper(Ensemble ensemble) {
    return zookeepers.computeIfAbsent(ensemble, this::take);
  }

  private GuardedZooKeeper take(Ensemble ensemble) {
    MoveProgress progress = journal.state().progress();
    Runnable lock = new FreshLock(journal::confirm);
    return GuardedZooKeeper.take(
        stores.connection(ensemble),
        () -> {
          // A rollback without etcd, which may have begun since, must keep what it has taken.
          if (stores.hasEtcd()) {
            stores.confirm();
          }
          lock.run();
        },
        path -> WritePaths.mayWrite(progress, ensemble, scope, path),
        journal.holder());
  }

  /** Copies the move to ZooKeeper while this process holds the right to write there. */
  void copyMove() {
    GuardedZooKeeper claimed = zookeepers.get(Ensemble.LOCAL);
    if (claimed != null && stores.hasEtcd()) {
      MoveBackup.write(
          new StateStore(stores.etcd()), journal, stores.tree(Ensemble.LOCAL), claimed);
    }
  }

  /** Lets the next use claim ZooKeeper again: a rollback may write to more paths than a cutover. */
  void forgetZookeeper() {
    if (stores.hasEtcd()) {
      zookeepers.clear();
    }
  }

  /** The claim of a process that has no lock on etcd, which must not be taken a second time. */
  void claimed(GuardedZooKeeper guarded) {
    zookeepers.put(Ensemble.LOCAL, guarded);
  }

  /**
   * Removes everything of the daemon's from every ensemble; nothing can be written afterwards. The
   * local one comes last: it has the copy of the move, by which a rollback without etcd resumes.
   */
  void leave() {
    List<Ensemble> ensembles = new ArrayList<>(stores.ensembles());
    Collections.reverse(ensembles);
    ensembles.forEach(ensemble -> zookeeper(ensemble).leave());
    zookeepers.clear();
  }

  Fence fence() {
    return new Fence(stores.zookeeper(), zookeeper());
  }

  Following following() {
    Following running = following;
    if (running == null) {
      running = LiveFollowing.of(source, configuration.source().connectTimeout());
      following = running;
    }
    return running;
  }

  void stopFollowing() {
    if (following != null) {
      following.close();
      following = null;
    }
  }

  /** Up to this revision, etcd's history has no foreign change that was not accepted. */
  Revision checkedUntil() {
    return source.checkedUntil();
  }

  /** The cookies that bookies may change on etcd: of those that the move may have started there. */
  static Set<ZkPath> bookieOwnedCookies(CutoverState state) {
    Set<ZkPath> cookies = new HashSet<>();
    if (state.hasBegun(StepKind.SWITCH_BOOKIES)) {
      state.bookies().forEach(bookie -> cookies.add(Catalogue.COOKIES.child(bookie)));
    }
    String move = StepKind.MOVE_BOOKIE.label() + " ";
    for (StepRecord step : state.forward()) {
      if (step.begun() && step.id().startsWith(move)) {
        cookies.add(Catalogue.COOKIES.child(step.id().substring(move.length())));
      }
    }
    return cookies;
  }

  void startBridge() {
    if (bridge == null) {
      RegistrationBridge starting =
          new RegistrationBridge(
              registrations,
              zookeeper(),
              () -> journal.state().mirrors(),
              mirrors -> journal.change(state -> state.withMirrors(mirrors)));
      starting.start();
      bridge = starting;
    }
  }

  void stopBridge() {
    if (bridge != null) {
      bridge.close();
      bridge = null;
    }
  }

  boolean bridging() {
    return bridge != null;
  }

  Optional<String> bridgeFailure() {
    return bridge == null ? Optional.empty() : bridge.fatal();
  }

  Optional<String> followingFailure() {
    return following == null ? Optional.empty() : following.failure();
  }

  /** Watches from new marks on, one in each ensemble; returns their zxids. */
  Map<Ensemble, Zxid> watchForLateWrites() {
    stopWatching();
    Map<Ensemble, Zxid> marks = new EnumMap<>(Ensemble.class);
    for (Ensemble ensemble : stores.ensembles()) {
      LateWriteWatch.StartedWatch armed =
          LateWriteWatch.begin(
              ZooKeeperConnection.open(stores.connection(ensemble).settings()),
              ensemble,
              stores.keys(),
              scope,
              zookeeper(ensemble));
      late.add(armed.watch());
      marks.put(ensemble, armed.mark());
    }
    return marks;
  }

  boolean watching() {
    return !late.isEmpty();
  }

  /** How many times a late write may have been missed. */
  int gaps() {
    return late.stream().mapToInt(LateWriteWatch::gaps).sum();
  }

  List<LateWrite> lateWrites() {
    return late.stream().flatMap(watch -> watch.found().stream()).toList();
  }

  /** Everything that was committed so far has been received and classified when this returns. */
  void settleLateWrites() {
    late.forEach(LateWriteWatch::settle);
  }

  void stopWatching() {
    late.forEach(LateWriteWatch::close);
    late.clear();
  }

  @Override
  public void close() {
    stopBridge();
    stopFollowing();
    stopWatching();
  }
}
