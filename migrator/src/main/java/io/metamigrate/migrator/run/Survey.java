package io.metamigrate.migrator.run;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.phase.Direction;
import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.Inventory;
import io.metamigrate.migrator.plan.Plan;
import io.metamigrate.migrator.plan.Planner;
import io.metamigrate.migrator.plan.StoreRates;
import io.metamigrate.migrator.plan.rule.Rules;
import io.metamigrate.migrator.replay.EtcdMeasure;
import io.metamigrate.migrator.replay.StateStore;
import io.metamigrate.verifier.store.CompleteListing;
import io.metamigrate.verifier.store.OverCompactions;
import io.metamigrate.verifier.store.PathIndex;
import io.metamigrate.verifier.store.ReplyTooLargeException;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.TreeListing;
import io.metamigrate.verifier.store.Unreadable;
import io.metamigrate.verifier.store.ZkPath;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One reading pass over both stores, and the plan that follows from it.
 *
 * @param paths the listing; the caller closes the survey in the end
 */
public record Survey(
    PathIndex paths, Facts facts, Plan plan, StateStore.StoredState state, Revision revision)
    implements AutoCloseable {

  /** Reads everything; writes nothing. */
  public static Survey take(Stores stores, Configuration configuration, ProgressListener progress) {
    return take(stores, configuration, progress, false);
  }

  /**
   * The same, and tries how fast etcd takes writes below the daemon's own prefix if no daemon is
   * running.
   */
  public static Survey measured(
      Stores stores, Configuration configuration, ProgressListener progress) {
    return take(stores, configuration, progress, true);
  }

  private static Survey take(
      Stores stores, Configuration configuration, ProgressListener progress, boolean measure) {
    try {
      return OverCompactions.repeat(() -> pass(stores, configuration, progress, measure));
    } catch (ReplyTooLargeException e) {
      throw new BlockedException(
          List.of(Finding.blocker("REPLY_TOO_LARGE", e.path(), e.subject(), e.remedy())));
    }
  }

  private static Survey pass(
      Stores opened, Configuration configuration, ProgressListener progress, boolean measure) {
    Unreadable unreadable = new Unreadable();
    Stores stores = opened.recordingIn(unreadable);
    Scope scope = configuration.scope().toScope();
    StateStore.StoredState state = new StateStore(stores.etcd()).read();
    PathIndex paths =
        new CompleteListing(
                () ->
                    new TreeListing(stores.znodes(), listed -> progress.at("listing", listed, -1))
                        .list(scope),
                // Below a node that may not be read nothing is listed, but all is counted.
                () -> unreadable.count() > 0 ? Optional.empty() : count(stores, scope))
            .take();
    try {
      Revision revision = stores.keys().revision();
      Inventory inventory =
          new Inventory(
              revision.value() + paths.size(), configuration.copy().exactVersions(), Instant.now());
      long started = System.nanoTime();
      stores
          .both()
          .read(
              paths,
              scope,
              revision,
              pairs -> {
                inventory.add(pairs);
                progress.at("reading", inventory.znodes(), paths.size());
              });
      inventory.unreadable(unreadable);
      StoreRates rates =
          StoreRates.reading(inventory.tally().compared(), System.nanoTime() - started);
      if (measure) {
        rates = writing(stores, configuration, state, inventory, rates);
      }
      Facts facts = new FactFinder(stores, configuration, state).find(inventory, paths, rates);
      return new Survey(paths, facts, Planner.plan(facts, Rules.ALL), state, revision);
    } catch (RuntimeException e) {
      paths.close();
      throw e;
    }
  }

  private static StoreRates writing(
      Stores stores,
      Configuration configuration,
      StateStore.StoredState state,
      Inventory inventory,
      StoreRates reading) {
    if (state.lockHolder().isPresent()) {
      throw new BlockedException(
          "LOCKED",
          "a daemon is running on this etcd: " + state.lockHolder().get(),
          "measure before it is started, or leave out --measure");
    }
    int meanBytes = (int) (inventory.bytes() / Math.max(1, inventory.znodes()));
    EtcdMeasure.Rates rates =
        new EtcdMeasure(stores.etcd()).take(configuration.copy().inFlight(), meanBytes);
    return reading.writing(rates.putsPerSecond(), rates.raisesPerSecond());
  }

  /** Whether the direction still allows ZooKeeper to be applied to etcd. */
  boolean mayCopy() {
    return state.direction().orElse(Direction.ZK_TO_ETCD) == Direction.ZK_TO_ETCD;
  }

  private static Optional<Integer> count(Stores stores, Scope scope) {
    return scope.equals(Scope.ALL) ? stores.znodes().countBelow(ZkPath.ROOT) : Optional.empty();
  }

  @Override
  public void close() {
    paths.close();
  }
}
