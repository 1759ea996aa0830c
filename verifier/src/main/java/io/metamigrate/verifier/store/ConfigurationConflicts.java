package io.metamigrate.verifier.store;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Paths that the local and the configuration store both hold with different data. Both go to one
 * etcd, which can hold only one of them. Empty nodes and what is not migrated do not count.
 */
public final class ConfigurationConflicts {
  private static final int MAX_REPORTED = 20;
  private static final int BATCH = 1_000;

  private ConfigurationConflicts() {}

  /**
   * The first of them, in key order.
   *
   * @param carried whether a path is migrated at all
   */
  public static List<ZkPath> find(ZnodeReader merged, Scope scope, Predicate<ZkPath> carried) {
    Optional<ZnodeReader> configuration = merged.configuration();
    if (configuration.isEmpty()) {
      return List.of();
    }
    List<ZkPath> conflicts = new ArrayList<>();
    try (PathIndex paths = new TreeListing(configuration.get(), n -> {}).list(scope)) {
      List<ZkPath> batch = new ArrayList<>(BATCH);
      Iterator<String> all = paths.iterator();
      while (all.hasNext() && conflicts.size() < MAX_REPORTED) {
        ZkPath path = new ZkPath(all.next());
        if (carried.test(path)) {
          batch.add(path);
        }
        if (batch.size() == BATCH || !all.hasNext()) {
          compare(merged.local(), configuration.get(), batch, conflicts);
          batch.clear();
        }
      }
    }
    return List.copyOf(conflicts.subList(0, Math.min(MAX_REPORTED, conflicts.size())));
  }

  private static void compare(
      ZnodeReader local, ZnodeReader configuration, List<ZkPath> paths, List<ZkPath> conflicts) {
    if (paths.isEmpty()) {
      return;
    }
    List<Optional<Znode>> here = local.read(List.copyOf(paths));
    List<Optional<Znode>> there = configuration.read(List.copyOf(paths));
    for (int i = 0; i < paths.size(); i++) {
      Optional<NodeData> a = here.get(i).map(Znode::data).filter(d -> !d.isEmpty());
      Optional<NodeData> b = there.get(i).map(Znode::data).filter(d -> !d.isEmpty());
      if (a.isPresent() && b.isPresent() && !a.equals(b)) {
        conflicts.add(paths.get(i));
      }
    }
  }
}
