package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.Bookies.RequiredState;
import io.metamigrate.migrator.cutover.fence.RegistrationBridge;
import io.metamigrate.migrator.cutover.fence.ZnodeWrite;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.migrator.restart.StepOutcome;
import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.store.EtcdEntry;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Znode;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.zookeeper.KeeperException.Code;

/**
 * Restarts bookies on the other store. On etcd they collect no garbage until brokers serve there;
 * in ZooKeeper they do, so that it must list every ledger first.
 */
final class BookieMove {
  private BookieMove() {}

  /**
   * To etcd.
   *
   * @param mirrored whether each must be mirrored in ZooKeeper before it counts as up
   * @return what showed that they are there
   */
  static String toEtcd(StepContext here, List<Node> bookies, boolean mirrored, Deadline deadline) {
    return here.context()
        .bookies()
        .restart(
            bookies,
            Store.ETCD,
            GarbageCollection.SUSPENDED,
            here.etcdBookies().needed(),
            mirrored,
            Bookies.NOTHING,
            deadline);
  }

  /**
   * To ZooKeeper.
   *
   * @return what showed that they are there
   * @throws StepFailedException if ZooKeeper lacks a ledger; no bookie was touched
   */
  static String toZooKeeper(StepContext here, List<Node> bookies, Deadline deadline) {
    CutoverContext context = here.context();
    requireLedgersInZooKeeper(here);
    return context
        .bookies()
        .restart(
            bookies,
            Store.ZOOKEEPER,
            GarbageCollection.ENABLED,
            RequiredState.PRESENT,
            false,
            bookie -> {
              // The restart of the others has taken time since it was asked.
              if (isBeforeFirstStart(context)) {
                here.rollbackConditions().requireEtcdUnchanged();
              }
              carryCookie(context, bookie);
            },
            deadline);
  }

  /**
   * The same if etcd is permanently lost. Those that are in ZooKeeper already are only configured:
   * a supervisor may have started one with its former settings right before it was given those for
   * etcd, and would start it with these next time. Which ledgers etcd had cannot be asked.
   */
  static String toZooKeeperWithoutEtcd(StepContext here, List<Node> bookies, Deadline deadline) {
    CutoverContext context = here.context();
    List<Node> missing =
        bookies.stream()
            .filter(bookie -> !context.bookies().present(bookie, Store.ZOOKEEPER).isDone())
            .toList();
    List<Node> there = bookies.stream().filter(bookie -> !missing.contains(bookie)).toList();
    LockedDriver driver = context.lockedDriver();
    driver.each(
        deadline,
        "settings of bookies that are in ZooKeeper",
        there,
        bookie ->
            driver.configure(
                bookie,
                context
                    .overlays()
                    .of(bookie, Store.ZOOKEEPER, GarbageCollection.ENABLED)
                    .settings()));
    // A process before this one may have started some of them and not compared their data.
    context.bookies().requireData(there, Store.ZOOKEEPER, GarbageCollection.ENABLED, deadline);
    // The mirror names the address at which the bookie reports its entry logs.
    context.bookies().recordData(missing, Store.ZOOKEEPER);
    removeMirrors(context, missing);
    String proof =
        missing.isEmpty()
            ? "registered in ZooKeeper already"
            : context
                .bookies()
                .restart(
                    missing,
                    Store.ZOOKEEPER,
                    GarbageCollection.ENABLED,
                    RequiredState.PRESENT,
                    false,
                    Bookies.NOTHING,
                    deadline);
    context.archive().requireAsBefore(bookies, context.listener());
    return proof;
  }

