package io.metamigrate.migrator.cutover.fence;

import io.metamigrate.migrator.run.Stores;
import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.store.EtcdEntry;
import io.metamigrate.verifier.store.EtcdReader;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Znode;
import io.metamigrate.verifier.store.ZnodeReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Who is registered where, read afresh at each call. Safe for use by several threads. */
public final class Registrations {
  private final Optional<ZnodeReader> znodes;
  private final Optional<EtcdReader> keys;

  public Registrations(ZnodeReader znodes, EtcdReader keys) {
    this(Optional.of(znodes), Optional.of(keys));
  }

  private Registrations(Optional<ZnodeReader> znodes, Optional<EtcdReader> keys) {
    this.znodes = znodes;
    this.keys = keys;
  }

  /** Of these stores; if one is permanently lost, nothing is registered there. */
  public static Registrations in(Stores stores) {
    return new Registrations(
        Optional.of(stores.znodes()).filter(reader -> stores.hasZooKeeper()),
        Optional.of(stores.keys()).filter(reader -> stores.hasEtcd()));
  }

  /** If etcd is permanently lost, nothing is registered there. */
  public static Registrations withoutEtcd(ZnodeReader znodes) {
    return new Registrations(Optional.of(znodes), Optional.empty());
  }

  /** False if etcd is permanently lost. */
  public boolean hasEtcd() {
    return keys.isPresent();
  }

  /**
   * Where a writable bookie is registered (BookKeeper {@code BookKeeperConstants.AVAILABLE_NODE}).
   */
  public static ZkPath writable(String bookie) {
    return Catalogue.AVAILABLE.child(bookie);
  }

  /**
   * Where a bookie is registered that accepts no more entries ({@code
   * BookKeeperConstants.READONLY}).
   */
  public static ZkPath readOnly(String bookie) {
    return Catalogue.READONLY.child(bookie);
  }

  /** Both places of a bookie. */
  static List<ZkPath> of(String bookie) {
    return List.of(writable(bookie), readOnly(bookie));
  }

  /** Keys of bookies on etcd, with or without a lease. */
  public Map<ZkPath, EtcdEntry> bookiesOnEtcd() {
    Map<ZkPath, EtcdEntry> found = new TreeMap<>();
    String below = Catalogue.AVAILABLE.value();
    for (EtcdEntry entry : below(below)) {
      if (!entry.path().equals(Catalogue.READONLY)) {
        found.put(entry.path(), entry);
      }
    }
    return found;
  }

  /** Znodes of bookies, ephemeral or not. */
  public Map<ZkPath, Znode> bookiesOnZooKeeper() {
    List<ZkPath> paths = new ArrayList<>();
    children(Catalogue.AVAILABLE).stream()
        .map(Catalogue.AVAILABLE::child)
        .filter(path -> !path.equals(Catalogue.READONLY))
        .forEach(paths::add);
    children(Catalogue.READONLY).stream().map(Catalogue.READONLY::child).forEach(paths::add);
    Map<ZkPath, Znode> found = new TreeMap<>();
    read(paths).forEach(znode -> found.put(znode.path(), znode));
    return found;
  }

  /** One bookie's keys. */
  public List<EtcdEntry> onEtcd(String bookie) {
    return keys.map(reader -> reader.read(of(bookie))).orElse(List.of());
  }

  /** One bookie's znodes. */
  public List<Znode> onZooKeeper(String bookie) {
    return read(of(bookie));
  }

  /** Names below {@code /loadbalance/brokers} on ZooKeeper. */
  public List<String> brokersOnZooKeeper() {
    return children(Catalogue.BROKERS);
  }

  /** Those of them that no session owns, so that they stay when the broker stops. */
  public Set<String> brokersWithoutSession() {
    return brokersOnZooKeeper().stream()
        .filter(
            broker ->
                znode(Catalogue.BROKERS.child(broker))
                    .filter(znode -> !znode.isEphemeral())
                    .isPresent())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Leased keys below {@code /loadbalance/brokers} on etcd. */
  public List<EtcdEntry> brokersOnEtcd() {
    String below = Catalogue.BROKERS.value();
    return below(below).stream().filter(EtcdEntry::isLeased).toList();
  }

  /** The ids of all bookies that hold data, by their cookies on ZooKeeper. */
  public List<String> cookies() {
    return children(Catalogue.COOKIES);
  }

  /** The cookies on etcd. */
  public List<EtcdEntry> cookiesOnEtcd() {
    return below(Catalogue.COOKIES.value());
  }

  private List<EtcdEntry> below(String path) {
    return keys.map(reader -> reader.range(path + "/", path + "0", Optional.empty()))
        .orElse(List.of());
  }

  private List<String> children(ZkPath path) {
    return znodes.map(reader -> reader.children(List.of(path)).get(0)).orElse(List.of());
  }

  private List<Znode> read(List<ZkPath> paths) {
    return znodes
        .map(reader -> reader.read(paths).stream().flatMap(Optional::stream).toList())
        .orElse(List.of());
  }

  public Optional<Znode> znode(ZkPath path) {
    return znodes.flatMap(reader -> reader.read(path));
  }

  public Optional<EtcdEntry> key(ZkPath path) {
    return keys.flatMap(reader -> reader.read(path));
  }
}
