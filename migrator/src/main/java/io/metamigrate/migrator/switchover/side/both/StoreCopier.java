package io.metamigrate.migrator.switchover.side.both;

import io.metamigrate.migrator.cutover.ContentCheck;
import io.metamigrate.migrator.cutover.CounterRaiser;
import io.metamigrate.migrator.cutover.Following;
import io.metamigrate.migrator.cutover.ReverseCopy;
import io.metamigrate.migrator.cutover.RollbackReadiness;
import io.metamigrate.migrator.cutover.StepFailedException;
import io.metamigrate.migrator.cutover.fence.FencePaths;
import io.metamigrate.migrator.cutover.fence.GuardedZooKeeper.Change;
import io.metamigrate.migrator.follow.Barrier;
import io.metamigrate.migrator.phase.MassDeletion;
import io.metamigrate.migrator.run.SeedWriter;
import io.metamigrate.migrator.switchover.engine.Permit;
import io.metamigrate.migrator.switchover.engine.StepException;
import io.metamigrate.migrator.switchover.session.MoveSession;
import io.metamigrate.migrator.switchover.side.Copier;
import io.metamigrate.migrator.switchover.side.Direction;
import io.metamigrate.migrator.switchover.side.StoreKind;
import io.metamigrate.verifier.Verifier;
import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.check.SequenceChecks;
import io.metamigrate.verifier.report.Difference;
import io.metamigrate.verifier.report.VerificationReport;
import io.metamigrate.verifier.store.Ensemble;
import io.metamigrate.verifier.store.EtcdEntry;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Znode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.zookeeper.KeeperException.Code;

/**
 * Forward by the follower and the seeder, back by the comparison that writes to ZooKeeper, each as
 * the daemon and the window do it; compared by the verifier in both directions. For one thread.
 */
public final class StoreCopier implements Copier {
  private static final int MAX_PASSES = 5;

  /**
   * Back, ZooKeeper's counters are at or above etcd's; that is asked of the counters themselves.
   */
  private static final Set<String> ONLY_FORWARD =
      Set.of(SequenceChecks.LEDGER_ID, SequenceChecks.PRODUCER_NAME);

  private final MoveSession session;

  public StoreCopier(MoveSession session) {
    this.session = session;
  }

  @Override
  public Direction direction() {
    return session
        .states()
        .read()
        .direction()
        .map(direction -> Direction.valueOf(direction.name()))
        .orElseThrow(() -> new StepException("etcd holds no direction of the move"));
  }

  @Override
  public void changeDirection(Permit permit, Direction direction) {
    if (direction != Direction.ZK_TO_ETCD) {
      session.stopFollowing();
    }
    session
        .journal()
        .turn(
            io.metamigrate.migrator.phase.Direction.valueOf(direction.name()),
            checkpoint ->
                checkpoint.applied(
                    checkpoint.lastAppliedZxid(),
                    direction == Direction.ZK_TO_ETCD
                        ? session.stores().keys().revision()
                        : checkpoint.checkedRevision(),
                    checkpoint.copied(),
                    checkpoint.total(),
                    session.journal().now()));
  }

  @Override
  public void follow(Permit permit) {
    if (direction() == Direction.ZK_TO_ETCD) {
      Following unused = session.following();
    }
  }

  @Override
  public void apply(Permit permit, StoreKind from) {
    if (from == StoreKind.ZOOKEEPER) {
      forward();
    } else {
      back();
    }
  }

  private void forward() {
    Barrier barrier = session.following().barrier();
    long unused =
        new SeedWriter(
                session.stores(), session.configuration().copy().ledgerIds(), session.authority())
            .raise(session.following().largestLedger());
    session
        .journal()
        .checkpoint(
            c ->
                c.applied(
                    barrier.zxid(),
                    session.followers().checkedUntil(),
                    c.copied(),
                    c.total(),
                    session.journal().now()));
  }

  private void back() {
    ReverseCopy copy = reverseCopy();
    for (int i = 0; i < MAX_PASSES; i++) {
      ReverseCopy.Pass unusedPass = copy.apply();
      if (copy.compare().total() == 0) {
        String unused =
            new CounterRaiser(session.stores(), session.zookeeper(Ensemble.LOCAL)).raise();
        return;
      }
    }
    throw new StepException("ZooKeeper keeps changing: " + copy.compare());
  }

