package io.metamigrate.migrator.follow;

import io.metamigrate.migrator.phase.Checkpoint;
import io.metamigrate.migrator.phase.SeenChange;
import io.metamigrate.migrator.replay.Applied;
import io.metamigrate.migrator.replay.Authority;
import io.metamigrate.migrator.replay.EtcdHistory;
import io.metamigrate.migrator.replay.ForeignChangeException;
import io.metamigrate.migrator.replay.GuardedWriter;
import io.metamigrate.migrator.replay.GuardedWriter.WriterSettings;
import io.metamigrate.migrator.replay.Operation;
import io.metamigrate.migrator.replay.Reconciler;
import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.decode.LedgerPaths;
import io.metamigrate.verifier.diff.Comparer;
import io.metamigrate.verifier.diff.Comparison;
import io.metamigrate.verifier.store.DualReader;
import io.metamigrate.verifier.store.Ensemble;
import io.metamigrate.verifier.store.EtcdConnection;
import io.metamigrate.verifier.store.EtcdEntry;
import io.metamigrate.verifier.store.EtcdReader;
import io.metamigrate.verifier.store.OverCompactions;
import io.metamigrate.verifier.store.Pair;
import io.metamigrate.verifier.store.PathIndex;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.TreeListing;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Znode;
import io.metamigrate.verifier.store.ZnodeReader;
import io.metamigrate.verifier.store.ZooKeeperConnection;
import io.metamigrate.verifier.store.Zxid;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Keeps etcd equal to ZooKeeper: compares and copies everything once, then applies what changes,
 * and compares everything again whenever something may have been missed. For one thread, the
 * driver's; killed anywhere, the next one finds the rest by comparing.
 */
public final class Follower implements AutoCloseable {
  /** Changed paths taken in one go. */
  private static final int MAX_CONCURRENT = 2_000;

  /**
   * Changed paths in one request on the session that watches: as many as a reply takes of the
   * largest values that etcd accepts by default, 1.5 MiB ({@code embed.DefaultMaxRequestBytes}).
   */
  private static final int MAX_IN_REQUEST = 20;

  /** Changed paths whose values are held at once. */
  private static final int MAX_HELD = 8 * MAX_IN_REQUEST;

  private final DualReader both;

  /** On the session that watches: a changed path is read again where its event came from. */
  private final ZnodeReader znodes;

  /** On sessions of their own: a reply that breaks one of them makes no gap. */
  private final ZnodeReader bulk;

  private final List<ZooKeeperConnection> bulkSessions;
  private final EtcdReader keys;
  private final FollowSettings follow;
  private final FollowListener listener;
  private final VersionMap versions = VersionMap.temporary();
  private final InFlightWrites pending;
  private final SequencedWrites sequenced;
  private final GuardedWriter writer;
  private final RecentChanges witnesses = new RecentChanges();
  private final ChangeFeed feed;
  private Zxid highest = Zxid.NONE;
  private OptionalLong largestLedger = OptionalLong.empty();
  private Revision lastOwn = Revision.ABSENT;
  private boolean comparing;

  /**
   * Prepares to follow; nothing is read or written before the first call.
   *
   * @param configurationStore the ZooKeeper of the configuration metadata, if that is a different
   *     one
   * @param writing the limits and time-outs of writes
   */
  public Follower(
      ZooKeeperConnection zookeeper,
      Optional<ZooKeeperConnection> configurationStore,
      EtcdConnection etcd,
      Authority authority,
      WriterSettings writing,
      FollowSettings follow,
      FollowListener listener) {
    this.znodes =
        configurationStore
            .map(store -> ZnodeReader.merged(zookeeper, store, Catalogue::ensembleOf))
            .map(reader -> reader.withAtMost(MAX_IN_REQUEST))
            .orElseGet(() -> ZnodeReader.over(zookeeper).withAtMost(MAX_IN_REQUEST));
    this.keys = new EtcdReader(etcd);
    this.bulkSessions =
        Stream.concat(Stream.of(zookeeper), configurationStore.stream())
            .map(ZooKeeperConnection::another)
            .toList();
    this.bulk =
        configurationStore.isPresent()
            ? ZnodeReader.merged(bulkSessions.get(0), bulkSessions.get(1), Catalogue::ensembleOf)
            : ZnodeReader.over(bulkSessions.get(0));
    this.both = new DualReader(bulk, keys);
    this.follow = follow;
    this.listener = listener;
    this.pending = new InFlightWrites(versions, follow.exactVersions());
    this.writer = new GuardedWriter(etcd, authority, writing, this::applied);
    this.sequenced = new SequencedWrites(writer);
    this.feed = feed(zookeeper, configurationStore);
  }

  private ChangeFeed feed(
      ZooKeeperConnection zookeeper, Optional<ZooKeeperConnection> configurationStore) {
    if (!znodes.usesMultiReads()) {
      return new ScanFeed(
          Stream.concat(Stream.of(zookeeper), configurationStore.stream()).toList());
    }
    ChangeFeed local = new WatchFeed(zookeeper, follow.scope());
    return configurationStore
        .<ChangeFeed>map(store -> new CombinedFeed(local, new WatchFeed(store, follow.scope())))
        .orElse(local);
  }

