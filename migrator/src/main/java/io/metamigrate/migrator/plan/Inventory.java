package io.metamigrate.migrator.plan;

import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.catalog.Family;
import io.metamigrate.verifier.catalog.Action;
import io.metamigrate.verifier.check.Sequences;
import io.metamigrate.verifier.decode.LedgerPaths;
import io.metamigrate.verifier.diff.Judge;
import io.metamigrate.verifier.diff.Tally;
import io.metamigrate.verifier.diff.Verdict;
import io.metamigrate.verifier.store.Pair;
import io.metamigrate.verifier.store.Znode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What one pass over both stores found: counts, sizes and the few nodes that matter by themselves.
 * Bounded by the catalogue's size, not by the tree's. Not thread safe.
 */
public final class Inventory {
  /** etcd's default --max-request-bytes, of which the key and the frame take a little. */
  public static final int LARGEST_VALUE = 1_500_000;

  private static final int MOST_LISTED = 20;

  private final Map<String, Group> groups = new TreeMap<>();
  private final Tally tally = new Tally();
  private final Sequences sequences = new Sequences();
  private final List<Znode> tooLarge = new ArrayList<>();
  private final Set<String> unknown = new TreeSet<>();
  private long znodes;
  private long bytes;
  private long ephemeral;
  private long putBytes;
  private OptionalLong largestLedgerId = OptionalLong.empty();
  private boolean pulsar;

  /** One line of the inventory. */
  public record Group(String prefix, Action action, long znodes, long bytes, String reason) {
    Group plus(int more) {
      return new Group(prefix, action, znodes + 1, bytes + more, reason);
    }
  }

  public void add(List<Pair> pairs) {
    pairs.forEach(this::add);
  }

  public void add(Pair pair) {
    Verdict verdict = Judge.judge(pair);
    tally.add(verdict);
    if (verdict instanceof Verdict.Seeded) {
      sequences.add(pair);
    }
    if (verdict instanceof Verdict.Differs) {
      pair.source().ifPresent(znode -> putBytes += znode.data().size());
    }
    pair.source().ifPresent(this::count);
  }

  private void count(Znode znode) {
    Family family = Catalogue.of(znode.path());
    znodes++;
    bytes += znode.data().size();
    groups.merge(
        family.prefix(),
        new Group(family.prefix(), family.action(), 1, znode.data().size(), family.reason()),
        (old, one) -> old.plus(znode.data().size()));
    if (znode.isEphemeral()) {
      ephemeral++;
    }
    if (znode.data().size() > LARGEST_VALUE && tooLarge.size() < MOST_LISTED) {
      tooLarge.add(znode);
    }
    if (!family.isKnown() && unknown.size() < MOST_LISTED) {
      unknown.add(family.prefix());
    }
    if (family.isKnown() && family.owner() != Family.Owner.ZOOKEEPER) {
      pulsar = true;
    }
    OptionalLong id = LedgerPaths.ledgerOf(znode.path().value());
    if (id.isPresent() && id.getAsLong() > largestLedgerId.orElse(-1)) {
      largestLedgerId = id;
    }
  }

  public List<Group> groups() {
    return List.copyOf(groups.values());
  }

  public Tally tally() {
    return tally;
  }

  public Sequences sequences() {
    return sequences;
  }

  public long znodes() {
    return znodes;
  }

  public long bytes() {
    return bytes;
  }

  public long ephemeral() {
    return ephemeral;
  }

  /** Bytes of values that are yet to be written. */
  public long putBytes() {
    return putBytes;
  }

  /** The first znodes whose value etcd would refuse. */
  public List<Znode> tooLarge() {
    return Collections.unmodifiableList(tooLarge);
  }

  /** The first path families that nothing here knows. */
  public Set<String> unknown() {
    return Collections.unmodifiableSet(unknown);
  }

  /** The largest id of a ledger that is there. */
  public OptionalLong largestLedgerId() {
    return largestLedgerId;
  }

  /** Whether there is anything of Pulsar's or BookKeeper's at all. */
  public boolean holdsPulsar() {
    return pulsar;
  }
}