  @Override
  public List<String> obstacles(StoreKind from) {
    if (from == StoreKind.ZOOKEEPER) {
      return List.of();
    }
    reverseCopy().refuseMassDeletion();
    return ready().contentObstacles();
  }

  /** What keeps ZooKeeper from taking the cluster back. */
  public RollbackReadiness ready() {
    return new RollbackReadiness(
        session.stores(),
        session::zookeeper,
        FencePaths.of(session.stores().znodes()),
        reverseCopy());
  }

  private ReverseCopy reverseCopy() {
    return new ReverseCopy(
        session.stores(),
        session::zookeeper,
        session.scope(),
        Optional.empty(),
        new MassDeletion(session.configuration().copy().maxDeleteShare()));
  }

  @Override
  public boolean isSameCookie(String bookie) {
    Optional<EtcdEntry> key = session.registrations().key(cookie(bookie));
    Optional<Znode> znode = session.registrations().znode(cookie(bookie));
    return key.isEmpty() || znode.isEmpty() || key.get().data().equals(znode.get().data());
  }

  @Override
  public void copyCookieBack(Permit permit, String bookie) {
    Optional<EtcdEntry> key = session.registrations().key(cookie(bookie));
    Optional<Znode> znode = session.registrations().znode(cookie(bookie));
    if (key.isPresent() && znode.isPresent()) {
      Code code =
          session
              .zookeeper(Ensemble.LOCAL)
              .write(new Change.Set(cookie(bookie), key.get().data(), znode.get().version()));
      if (code != Code.OK) {
        throw new StepException("ZooKeeper refused %s: %s".formatted(cookie(bookie), code));
      }
    }
  }

  private static ZkPath cookie(String bookie) {
    return Catalogue.COOKIES.child(bookie);
  }

  @Override
  public List<String> differences(StoreKind from) {
    session.stores().zookeeper().bringUpToDate();
    boolean forward = from == StoreKind.ZOOKEEPER;
    VerificationReport report =
        new Verifier(session.stores().znodes(), session.stores().keys(), compared -> {})
            .withVersions(forward && session.configuration().copy().exactVersions())
            .verify(session.scope(), Duration.ZERO);
    List<String> found = new ArrayList<>();
    Set<ZkPath> cookies = session.cookiesOfBookies();
    report.differences().stream()
        .filter(difference -> !cookies.contains(difference.path()))
        .filter(difference -> forward || !isParentOnly(difference.path()))
        .map(StoreCopier::text)
        .forEach(found::add);
    long more =
        report.missing() + report.extra() + report.different() - report.differences().size();
    if (more > 0 && forward) {
      // Back, the comparison that writes is asked below, and it counts all.
      found.add(more + " more differences");
    }
    if (report.isEmpty()) {
      found.add("nothing was compared");
    }
    report.failedChecks().stream()
        .filter(check -> forward || !ONLY_FORWARD.contains(check.id()))
        .forEach(check -> found.add(check.id() + ": " + check.detail()));
    report.checksNotRun().forEach(check -> found.add(check.id() + " was not run"));
    if (!forward) {
      ReverseCopy.Pass left = reverseCopy().compare();
      if (left.total() > 0) {
        found.add(left.toString());
      }
      counters().ifPresent(found::add);
    }
    return found;
  }

  private Optional<String> counters() {
    try {
      String unused = CounterRaiser.proof(SeedWriter.sequences(session.stores()));
      return Optional.empty();
    } catch (StepFailedException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /** On etcd a parent needs no key of its own. */
  private boolean isParentOnly(ZkPath path) {
    return session
        .stores()
        .znodes()
        .read(path)
        .filter(znode -> znode.data().isEmpty() && znode.numChildren() > 0)
        .isPresent();
  }

  private static String text(Difference difference) {
    return "%s: %s".formatted(difference.path(), difference.detail());
  }

  @Override
  public List<String> brokenReferences(StoreKind store) {
    return new ContentCheck(
            session.stores(),
            session.registrations(),
            store == StoreKind.ETCD ? Store.ETCD : Store.ZOOKEEPER)
        .lostLedgers();
  }
}
