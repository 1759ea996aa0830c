package io.metamigrate.migrator.run;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.phase.Direction;
import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Inventory;
import io.metamigrate.migrator.plan.Pace;
import io.metamigrate.migrator.plan.Plan;
import io.metamigrate.migrator.plan.Planner;
import io.metamigrate.migrator.replay.StateStore;
import io.metamigrate.verifier.store.PathIndex;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.StoreException;
import io.metamigrate.verifier.store.TreeListing;
import io.metamigrate.verifier.store.ZkPath;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One reading pass over both stores, and the plan that follows from it.
 *
 * @param paths the listing; the caller closes the survey when it is done with it
 */
public record Survey(
    PathIndex paths, Facts facts, Plan plan, StateStore.State state, Revision revision)
    implements AutoCloseable {

  /** With fewer pairs than this the time is that of the first requests. */
  private static final long ENOUGH_TO_TELL = 10_000;

  /** Reads everything; writes nothing. */
  public static Survey take(Stores stores, Configuration configuration, Progress progress) {
    Scope scope = configuration.scope().toScope();
    StateStore.State state = new StateStore(stores.etcd()).read();
    Optional<Integer> before = count(stores, scope);
    PathIndex paths =
        new TreeListing(stores.znodes(), listed -> progress.at("listing", listed, -1)).list(scope);
    try {
      checkCount(stores, scope, before, paths.size());
      Revision revision = stores.keys().revision();
      Inventory inventory = new Inventory(revision.value() + paths.size());
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
      Pace pace = pace(inventory.tally().compared(), System.nanoTime() - started);
      Facts facts = new FactFinder(stores, configuration, state).find(inventory, paths, pace);
      return new Survey(paths, facts, Planner.plan(facts), state, revision);
    } catch (RuntimeException e) {
      paths.close();
      throw e;
    }
  }

  private static Pace pace(long pairs, long nanos) {
    return new Pace(
        nanos > 0 && pairs >= ENOUGH_TO_TELL
            ? OptionalDouble.of(pairs * 1e9 / nanos)
            : OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty());
  }

  /** Whether the direction still allows ZooKeeper to be applied to etcd. */
  public boolean mayCopy() {
    return state.direction().orElse(Direction.ZK_TO_ETCD) == Direction.ZK_TO_ETCD;
  }

  private static Optional<Integer> count(Stores stores, Scope scope) {
    return scope.equals(Scope.ALL) ? stores.znodes().countBelow(ZkPath.ROOT) : Optional.empty();
  }

  /** Nothing may be missed: on a tree at rest the server's own count is the proof. */
  private static void checkCount(
      Stores stores, Scope scope, Optional<Integer> before, long listed) {
    Optional<Integer> after = count(stores, scope);
    boolean atRest = before.isPresent() && before.equals(after);
    // The listing has the root too.
    if (atRest && before.get() + 1 != listed) {
      throw new StoreException(
          Store.ZOOKEEPER,
          "ZooKeeper counts %,d znodes below the root, but %,d were listed; run it again, and report this if it stays"
              .formatted(before.get(), listed - 1));
    }
  }

  @Override
  public void close() {
    paths.close();
  }
}
