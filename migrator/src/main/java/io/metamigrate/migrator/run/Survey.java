package io.metamigrate.migrator.run;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.phase.Direction;
import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Inventory;
import io.metamigrate.migrator.plan.Plan;
import io.metamigrate.migrator.plan.Planner;
import io.metamigrate.migrator.replay.StateStore;
import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.store.EtcdEntry;
import io.metamigrate.verifier.store.PathIndex;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.ServerVersion;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.StoreException;
import io.metamigrate.verifier.store.TargetSurvey;
import io.metamigrate.verifier.store.TreeListing;
import io.metamigrate.verifier.store.ZkPath;
import java.util.List;
import java.util.Optional;

/**
 * One reading pass over both stores, and the plan that follows from it.
 *
 * @param paths the listing; the caller closes the survey when it is done with it
 */
public record Survey(
    PathIndex paths, Facts facts, Plan plan, StateStore.State state, Revision revision)
    implements AutoCloseable {

  /** Reads everything; writes nothing. */
  public static Survey take(Stores stores, Configuration configuration, Progress progress) {
    Scope scope = configuration.scope().toScope();
    StateStore.State state = new StateStore(stores.etcd()).read();
    Optional<Integer> before = count(stores, scope);
    PathIndex paths =
        new TreeListing(stores.znodes(), listed -> progress.at("listing", listed, -1)).list(scope);
    try {
      checkCount(stores, scope, before, paths.size());
      Inventory inventory = new Inventory();
      Revision revision = stores.keys().revision();
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
      Facts facts = facts(stores, configuration, state, inventory, scope);
      return new Survey(paths, facts, Planner.plan(facts), state, revision);
    } catch (RuntimeException e) {
      paths.close();
      throw e;
    }
  }

  private static Facts facts(
      Stores stores,
      Configuration configuration,
      StateStore.State state,
      Inventory inventory,
      Scope scope) {
    String connect = configuration.requireZooKeeper().toString();
    List<String> clusters =
        stores.znodes().children(List.of(Catalogue.ADMIN.child("clusters"))).get(0).stream()
            .filter(name -> !name.equals("global"))
            .toList();
    String cluster =
        configuration
            .cluster()
            .name()
            .orElseGet(() -> clusters.size() == 1 ? clusters.get(0) : "unnamed");
    return new Facts(
        cluster,
        connect,
        ServerVersion.of(connect),
        configuration.cluster().pulsarVersion(),
        inventory,
        TargetSurvey.of(stores.etcd(), scope),
        state
            .checkpoint()
            .filter(c -> c.cluster().equals(cluster) && c.scope().equals(scope))
            .isPresent(),
        stores.znodes().children(List.of(Catalogue.BROKERS)).get(0),
        leased(stores),
        configuration);
  }

  private static Optional<ZkPath> leased(Stores stores) {
    return stores
        .keys()
        .firstLeased(Catalogue.BROKERS)
        .or(() -> stores.keys().firstLeased(Catalogue.OWNERSHIP))
        .map(EtcdEntry::path);
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