  /**
   * The same for those that went down when etcd was lost, one after another: no broker is healthy
   * without bookies. One that does not start keeps no broker from its start.
   */
  static void moveBackBookiesThatAreDown(StepContext here, Step step) {
    CutoverContext context = here.context();
    for (Node bookie : context.bookieNodes()) {
      if (context.bookies().answers(bookie)) {
        continue;
      }
      try {
        String unused =
            toZooKeeperWithoutEtcd(
                here, List.of(bookie), new Deadline(step, here::checkInvariants));
      } catch (StepFailedException e) {
        if (Thread.currentThread().isInterrupted() || context.bookies().answers(bookie)) {
          throw e;
        }
        context
            .listener()
            .announce(
                "warning: %s is down, and the brokers are started without it: %s"
                    .formatted(bookie, e.getMessage()));
      }
    }
  }

  /** While its mirror is there, a bookie cannot register. */
  private static void removeMirrors(CutoverContext context, List<Node> bookies) {
    Set<String> names = bookies.stream().map(Node::id).collect(Collectors.toSet());
    SortedSet<ZkPath> others = new TreeSet<>(context.journal().state().mirrors());
    SortedSet<ZkPath> theirs = new TreeSet<>(others);
    theirs.removeIf(mirror -> !names.contains(mirror.name()));
    others.removeAll(theirs);
    RegistrationBridge.removeAll(
        context.registrations(),
        context.services().zookeeper(),
        theirs,
        left -> {
          others.addAll(left);
          context.journal().change(state -> state.withMirrors(others));
        });
  }

  /** A bookie that starts there with collection enabled deletes what ZooKeeper does not list. */
  private static void requireLedgersInZooKeeper(StepContext here) {
    CutoverContext context = here.context();
    if (isBeforeFirstStart(context)) {
      here.rollbackConditions().requireEtcdUnchanged();
    } else {
      here.ledgersOn(Store.ZOOKEEPER).require();
    }
  }

  /** Whether a reverse migration has yet to start a broker: etcd is authoritative until then. */
  private static boolean isBeforeFirstStart(CutoverContext context) {
    return context.isReverse() && !context.firstStart(Store.ZOOKEEPER).mayBeIssued();
  }

  /**
   * What a bookie changed in its cookie while it ran on etcd is copied back, and the cookie of one
   * that joined there after the copy: without it, no bookie with data starts
   * (InvalidCookieException).
   */
  private static void carryCookie(CutoverContext context, Node bookie) {
    ZkPath path = Catalogue.COOKIES.child(bookie.id());
    Optional<EtcdEntry> key = context.registrations().key(path);
    Optional<Znode> znode = context.registrations().znode(path);
    if (key.isEmpty() || znode.filter(there -> isSame(there, key.get())).isPresent()) {
      return;
    }
    Code code = context.services().zookeeper().write(ZnodeWrite.put(znode, path, key.get().data()));
    if (code != Code.OK) {
      throw new StepFailedException("ZooKeeper refused the cookie " + path + ": " + code);
    }
  }

  private static boolean isSame(Znode znode, EtcdEntry key) {
    return key.data().equals(znode.data());
  }

  /**
   * Whether the settings of these bookies lead back to ZooKeeper, if that is where they belong: a
   * bookie may run there by its former settings while its file already leads to etcd.
   */
  static boolean areAsBefore(StepContext here, List<Node> bookies, Store side) {
    return side == Store.ETCD
        || bookies.stream()
            .allMatch(bookie -> here.context().archive().difference(bookie).isEmpty());
  }

  /**
   * What proves that the bookies of an open step are up with their data. The data are checked
   * again, since an earlier process may have been killed between a start and that check.
   */
  static Optional<String> proofWithData(
      StepContext here, Step step, List<Node> bookies, Store side, StepOutcome up) {
    if (!(up instanceof StepOutcome.Done done)) {
      return Optional.empty();
    }
    GarbageCollection collection =
        side == Store.ETCD ? GarbageCollection.SUSPENDED : GarbageCollection.ENABLED;
    Deadline deadline = new Deadline(step, here::checkInvariants);
    here.context().bookies().requireData(bookies, side, collection, deadline);
    return Optional.of(done.detail());
  }
}
