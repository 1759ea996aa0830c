package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.fence.Registrations;
import io.metamigrate.migrator.restart.Component;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.ZkPath;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/**
 * All bookies that the move is about: those registered on either store, those with a cookie on the
 * authoritative one, those recorded and those configured. The file alone is a proposal.
 *
 * @param lost those that the operator named as permanently lost
 * @param configured as the driver knows them
 */
record KnownNodes(NavigableSet<String> bookies, NavigableSet<String> lost, List<Node> configured) {
  KnownNodes {
    bookies = Collections.unmodifiableNavigableSet(new TreeSet<>(bookies));
    lost = Collections.unmodifiableNavigableSet(new TreeSet<>(lost));
    configured = List.copyOf(configured);
  }

  /**
   * Reads both stores.
   *
   * @param side whose cookies count
   */
  static KnownNodes of(
      Registrations registrations,
      Store side,
      Collection<String> recorded,
      Collection<String> lost,
      List<Node> configured) {
    NavigableSet<String> all = new TreeSet<>(recorded);
    all.addAll(lost);
    configured.forEach(node -> all.add(node.id()));
    registrations.bookiesOnEtcd().keySet().stream().map(ZkPath::name).forEach(all::add);
    registrations.bookiesOnZooKeeper().keySet().stream().map(ZkPath::name).forEach(all::add);
    all.addAll(NodeRegistry.cookies(registrations, side));
    return new KnownNodes(all, new TreeSet<>(lost), configured);
  }

  boolean isLost(String bookie) {
    return lost.contains(bookie);
  }

  Optional<Node> bookieNode(String bookie) {
    return configured.stream().filter(node -> node.id().equals(bookie)).findFirst();
  }

  /** A bookie that only the stores know. */
  static Node unconfigured(String bookie) {
    return new Node(Component.BOOKIE, bookie);
  }
}