  /** Whether changes come by a watch; else by {@link ScanFeed}. */
  public boolean watches() {
    return znodes.usesMultiReads();
  }

  /**
   * Applies what has changed; compares everything if something may have been missed.
   *
   * @param wait how long to wait for a first change
   * @return how many paths were compared
   * @throws StoreException if a store does not answer; nothing that was applied is lost
   * @throws RuntimeException what its listener throws, such as that the process is to end
   */
  public long step(Duration wait) throws InterruptedException {
    if (feed.takeGap()) {
      compareAll();
    }
    List<ChangeFeed.ChangedPath> changes = feed.take(MAX_CONCURRENT, wait);
    apply(changes);
    return changes.size();
  }

  /** Something may have been missed: the next step compares everything. */
  public void markGap() {
    feed.markGap();
  }

  /**
   * Everything that ZooKeeper has committed by now is applied when this returns. What was read on
   * the way may be newer than what other paths were brought up to, so the zxid is taken from a
   * first round, and a second one makes it true for all paths.
   */
  public Barrier barrier() throws InterruptedException {
    drain();
    Zxid reached = highest;
    drain();
    return new Barrier(reached, lastOwn);
  }

  private void drain() throws InterruptedException {
    feed.catchUp();
    if (!watches()) {
      compareAll();
      return;
    }
    long left = feed.waiting();
    while (left > 0 || feed.takeGap()) {
      if (left <= 0) {
        compareAll();
        feed.catchUp();
        left = feed.waiting();
        continue;
      }
      List<ChangeFeed.ChangedPath> changes = feed.take(MAX_CONCURRENT, Duration.ZERO);
      apply(changes);
      left = changes.isEmpty() ? 0 : left - changes.size();
    }
    sequenced.settle();
  }

  /** Puts the checkpoint when everything submitted is applied. */
  public void checkpoint(Checkpoint checkpoint) {
    writer.flush(checkpoint);
  }

  /** Compares all of both stores and applies the difference. */
  public void compareAll() {
    listener.listing();
    // What was committed before the watch was set has no event: these sessions must see it.
    bulkSessions.forEach(Sync::await);
    try (PathIndex paths =
        new TreeListing(bulk, listed -> listener.listed()).list(follow.scope())) {
      compare(paths);
    } catch (RuntimeException e) {
      // What this pass was to find is found by the next one.
      feed.markGap();
      throw e;
    }
  }

  /** The same with a listing that was made before; what it misses stays missed. */
  public void compare(PathIndex paths) {
    OverCompactions.repeat(() -> comparedAtOneRevision(paths));
    follow.beforeDeletion().compared();
    listener.compared();
  }

  private boolean comparedAtOneRevision(PathIndex paths) {
    sequenced.settle();
    listener.comparing(paths.size());
    comparing = true;
    try (PendingDeletions pendingDeletions = new PendingDeletions()) {
      both.read(
          paths, follow.scope(), keys.revision(), pairs -> reconcile(pairs, pendingDeletions));
      sequenced.settle();
      pendingDeletions.release(follow.beforeDeletion(), this::delete);
      sequenced.settle();
    } finally {
      comparing = false;
    }
    return true;
  }

  private void delete(Operation.DeleteKey delete) {
    submit(delete, Optional.empty(), 0);
  }

  private void reconcile(List<Pair> pairs, PendingDeletions pendingDeletions) {
    long bytes = 0;
    long right = 0;
    for (Pair pair : pairs) {
      pair.source().ifPresent(this::observe);
      refuseForeign(pair);
      Comparison comparison = Comparer.compare(pair, follow.exactVersions());
      if (pair.target().isPresent() && !isLeftAlone(comparison)) {
        pendingDeletions.count();
      }
      if (comparison instanceof Comparison.Same) {
        Znode znode = pair.source().orElseThrow();
        EtcdEntry entry = pair.target().orElseThrow();
        versions.put(pair.path(), TrackedKey.of(znode, entry.modRevision(), entry.version()));
      } else {
        Optional<Operation> operation = Reconciler.operation(pair, follow.exactVersions());
        if (isExtra(comparison) && operation.orElseThrow() instanceof Operation.DeleteKey delete) {
          pendingDeletions.add(delete);
        } else {
          operation.ifPresent(
              o -> submit(o, pair.source(), pair.target().map(EtcdEntry::version).orElse(0L)));
        }
        if (operation.isPresent()) {
          continue;
        }
      }
      right++;
      bytes += pair.source().map(znode -> znode.data().size()).orElse(0);
    }
    sequenced.settleWhenMany();
    listener.processed(right, bytes);
    listener.comparedMore();
  }

  /** An empty parent that ZooKeeper has reaped is none: nothing is lost with it. */
  private static boolean isExtra(Comparison comparison) {
    return comparison instanceof Comparison.Differs differs
        && differs.kind() == Comparison.DifferenceKind.EXTRA;
  }

  private static boolean isLeftAlone(Comparison comparison) {
    return comparison instanceof Comparison.Skipped || comparison instanceof Comparison.Seeded;
  }

