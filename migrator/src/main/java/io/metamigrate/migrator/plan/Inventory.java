package io.metamigrate.migrator.plan;

import io.metamigrate.migrator.replay.Reconciler;
import io.metamigrate.verifier.catalog.Action;
import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.catalog.Family;
import io.metamigrate.verifier.check.Sequences;
import io.metamigrate.verifier.decode.LedgerPaths;
import io.metamigrate.verifier.decode.ManagedLedgerPath;
import io.metamigrate.verifier.diff.Comparer;
import io.metamigrate.verifier.diff.Comparison;
import io.metamigrate.verifier.diff.Tally;
import io.metamigrate.verifier.store.EtcdEntry;
import io.metamigrate.verifier.store.Pair;
import io.metamigrate.verifier.store.Unreadable;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Znode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What one pass over both stores found: counts, sizes and the few nodes that matter by themselves.
 * Bounded by the catalogue's size, not by the tree's. For one thread.
 */
public final class Inventory {
  /** Values above this may be among the remembered ones. */
  private static final int LARGE_VALUE = 64 << 10;

  private static final ZkPath POLICIES = Catalogue.ADMIN.child("policies");
  private static final int MAX_LISTED = 20;

  /** Beyond so many groups, unknown ones are counted together. */
  private static final int MAX_GROUPS = 100;

  private static final String OTHER_GROUPS = "(other unknown paths)";

  private final Map<String, Group> groups = new TreeMap<>();
  private final Tally tally = new Tally();
  private final Sequences sequences = new Sequences();
  private final Listings listings;
  private final boolean exactVersions;
  private final BookKeeperNodes bookKeeper = new BookKeeperNodes();
  private final OtherComponentTrees otherComponentTrees = new OtherComponentTrees();
  private final LedgerLocations ledgerLocations = new LedgerLocations();
  private final LedgerGrowth growth;
  private final Map<String, Long> roots = new TreeMap<>();
  private final PriorityQueue<LargeZnode> large =
      new PriorityQueue<>(Comparator.comparingLong(LargeZnode::bytes));
  private final Set<String> unknown = new TreeSet<>();
  private ExtraPuts further = ExtraPuts.NONE;
  private long znodes;
  private long bytes;
  private long pathBytes;
  private long ephemeral;
  private long putBytes;
  private long putKeyBytes;
  private OptionalLong largestLedgerId = OptionalLong.empty();
  private Unreadable unreadable = new Unreadable();
  private final List<ZkPath> ownerless = new ArrayList<>();
  private boolean pulsar;
  private boolean policies;
  private boolean topics;

  /** One line of the inventory. */
  record Group(String prefix, Action action, long znodes, long bytes, String reason) {
    Group plus(int more) {
      return new Group(prefix, action, znodes + 1, bytes + more, reason);
    }
  }

  /**
   * What exact versions ask for beyond the one put of each key.
   *
   * @param puts one after the other on each key, of many keys at once
   * @param bytes of their keys and values
   * @param most of them on one key
   * @param at that key
   */
  public record ExtraPuts(long puts, long bytes, long most, Optional<ZkPath> at) {
    static final ExtraPuts NONE = new ExtraPuts(0, 0, 0, Optional.empty());

    ExtraPuts plus(Znode znode, long more) {
      long each = (long) znode.data().size() + znode.path().value().length();
      return new ExtraPuts(
          puts + more,
          bytes + more * each,
          Math.max(most, more),
          more > most ? Optional.of(znode.path()) : at);
    }
  }

  /** A value that etcd may refuse. */
  public record LargeZnode(ZkPath path, long bytes) {}

  /**
   * For a pass over everything.
   *
   * @param revision the highest that etcd will have when everything is copied
   * @param exactVersions whether keys are to have the versions that the znodes' changes give them
   * @param now when the pass begins
   */
  public Inventory(long revision, boolean exactVersions, Instant now) {
    this.growth = new LedgerGrowth(now);
    this.listings = new Listings(revision);
    this.exactVersions = exactVersions;
  }

  public void add(List<Pair> pairs) {
    pairs.forEach(this::add);
  }

  void add(Pair pair) {
    Comparison comparison = Comparer.compare(pair, exactVersions);
    tally.add(comparison);
    if (comparison instanceof Comparison.Seeded) {
      sequences.add(pair);
    }
    if (comparison instanceof Comparison.Differs) {
      pair.source().ifPresent(this::countPut);
      pair.source().filter(znode -> exactVersions).ifPresent(znode -> countExtraPuts(znode, pair));
    }
    listings.add(pair, comparison);
    pair.source().ifPresent(this::count);
    pair.source().ifPresent(this::recordOwner);
  }

  private void recordOwner(Znode znode) {
    if (!znode.path().isAtOrBelow(Catalogue.BROKERS)
        && !znode.path().isAtOrBelow(Catalogue.AVAILABLE)) {
      return;
    }
    ZkPath parent = znode.path().parent();
    boolean registration =
        parent.equals(Catalogue.BROKERS)
            || parent.equals(Catalogue.READONLY)
            || (parent.equals(Catalogue.AVAILABLE) && !znode.path().equals(Catalogue.READONLY));
    if (registration && !znode.isEphemeral() && ownerless.size() < MAX_LISTED) {
      ownerless.add(znode.path());
    }
  }

