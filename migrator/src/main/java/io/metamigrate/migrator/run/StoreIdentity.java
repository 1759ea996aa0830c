package io.metamigrate.migrator.run;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.phase.Checkpoint;
import io.metamigrate.migrator.phase.Epoch;
import io.metamigrate.migrator.phase.KnownSource;
import io.metamigrate.migrator.phase.MoveIdentity;
import io.metamigrate.migrator.phase.SeenChange;
import io.metamigrate.migrator.phase.StoreCheck;
import io.metamigrate.migrator.phase.StoreCheck.KnownTarget;
import io.metamigrate.migrator.phase.StoreCheck.Mismatch;
import io.metamigrate.migrator.phase.TargetSnapshot;
import io.metamigrate.migrator.plan.StoreNames;
import io.metamigrate.migrator.replay.Authority;
import io.metamigrate.migrator.replay.StateStore;
import io.metamigrate.verifier.store.Ensemble;
import io.metamigrate.verifier.store.EtcdConnection;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.ServerSurvey;
import io.metamigrate.verifier.store.SessionGuard;
import io.metamigrate.verifier.store.SessionGuard.Session;
import io.metamigrate.verifier.store.SourceSnapshot;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.StoreException;
import io.metamigrate.verifier.store.ZooKeeperConnection;
import io.metamigrate.verifier.store.Zxid;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which two stores the move is about, for the life of one process. Asked at each opening of the
 * stores, for each session of ZooKeeper before it is used, and wherever {@link #confirm} is called:
 * before a deletion by a comparison, before the authority passes. Safe for use by several threads.
 */
public final class StoreIdentity {
  private static final Logger LOG = LoggerFactory.getLogger(StoreIdentity.class);

  /** A server that answered a sync is up to date unless it follows a leader that is deposed. */
  private static final Duration MAX_LAG = Duration.ofSeconds(10);

  private static final long RETRY_MILLIS = 200;

  private final Set<String> accepted;
  private final Map<Ensemble, KnownSource> sources = new EnumMap<>(Ensemble.class);
  private KnownTarget target = KnownTarget.NONE;
  private Optional<TargetSnapshot> snapshot = Optional.empty();
  private Optional<String> lastLeader = Optional.empty();
  private Optional<Epoch> kept = Optional.empty();
  private Optional<EtcdConnection> etcd = Optional.empty();
  private boolean startedOver;
  private boolean renewed;
  private boolean acceptedAny;
  private boolean targetRefused;
  private volatile boolean serversAsked;

  /** Nothing is known and nothing accepted. */
  StoreIdentity() {
    this(Set.of(), Optional.empty());
  }

  private StoreIdentity(Set<String> accepted, Optional<KnownTarget> refused) {
    this.accepted = new HashSet<>(accepted);
    this.target = refused.orElse(KnownTarget.NONE);
    this.targetRefused = refused.isPresent();
  }

  /**
   * For a process that begins; it knows what the last daemon on this machine was refused for.
   *
   * @param accepted ids of mismatches that are accepted when the stores are first opened; a later
   *     one stops the process all the same
   */
  public static StoreIdentity of(Configuration configuration, Set<String> accepted) {
    return new StoreIdentity(accepted, ExitRecord.read(configuration).flatMap(ExitRecord::refused));
  }

  /** The guard of the connections to one ensemble; it lets pass until the stores have met. */
  SessionGuard guard(Ensemble ensemble) {
    return session -> admit(ensemble, session);
  }

  /**
   * Checks both stores when they have been opened.
   *
   * @throws BlockedException if one is another store, or an older state of the one that was known
   */
  void checkBoth(Stores stores) {
    if (!serversAsked) {
      stores.ensembles().forEach(ensemble -> checkServers(stores.connection(ensemble)));
      serversAsked = true;
    }
    OneEtcd.require(stores.etcd().settings());
    checkEtcd(stores.etcd());
    synchronized (this) {
      etcd = Optional.of(stores.etcd());
      TargetSnapshot now = snapshot.orElseThrow();
      startedOver |= refuse(StoreCheck.configured(now.identity(), stores.ensembles()));
      stores.ensembles().forEach(ensemble -> known(stores, ensemble, now));
    }
    stores.ensembles().forEach(ensemble -> stores.connection(ensemble).confirm());
    synchronized (this) {
      accepted.clear();
    }
  }

  /** Once in a process: later each session is checked by itself. */
  private static void checkServers(ZooKeeperConnection zookeeper) {
    ServerSurvey survey = ServerSurvey.of(zookeeper.settings());
    for (String silent : survey.silent()) {
      LOG.atWarn().addKeyValue("server", silent).log("a server of ZooKeeper opens no session");
    }
    StoreCheck.servers(survey)
        .ifPresent(
            mismatch -> {
              throw BlockedException.of(mismatch);
            });
  }

  /** What etcd keeps of it counts if this process has not seen it itself. */
  private void known(Stores stores, Ensemble ensemble, TargetSnapshot now) {
    Optional<KnownSource> onEtcd = now.identity().map(id -> id.sources().get(ensemble));
    Optional<Zxid> applied =
        ensemble == Ensemble.LOCAL && stores.configurationStore().isEmpty()
            ? now.checkpoint().map(Checkpoint::lastAppliedZxid)
            : Optional.empty();
    KnownSource known = onEtcd.orElseGet(() -> KnownSource.atZxid(Zxid.NONE));
    sources.putIfAbsent(ensemble, applied.map(known::atLeast).orElse(known));
  }

  /**
   * Checks etcd alone, as before its lock is taken.
   *
   * @throws BlockedException if it is another one, or an older state
   */
  public synchronized void checkEtcd(EtcdConnection connection) {
    TargetSnapshot now = new StateStore(connection).snapshot();
    lastLeader = LeadershipRecord.text(connection);
    Optional<Mismatch> mismatch = StoreCheck.target(target, now);
    targetRefused |= mismatch.isPresent();
    boolean other = refuse(mismatch);
    target = (other ? KnownTarget.NONE : target).and(now);
    targetRefused = false;
    snapshot = Optional.of(now);
  }

  /** The record of the last leader when etcd was looked at last. */
  synchronized Optional<String> lastLeader() {
    return lastLeader;
  }

  /** How etcd was known, if it was refused since. */
  synchronized Optional<KnownTarget> refusedTarget() {
    return targetRefused ? Optional.of(target) : Optional.empty();
  }

  /**
   * Checks both stores again, now.
   *
   * @throws BlockedException if one is another store, or an older state of the one that was known
   */
  public void confirm(Stores stores) {
    checkEtcd(stores.etcd());
    stores.ensembles().forEach(ensemble -> stores.connection(ensemble).confirm());
  }

  private synchronized void admit(Ensemble ensemble, Session session) {
    KnownSource before = sources.get(ensemble);
    if (before == null) {
      return;
    }
    Zxid seen = before.zxid().ofChange().max(session.seen());
    SourceSnapshot observed = upToDate(session, seen);
    KnownSource now = KnownSource.of(ensemble, observed);
    Optional<Mismatch> mismatch = StoreCheck.source(before, now, seen, session::stamps);
    if (mismatch.isPresent() && now.zxid().compareTo(seen) < 0) {
      refuseWhileOthersAreAhead(session, seen, now);
    }
    boolean other = refuse(mismatch);
    if (ensemble == Ensemble.LOCAL) {
      StoreCheck.hiddenEpoch(observed.epoch())
          .ifPresent(
              hidden -> {
                throw BlockedException.of(hidden);
              });
      refuse(StoreCheck.unreadableEpoch(observed.epoch()));
      kept = observed.epoch().flatMap(SourceSnapshot.NodeText::text).flatMap(Epoch::read);
      if (StoreCheck.epoch(kept, snapshot.orElseThrow()).isPresent()) {
        // Another process may have passed the authority on since etcd was checked.
        etcd.ifPresent(this::checkEtcd);
      }
      refuse(StoreCheck.epoch(kept, snapshot.orElseThrow()));
    }
    startedOver |= other;
    sources.put(ensemble, other ? now : now.or(before));
  }

  /** A server that is merely behind is waited for; one that serves alone never is. */
  static SourceSnapshot upToDate(Session session, Zxid seen) {
    long until = System.nanoTime() + MAX_LAG.toNanos();
    SourceSnapshot observed = session.snapshot();
    if (observed.zxid().compareTo(seen) < 0 && session.servesAlone()) {
      return observed;
    }
    while (observed.zxid().compareTo(seen) < 0 && System.nanoTime() < until) {
      try {
        Thread.sleep(RETRY_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new StoreException(Store.ZOOKEEPER, "interrupted while waiting for ZooKeeper", e);
      }
      observed = session.snapshot();
    }
    return observed;
  }

  static void refuseWhileOthersAreAhead(Session session, Zxid seen, KnownSource now) {
    if (session.highestOfServers().compareTo(seen) >= 0) {
      throw new StoreException(
          Store.ZOOKEEPER,
          "a server of ZooKeeper at %s lags behind: it is at zxid %s after a sync, others have %s; nothing is read from it; check its log"
              .formatted(session.settings(), now.zxid(), seen));
    }
  }

  /** Whether there is a mismatch, which is accepted. */
  private boolean refuse(Optional<Mismatch> mismatch) {
    if (mismatch.isEmpty()) {
      return false;
    }
    Mismatch found = mismatch.get();
    if (!accepted.contains(found.id())) {
      throw BlockedException.of(found);
    }
    acceptedAny = true;
    LOG.atWarn().addKeyValue("id", found.id()).addKeyValue("what", found.message()).log("accepted");
    return true;
  }

  /**
   * The checkpoint to continue from, without its knowledge of ZooKeeper if another one, or an older
   * state, was accepted.
   */
  synchronized Checkpoint from(Checkpoint checkpoint) {
    return startedOver ? checkpoint.withoutSource() : checkpoint;
  }

  /** Whether a mismatch was accepted, which is to be remembered on etcd. */
  synchronized boolean hasAccepted() {
    return acceptedAny;
  }

  /** A name for these two stores, for positions; empty while etcd holds no move. */
  public synchronized Optional<String> name() {
    return snapshot
        .flatMap(TargetSnapshot::nonce)
        .map(
            nonce ->
                sources.entrySet().stream()
                    .map(source -> source.getKey() + " " + source.getValue().identity())
                    .collect(Collectors.joining("\n", nonce + "\n", "")))
        .map(StoreIdentity::shortHash);
  }

  /** The move's last own write on etcd when it was looked at last; absent before any. */
  public synchronized Revision lastOwnWrite() {
    return snapshot.map(TargetSnapshot::mark).orElse(Revision.ABSENT);
  }

  /** What both stores are known by. */
  synchronized StoreNames names() {
    Map<Ensemble, String> known = new EnumMap<>(Ensemble.class);
    sources.forEach((ensemble, source) -> known.put(ensemble, source.identity().strip()));
    return new StoreNames(known, snapshot.flatMap(TargetSnapshot::nonce));
  }

  private static String shortHash(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Changes that were seen by an admitted session. */
  synchronized void recordChanges(Map<Ensemble, List<SeenChange>> changes) {
    changes.forEach(
        (ensemble, witnesses) ->
            sources.computeIfPresent(ensemble, (same, source) -> source.with(witnesses)));
  }

  /** Puts what the stores are known by on etcd; the first time makes the nonce of the move. */
  synchronized void save(Authority authority, Stores stores) {
    // Under the lock, and not from memory: the window passes the authority on in this document.
    checkEtcd(stores.etcd());
    MoveIdentity found = snapshot.flatMap(TargetSnapshot::identity).orElseGet(MoveIdentity::create);
    MoveIdentity identity =
        StoreCheck.accepting(startedOver && !renewed ? found.renewed() : found, kept);
    for (Map.Entry<Ensemble, KnownSource> source : sources.entrySet()) {
      identity =
          identity.with(
              source.getKey(),
              source.getValue().atLeast(stores.connection(source.getKey()).seen()));
    }
    new StateStore(stores.etcd()).put(authority, MoveIdentity.DOCUMENT, identity.toJson());
    if (!Optional.of(identity.nonce()).equals(target.nonce())) {
      // If no lease could be granted, this is the first check that distinguishes two etcds in one
      // list.
      OneEtcd.require(stores.etcd().settings());
    }
    renewed |= startedOver;
    target = target.wrote(Optional.of(identity.nonce()), authority.lock().lastOwn());
    Optional<MoveIdentity> written = Optional.of(identity);
    snapshot =
        snapshot.map(
            now -> new TargetSnapshot(written, now.checkpoint(), now.revision(), now.mark()));
  }

  /** After own transactions. */
  synchronized void wrote(Authority authority) {
    target = target.wrote(Optional.empty(), authority.lock().lastOwn());
  }
}