  /** A key is as the daemon left it, or another writer changed it. */
  private void refuseForeign(Pair pair) {
    Optional<Revision> found = pair.target().map(EtcdEntry::modRevision);
    if (FollowSettings.isExempt(pair, follow.accepted())) {
      return;
    }
    Optional<TrackedKey> row = versions.get(pair.path());
    if (row.isPresent()) {
      if (!found.equals(Optional.of(row.get().modRevision()))) {
        throw ForeignChangeException.of(
            pair.path(), row.get().modRevision(), found.orElse(Revision.ABSENT));
      }
      return;
    }
    boolean unknown = found.isPresent() && found.get().compareTo(follow.knownRevision()) > 0;
    boolean suspect =
        follow.suspect().flatMap(range -> range.foreign(pair, follow.accepted())).isPresent();
    if (unknown || suspect) {
      throw ForeignChangeException.found(pair.path(), found.get());
    }
  }

  private void apply(List<ChangeFeed.ChangedPath> changes) {
    if (changes.isEmpty()) {
      return;
    }
    try {
      // Two feeds may both name a path; it is read and written once.
      applyNow(
          changes.stream()
              .map(ChangeFeed.ChangedPath::path)
              .filter(ZkPath::isLegalZnode)
              .distinct()
              .toList());
    } catch (RuntimeException e) {
      // These paths are out of the feed; only a comparison finds them again.
      feed.markGap();
      throw e;
    }
    listener.applied(
        Duration.ofNanos(System.nanoTime() - changes.get(0).noticedNanos()),
        changes.size(),
        feed.waiting());
  }

  private void applyNow(List<ZkPath> paths) {
    for (int i = 0; i < paths.size(); i += MAX_HELD) {
      submit(paths.subList(i, Math.min(paths.size(), i + MAX_HELD)));
    }
    sequenced.settle();
  }

  private void submit(List<ZkPath> paths) {
    long asked = System.nanoTime();
    List<Optional<Znode>> now = znodes.read(paths);
    listener.zookeeperAnswered(Duration.ofNanos(System.nanoTime() - asked));
    for (int i = 0; i < paths.size(); i++) {
      ZkPath path = paths.get(i);
      now.get(i).ifPresent(this::observe);
      Optional<TrackedKey> row = versions.get(path);
      Optional<Operation> operation =
          LiveChange.operation(path, now.get(i), row, follow.exactVersions());
      Optional<Znode> znode = now.get(i);
      operation.ifPresent(o -> submit(o, znode, row.map(TrackedKey::keyVersion).orElse(0L)));
    }
  }

  private void submit(Operation operation, Optional<Znode> znode, long keyVersion) {
    // The writer flushes a path that is still on its way, so the row is not overwritten early.
    if (writer.isBusy(operation.path())) {
      writer.flush();
    }
    pending.expect(operation.path(), znode.filter(LiveChange::belongsOnEtcd), keyVersion);
    writer.submit(operation);
  }

  private void applied(List<Applied> applied) {
    long done = 0;
    long bytes = 0;
    for (Applied one : applied) {
      Optional<Operation> more = pending.applied(one);
      more.ifPresent(sequenced::add);
      if (more.isEmpty()) {
        done++;
        bytes += one.operation() instanceof Operation.PutKey put ? put.data().size() : 0;
      }
      lastOwn = one.at().compareTo(lastOwn) > 0 ? one.at() : lastOwn;
    }
    if (comparing) {
      listener.processed(done, bytes);
    }
  }

  private void observe(Znode znode) {
    witnesses.observe(znode);
    OptionalLong ledger = LedgerPaths.ledgerOf(znode.path().value());
    if (ledger.isPresent() && ledger.getAsLong() > largestLedger.orElse(-1)) {
      largestLedger = ledger;
    }
    if (znode.ensemble() == Ensemble.LOCAL) {
      highest = highest.max(znode.newest());
    }
  }

  /** The failure that names another writer's change, and what the daemon had left there. */
  public ForeignChangeException describe(EtcdHistory.ForeignChange change) {
    return versions
        .get(change.path())
        .map(row -> ForeignChangeException.of(change.path(), row.modRevision(), change.at()))
        .orElseGet(() -> ForeignChangeException.found(change.path(), change.at()));
  }

  /** The largest id of a ledger seen on ZooKeeper. */
  public OptionalLong largestLedger() {
    return largestLedger;
  }

  Zxid highestZxid() {
    return highest;
  }

  /** The newest changes of each ensemble that were read. */
  public Map<Ensemble, List<SeenChange>> witnesses() {
    return witnesses.all();
  }

  long waiting() {
    return feed.waiting();
  }

  /** Keys that are kept equal. */
  public long tracked() {
    return versions.size();
  }

  /** Keys put since the start. */
  public long put() {
    return pending.put();
  }

  /** Keys deleted since the start. */
  public long deleted() {
    return pending.deleted();
  }

  @Override
  public void close() {
    feed.close();
    bulkSessions.forEach(ZooKeeperConnection::close);
    versions.close();
  }
}