  /** Registrations of brokers and bookies that no session owns, the first of them. */
  public List<ZkPath> ownerlessRegistrations() {
    return List.copyOf(ownerless);
  }

  /** What the pass was not allowed to read. */
  public void unreadable(Unreadable nodes) {
    unreadable = nodes;
  }

  public Unreadable unreadable() {
    return unreadable;
  }

  private void countExtraPuts(Znode znode, Pair pair) {
    long puts = Reconciler.puts(znode, pair.target().map(EtcdEntry::version).orElse(0L));
    further = further.plus(znode, puts - 1);
  }

  private void countPut(Znode znode) {
    putBytes += znode.data().size();
    putKeyBytes += znode.path().value().length();
  }

  private void count(Znode znode) {
    Family family = Catalogue.of(znode.path());
    znodes++;
    bytes += znode.data().size();
    pathBytes += znode.path().value().length();
    String prefix =
        family.isKnown() || groups.size() < MAX_GROUPS || groups.containsKey(family.prefix())
            ? family.prefix()
            : OTHER_GROUPS;
    groups.merge(
        prefix,
        new Group(prefix, family.action(), 1, znode.data().size(), family.reason()),
        (old, one) -> old.plus(znode.data().size()));
    if (znode.isEphemeral()) {
      ephemeral++;
    }
    bookKeeper.add(znode);
    otherComponentTrees.add(znode);
    ledgerLocations.add(znode);
    growth.add(znode);
    if (Catalogue.isCore(znode.path())) {
      roots.merge(root(znode.path()), 1L, Long::sum);
    }
    if (znode.data().size() > LARGE_VALUE && family.action() != Action.SKIP) {
      large.add(new LargeZnode(znode.path(), znode.data().size()));
      if (large.size() > MAX_LISTED) {
        large.remove();
      }
    }
    if (!family.isKnown() && unknown.size() < MAX_LISTED) {
      unknown.add(family.prefix());
    }
    pulsar |= PulsarMetadata.holds(znode.path());
    policies |= znode.path().isAtOrBelow(POLICIES);
    topics |= ManagedLedgerPath.of(znode.path().value()).isPresent();
    OptionalLong id = LedgerPaths.ledgerOf(znode.path().value());
    if (id.isPresent() && id.getAsLong() > largestLedgerId.orElse(-1)) {
      largestLedgerId = id;
    }
  }

  private static String root(ZkPath path) {
    int slash = path.value().indexOf('/', 1);
    return slash < 0 ? path.value() : path.value().substring(0, slash);
  }

  /** Nodes at and below a root such as {@code /ledgers} that the cluster cannot do without. */
  public long inRoot(String root) {
    return roots.getOrDefault(root, 0L);
  }

  /** Where the ledgers of the topics are. */
  public LedgerLocations ledgerLocations() {
    return ledgerLocations;
  }

  /** How many ledgers there are, and how fast they came. */
  public LedgerGrowth growth() {
    return growth;
  }

  List<Group> groups() {
    return List.copyOf(groups.values());
  }

  public Tally tally() {
    return tally;
  }

  public Sequences sequences() {
    return sequences;
  }

  /** The number of znodes, ephemeral ones included. */
  public long znodes() {
    return znodes;
  }

  /** The sum of all values, in bytes. */
  public long bytes() {
    return bytes;
  }

  /** The sum of all paths, in characters. */
  long pathBytes() {
    return pathBytes;
  }

  long ephemeral() {
    return ephemeral;
  }

  /** Bytes of values that are yet to be written. */
  long putBytes() {
    return putBytes;
  }

  /** Bytes of the keys of those values. */
  long putKeyBytes() {
    return putKeyBytes;
  }

  public ExtraPuts further() {
    return further;
  }

  /** The largest values, largest first; none for a tree of small ones. */
  public List<LargeZnode> large() {
    return large.stream().sorted(Comparator.comparingLong(LargeZnode::bytes).reversed()).toList();
  }

  /** What listings will cost on etcd. */
  public Listings listings() {
    return listings;
  }

  public BookKeeperNodes bookKeeper() {
    return bookKeeper;
  }

  public OtherComponentTrees otherComponentTrees() {
    return otherComponentTrees;
  }

  /** The first path families that nothing here knows. */
  public Set<String> unknown() {
    return Collections.unmodifiableSet(unknown);
  }

  /** The largest id of a ledger that is there. */
  public OptionalLong largestLedgerId() {
    return largestLedgerId;
  }

  /** Whether there are policies of tenants or namespaces. */
  public boolean holdsPolicies() {
    return policies;
  }

  /** Whether there is a topic. */
  public boolean holdsTopics() {
    return topics;
  }

  /** Whether there is anything of Pulsar's or BookKeeper's at all. */
  public boolean holdsPulsar() {
    return pulsar;
  }
}
