package io.metamigrate.migrator.plan;

import io.metamigrate.verifier.decode.LedgerPaths;
import io.metamigrate.verifier.decode.ManagedLedgerPath;
import io.metamigrate.verifier.diff.Comparison;
import io.metamigrate.verifier.store.EtcdEntry;
import io.metamigrate.verifier.store.Pair;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Znode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * What a listing of each directory will cost on etcd, whose reply holds the keys of all
 * descendants. Takes pairs in etcd's key order, in which the descendants of a directory come in one
 * piece, so only the directories of the present path are open. For one thread.
 */
public final class Listings {
  /** Directories kept of each kind: the largest ones. */
  private static final int KEPT = 20;

  /** Below this share of the limit a directory is not worth a mention. */
  private static final long MIN_KEPT_BYTES = RangeReply.LIMIT / 64;

  /** A lease's id is a random number of 63 bits. */
  private static final long SAMPLE_LEASE = Long.MAX_VALUE;

  /**
   * At least so many writes precede a full listing; protobuf encodes revisions from 2^21 on in four
   * bytes, up to 2^28.
   */
  private static final long LATER_REVISION = 1L << 21;

  private static final int LONG_LEDGER = LedgerPaths.pathOf(1L << 32).length();

  private final long revision;
  private final UnsafeNames unsafeNames = new UnsafeNames();
  private final Deque<OpenListing> open = new ArrayDeque<>();
  private final PriorityQueue<Directory> byServers = largest();
  private final PriorityQueue<Directory> others = largest();

  /**
   * One directory.
   *
   * @param keys number of descendants that will be keys
   * @param replyBytes size of etcd's reply to a listing
   */
  public record Directory(ZkPath path, long keys, long replyBytes, Optional<ListedBy> by) {}

  private static final class OpenListing {
    private final String path;
    private long keys;
    private long bytes;

    OpenListing(String path) {
      this.path = path;
    }
  }

  /**
   * For a pass over everything.
   *
   * @param revision the highest that etcd will have when everything is copied: keys that are not
   *     there yet are counted with it
   */
  Listings(long revision) {
    this.revision = Math.max(1, revision);
  }

  void add(Pair pair, Comparison comparison) {
    String path = pair.path().value();
    if (!willBeOnEtcd(pair, comparison) || path.length() == 1) {
      return;
    }
    close(path);
    for (int slash = path.indexOf('/', deepest() + 1);
        slash >= 0;
        slash = path.indexOf('/', slash + 1)) {
      if (slash > 0) {
        open.push(new OpenListing(path.substring(0, slash)));
      }
    }
    if (!open.isEmpty()) {
      open.element().keys++;
      open.element().bytes += bytes(pair);
    }
    if (isTopic(path)) {
      unsafeNames.add(path);
    }
  }

  private int deepest() {
    return open.isEmpty() ? -1 : open.element().path.length();
  }

  /** Ends all directories that the path is not below. */
  private void close(String path) {
    while (!open.isEmpty() && !isBelow(path, open.element().path)) {
      OpenListing ended = open.pop();
      if (!open.isEmpty()) {
        open.element().keys += ended.keys;
        open.element().bytes += ended.bytes;
      }
      keep(ended);
    }
  }

  private void keep(OpenListing ended) {
    if (!isTopic(ended.path)) {
      unsafeNames.add(ended.path);
    }
    long reply = RangeReply.bytes(ended.keys, ended.bytes, revision);
    if (reply < MIN_KEPT_BYTES) {
      return;
    }
    Directory directory =
        new Directory(new ZkPath(ended.path), ended.keys, reply, ListedBy.of(ended.path));
    PriorityQueue<Directory> kept = directory.by().isPresent() ? byServers : others;
    kept.add(directory);
    if (kept.size() > KEPT) {
      kept.remove();
    }
  }

  private int bytes(Pair pair) {
    int key = pair.path().value().getBytes(StandardCharsets.UTF_8).length;
    if (LedgerPaths.ledgerOf(pair.path().value()).isPresent()) {
      // New ledgers have long ids after the move, and sooner or later all are new ones.
      key = Math.max(key, LONG_LEDGER);
    }
    if (pair.target().isPresent()) {
      EtcdEntry entry = pair.target().get();
      return RangeReply.keyBytes(
          key,
          entry.createRevision().value(),
          entry.modRevision().value(),
          entry.version(),
          entry.lease());
    }
    boolean ephemeral = pair.source().filter(Znode::isEphemeral).isPresent();
    return RangeReply.keyBytes(key, revision, revision, 1, ephemeral ? SAMPLE_LEASE : 0);
  }

  /** Copied keys, and those that servers will put there themselves as they do on ZooKeeper. */
  private static boolean willBeOnEtcd(Pair pair, Comparison comparison) {
    if (comparison instanceof Comparison.Skipped) {
      return pair.target().isPresent()
          || (pair.source().filter(Znode::isEphemeral).isPresent() && isRegistration(pair.path()));
    }
    return !(comparison instanceof Comparison.Differs differs
        && (differs.kind() == Comparison.DifferenceKind.EXTRA
            || differs.kind() == Comparison.DifferenceKind.REAPED));
  }

  private static boolean isRegistration(ZkPath path) {
    String value = path.value();
    return value.startsWith("/ledgers/available/")
        || value.startsWith("/loadbalance/")
        || value.startsWith("/namespace/");
  }

  private static boolean isTopic(String path) {
    return ManagedLedgerPath.of(path).filter(found -> found.cursor().isEmpty()).isPresent();
  }

  private static boolean isBelow(String path, String directory) {
    return path.length() > directory.length()
        && path.charAt(directory.length()) == '/'
        && path.startsWith(directory);
  }

  /** How many further ledgers fit into a reply that has so many bytes already. */
  public long additionalLedgers(long replyBytes) {
    long later = Math.max(revision, LATER_REVISION);
    int each = RangeReply.keyBytes(LONG_LEDGER, later, later, 2, 0);
    return Math.max(0, RangeReply.LIMIT - replyBytes) / each;
  }

  /** The largest directories, largest first; complete once all pairs have been added. */
  public List<Directory> directories() {
    close("");
    List<Directory> all = new ArrayList<>(byServers);
    all.addAll(others);
    all.sort(Comparator.comparingLong(Directory::replyBytes).reversed());
    return all;
  }

  /** Parents whose names cannot be listed; complete once all pairs have been added. */
  public UnsafeNames unsafeNames() {
    close("");
    return unsafeNames;
  }

  private static PriorityQueue<Directory> largest() {
    return new PriorityQueue<>(Comparator.comparingLong(Directory::replyBytes));
  }
}
