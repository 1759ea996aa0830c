package io.metamigrate.migrator.cutover.fence;

import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.ZnodeReader;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The nodes that the fence covers. Access lists are not inherited (ZooKeeper Programmer's Guide,
 * access control using ACLs), so it covers the nodes below which a broker must create something
 * before it can serve, roll a ledger over or name a producer.
 */
public final class FencePaths {
  private FencePaths() {}

  /**
   * The nodes that are there, and in any case the one below which brokers register: ZooKeeper
   * removes it when the last has gone ({@code ContainerManager}), and the next would create it
   * again.
   */
  public static List<ZkPath> of(ZnodeReader znodes) {
    List<ZkPath> paths = new ArrayList<>();
    paths.add(Catalogue.BROKERS);
    paths.add(Catalogue.PRODUCER_NAME);
    paths.add(Catalogue.ID_GENERATOR);
    paths.add(Catalogue.LONG_ID_GENERATOR);
    znodes.children(List.of(Catalogue.LONG_ID_GENERATOR)).get(0).stream()
        .filter(name -> name.startsWith("HOB-"))
        .sorted()
        .map(Catalogue.LONG_ID_GENERATOR::child)
        .forEach(paths::add);
    Set<ZkPath> there = new LinkedHashSet<>(Set.of(Catalogue.BROKERS));
    znodes.read(paths).forEach(found -> found.ifPresent(znode -> there.add(znode.path())));
    return List.copyOf(there);
  }

  /** Whether this is the tool's own child that keeps a fenced node from being reaped. */
  public static boolean mayKeep(ZkPath path) {
    return Reaping.mayWrite(path);
  }

  /** Whether the fence may cover this path. */
  public static boolean mayCover(ZkPath path) {
    return path.equals(Catalogue.BROKERS)
        || path.equals(Catalogue.PRODUCER_NAME)
        || path.equals(Catalogue.ID_GENERATOR)
        || path.equals(Catalogue.LONG_ID_GENERATOR)
        || (path.parent().equals(Catalogue.LONG_ID_GENERATOR) && path.name().startsWith("HOB-"));
  }
}
