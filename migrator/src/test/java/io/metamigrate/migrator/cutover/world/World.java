package io.metamigrate.migrator.cutover.world;

import com.google.common.hash.HashCode;
import com.google.common.hash.Hashing;
import io.metamigrate.migrator.config.CutoverConfig.Strategy;
import io.metamigrate.migrator.phase.Direction;
import io.metamigrate.migrator.restart.Component;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.verifier.store.Store;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A cluster with two stores. Brokers create a ledger when the first of them starts on a store;
 * bookies collect garbage at every moment at which their running settings allow it.
 */
public final class World {
  private static final Comparator<Node> NODES =
      Comparator.comparing(Node::component).thenComparing(Node::id);

  /** When the commit of a move with limits has to be past, and how long an outage may be. */
  public static final long LAST_MOMENT = 100_000;

  public static final long MAX_OUTAGE = 20_000;

  public final StoreState zookeeper;
  public final StoreState etcd;
  public final SortedMap<Node, Server> servers;

  /** Ledger to the bookies that hold a copy. */
  final SortedMap<Long, SortedSet<String>> copies;

  /** Acknowledged and not deleted by a broker. */
  public final SortedSet<Long> live;

  /** What the operator deleted or accepted as lost. */
  final SortedSet<Long> excused;

  final SortedSet<Long> issued;
  public final Checker checker;
  public Direction direction = Direction.ZK_TO_ETCD;
  public @Nullable Persisted document;

  /** What the program keeps of the move in ZooKeeper, and the documents beside it. */
  public @Nullable Persisted copied;

  public final SortedMap<String, String> copiedDocuments;

  /** The process that raised the guard in ZooKeeper has declared etcd gone. */
  public boolean guardedWithoutEtcd;

  /** ZooKeeper's epoch is above that of the etcd that was lost. */
  public boolean leftEtcd;

  /** What etcd had when it was lost; it is lost as long as this is kept. */
  @Nullable StoreState lostEtcd;

  private boolean zookeeperLost;

  /** Bookies that are permanently lost. */
  private final SortedSet<String> lostBookies;

  /** Those that the operator has named as lost. */
  final SortedSet<String> namedAsLost;

  /** What etcd had when the command before began. */
  private @Nullable StoreState backup;

  private @Nullable Persisted backupDocument;
  private Direction backupDirection = Direction.ZK_TO_ETCD;

  int lockHolder;
  int processes;
  public long calls;
  long seconds;
  public boolean collectionCannotBeSuspended;

  /** One is dead or has lost its lease; the others stay. */
  boolean brokerLost;

  /** The move has ended; nothing of it is kept. */
  public boolean finalized;

  /** Nothing leads out: a store is another one. */
  private boolean hopeless;

  /** Brokers may have served on the etcd that is lost. */
  private boolean servedOnLost;

  /** At which call a rollback has last compared both stores after its copy. */
  public long comparedBackAt = Long.MAX_VALUE;

  /** Whether the tool has started a broker on etcd in this move. */
  public boolean servedOnEtcd;

  /** Created on etcd before the tool has started a broker there. */
  final SortedSet<Long> createdEarlyOnEtcd;

  /** At which call a ledger was created, or its key was deleted by an operator. */
  final SortedMap<Long, Long> created;

  final SortedMap<Long, Long> lost;

  /** The nodes in the operator's file. */
  public final SortedSet<Node> file;

  long exchangedAt;

  /** When a store was last given the identity of the move. */
  long identifiedAt;

  /** Counts the stores that came instead of others. */
  int generation;

  /** When the operator last answered yes; what happened before can be noticed after it. */
  long answeredAt;

  public long fenceChangedAt;

  /** When a process last asked whether a store lists every ledger, which it does once. */
  public long listedAt;

  long timePassedAt;

  /** At which call the last broker ended; 0 while one serves. */
  long outageCall;

  /** The operator answered yes when it was too late, so no broker may start on etcd. */
  boolean commitForbidden;

  /** What writes metadata and only the operator's own command can stop. */
  public boolean functionsRun = true;

  List<Runnable> late = new ArrayList<>();

  private final Strategy strategy;

  /** Access lists keep nobody out of ZooKeeper, and the operator has configured commands. */
  private boolean hooked;

  /** The cutover has time limits. */
  private boolean limited;

  private @Nullable HashCode canonical;

  private World(Checker checker, Strategy strategy) {
    this.checker = checker;
    this.strategy = strategy;
    zookeeper = new StoreState();
    etcd = new StoreState();
    servers = new TreeMap<>(NODES);
    copies = new TreeMap<>();
    live = new TreeSet<>();
    excused = new TreeSet<>();
    issued = new TreeSet<>();
    created = new TreeMap<>();
    lost = new TreeMap<>();
    copiedDocuments = new TreeMap<>();
    createdEarlyOnEtcd = new TreeSet<>();
    file = new TreeSet<>(NODES);
    lostBookies = new TreeSet<>();
    namedAsLost = new TreeSet<>();
  }

  private World(World other) {
    checker = new Checker();
    strategy = other.strategy;
    zookeeper = other.zookeeper.copy();
    etcd = other.etcd.copy();
    servers = new TreeMap<>(NODES);
    other.servers.forEach((node, server) -> servers.put(node, server.copy()));
    copies = new TreeMap<>();
    other.copies.forEach((ledger, bookies) -> copies.put(ledger, new TreeSet<>(bookies)));
    live = new TreeSet<>(other.live);
    excused = new TreeSet<>(other.excused);
    issued = new TreeSet<>(other.issued);
    created = new TreeMap<>(other.created);
    lost = new TreeMap<>(other.lost);
    createdEarlyOnEtcd = new TreeSet<>(other.createdEarlyOnEtcd);
    file = new TreeSet<>(other.file);
    exchangedAt = other.exchangedAt;
    identifiedAt = other.identifiedAt;
    generation = other.generation;
    answeredAt = other.answeredAt;
    fenceChangedAt = other.fenceChangedAt;
    listedAt = other.listedAt;
    functionsRun = other.functionsRun;
    timePassedAt = other.timePassedAt;
    outageCall = other.outageCall;
    commitForbidden = other.commitForbidden;
    hooked = other.hooked;
    limited = other.limited;
    direction = other.direction;
    document = other.document;
    copied = other.copied;
    copiedDocuments = new TreeMap<>(other.copiedDocuments);
    guardedWithoutEtcd = other.guardedWithoutEtcd;
    leftEtcd = other.leftEtcd;
    lostEtcd = other.lostEtcd;
    zookeeperLost = other.zookeeperLost;
    lostBookies = new TreeSet<>(other.lostBookies);
    namedAsLost = new TreeSet<>(other.namedAsLost);
    backup = other.backup;
    backupDocument = other.backupDocument;
    backupDirection = other.backupDirection;
    lockHolder = other.lockHolder;
    processes = other.processes;
    // What happened before a command began can be noticed by it.
    calls = other.calls + 1_000;
    seconds = other.seconds;
    collectionCannotBeSuspended = other.collectionCannotBeSuspended;
    hopeless = other.hopeless;
    servedOnLost = other.servedOnLost;
    comparedBackAt = other.comparedBackAt;
    finalized = other.finalized;
    servedOnEtcd = other.servedOnEtcd;
    brokerLost = other.brokerLost;
  }

  /** Bookies and brokers serve on ZooKeeper; etcd holds a copy. */
  public static World serving(int bookies, int brokers, Strategy strategy) {
    World world = new World(new Checker(), strategy);
    for (int i = 1; i <= bookies; i++) {
      world.add(new Node(Component.BOOKIE, "b" + i), Store.ZOOKEEPER, false);
      world.zookeeper.cookies.add("b" + i);
      world.etcd.cookies.add("b" + i);
    }
    for (long ledger = 1; ledger <= 2; ledger++) {
      world.zookeeper.ledgers.add(ledger);
      world.zookeeper.references.add(ledger);
      world.etcd.ledgers.add(ledger);
      world.etcd.references.add(ledger);
      world.live.add(ledger);
      world.issued.add(ledger);
      world.copies.put(ledger, new TreeSet<>(world.zookeeper.bookies.keySet()));
    }
    for (int i = 1; i <= brokers; i++) {
      world.add(new Node(Component.BROKER, "k" + i), Store.ZOOKEEPER, false);
    }
    world.add(new Node(Component.AUTORECOVERY, "a1"), Store.ZOOKEEPER, false);
    world.zookeeper.log.clear();
    world.file.addAll(world.servers.keySet());
    return world;
  }

  /** The same, but access lists keep nobody out, and the operator's commands do. */
  public static World hooked(int bookies, int brokers, Strategy strategy) {
    World world = serving(bookies, brokers, strategy);
    world.hooked = true;
    return world;
  }

  /** The same with limits for the outage and for the commit. */
  public static World limited(int bookies, int brokers, Strategy strategy) {
    World world = serving(bookies, brokers, strategy);
    world.limited = true;
    return world;
  }

  public boolean isLimited() {
    return limited;
  }

  /** Whether the last moment for the commit has passed. */
  public boolean isTooLate() {
    return limited && seconds > LAST_MOMENT;
  }

  /** Whether brokers were seen to be away when a time longer than the limit passed. */
  boolean isOutageTooLong() {
    return limited
        && outageCall > 0
        && timePassedAt - outageCall > Checker.CALLS_UNTIL_THE_OUTAGE_IS_SEEN;
  }

  /** The next attempt has no limits. */
  public void forgetLimits() {
    limited = false;
    commitForbidden = false;
  }

  private void lookForOutage() {
    boolean served =
        servers.entrySet().stream()
            .anyMatch(
                entry ->
                    entry.getKey().component() == Component.BROKER && entry.getValue().isAlive());
    outageCall = served ? 0 : outageCall == 0 ? calls : outageCall;
  }

  public boolean isHooked() {
    return hooked;
  }

  /** Whether anything keeps brokers out of that store. */
  public boolean isFenced(StoreState store) {
    return store.hookFenced || (store.fenced && !hooked);
  }

  /** The content of the operator's file. */
  public Strategy strategy() {
    return strategy;
  }

  public World copy() {
    return new World(this);
  }

  /** Whether a store became another one that a process can distinguish from the right one. */
  public boolean isExchanged() {
    return zookeeper.era + etcd.era > 0;
  }

  /** After an undone move nobody knows the stores any more; the next one takes what is there. */
  public void forgetIdentity() {
    zookeeper.era = 0;
    etcd.era = 0;
  }

  /** The end of a command: stores come back, late acts have happened. */
  public void settle() {
    zookeeper.up = !zookeeperLost;
    etcd.up = lostEtcd == null;
    tick();
    tick();
  }

  public boolean isHopeless() {
    return hopeless || (servedOnLost && !isReturned());
  }

  /** Whether etcd is permanently lost. */
  public boolean isEtcdLost() {
    return lostEtcd != null;
  }

  /** Nothing leads out once brokers may have served on the etcd that is lost. */
  boolean loseEtcd() {
    if (lostEtcd != null || zookeeperLost || isHopeless()) {
      return false;
    }
    Persisted persisted = document;
    servedOnLost = servedOnEtcd || (persisted != null && persisted.mayServeOnEtcd());
    // What a broker that came up there after the comparison has written is lost with it.
    excuseWhatOnlyEtcdLists();
    lostEtcd = etcd.copy();
    etcd.forget();
    etcd.up = false;
    return true;
  }

  /** Whether a store is permanently lost. */
  boolean isLost(Store store) {
    return store == Store.ETCD ? lostEtcd != null : zookeeperLost;
  }

  /** Whether ZooKeeper is permanently lost. */
  public boolean isZooKeeperLost() {
    return zookeeperLost;
  }

  /** Nothing leads out unless etcd has everything and the move's record shows it. */
  boolean loseZooKeeper() {
    if (lostEtcd != null || zookeeperLost || isHopeless()) {
      return false;
    }
    Persisted persisted = document;
    if (!finalized && (persisted == null || !persisted.canDoWithoutZooKeeper())) {
      giveUp();
    }
    SortedSet<Long> onlyThere = new TreeSet<>(zookeeper.ledgers);
    onlyThere.removeAll(etcd.ledgers);
    excused.addAll(onlyThere);
    zookeeper.forget();
    releaseZooKeeper();
    zookeeper.up = false;
    zookeeperLost = true;
    return true;
  }

  /** The first of several bookies that live, with its disk. */
  boolean revertSettings() {
    boolean any = false;
    for (Map.Entry<Node, Server> entry : servers.entrySet()) {
      Server server = entry.getValue();
      if (entry.getKey().component() == Component.BROKER && !server.isAlive() && !server.foreign) {
        SimulatedSettings settings = server.configured;
        server.configured =
            new SimulatedSettings(settings.store().other(), settings.collectsGarbage());
        server.overwritten = true;
        any = true;
      }
    }
    return any;
  }

  boolean loseBookie() {
    List<Node> alive =
        servers.entrySet().stream()
            .filter(entry -> entry.getKey().component() == Component.BOOKIE)
            .filter(entry -> entry.getValue().isAlive() && !entry.getValue().foreign)
            .map(Map.Entry::getKey)
            .toList();
    if (!lostBookies.isEmpty() || alive.size() < 2) {
      return false;
    }
    Node lost = alive.get(0);
    lostBookies.add(lost.id());
    kill(lost);
    copies.forEach(
        (ledger, holders) -> {
          holders.remove(lost.id());
          if (holders.isEmpty()) {
            excused.add(ledger);
          }
        });
    return true;
  }

  /** Bookies that are permanently lost. */
  public SortedSet<String> lostBookies() {
    return lostBookies;
  }

  /** The operator names it as permanently lost. */
  public void nameAsLost(String bookie) {
    namedAsLost.add(bookie);
  }

  /** Whether ZooKeeper has everything again. */
  private boolean isReturned() {
    return isEpochOfZooKeeper() || (copied != null && copied.isReturned(this));
  }

  /** Whether brokers may serve on ZooKeeper again. */
  public boolean isEpochOfZooKeeper() {
    return zookeeper.epoch > 0 && zookeeper.epoch % 2 == 0;
  }

  /** The backup of etcd is that of this world. */
  public void backUp(World before) {
    if (before.lostEtcd == null) {
      backup = before.etcd.copy();
      backupDocument = before.document;
      backupDirection = before.direction;
    }
  }

  /** etcd comes back as it was saved; nothing leads out if only etcd had what is lost. */
  boolean restoreEtcd() {
    StoreState saved = backup;
    boolean isLost = lostEtcd != null || zookeeperLost;
    if (saved == null || isLost || isHopeless() || saved.writes == etcd.writes) {
      return false;
    }
    Persisted persisted = document;
    if (!isReturned() && (servedOnEtcd || (persisted != null && persisted.mayServeOnEtcd()))) {
      giveUp();
    }
    excuseWhatOnlyEtcdLists();
    lostEtcd = saved;
    document = backupDocument;
    direction = backupDirection;
    lockHolder = 0;
    return returnEtcd();
  }

  private void excuseWhatOnlyEtcdLists() {
    for (long ledger : etcd.ledgers) {
      if (created.getOrDefault(ledger, 0L) > comparedBackAt) {
        excused.add(ledger);
      }
    }
  }

  /** Another store came instead of one. */
  void giveUp() {
    hopeless = true;
    excused.addAll(live);
  }

  /** It comes back as it was, and who still runs on it registers again. */
  boolean returnEtcd() {
    StoreState found = lostEtcd;
    if (found == null) {
      return false;
    }
    etcd.restore(found);
    etcd.bookies.clear();
    etcd.brokers.clear();
    servers.forEach(
        (node, server) -> {
          SimulatedSettings running = server.running;
          if (running != null && running.store() == Store.ETCD) {
            if (node.component() == Component.BOOKIE) {
              etcd.bookies.put(node.id(), true);
            } else if (node.component() == Component.BROKER) {
              etcd.brokers.add(node.id());
            }
          }
        });
    etcd.up = true;
    lostEtcd = null;
    servedOnLost = false;
    return true;
  }

  /** Another etcd, empty, for the next move. */
  public void replaceEtcd() {
    etcd.forget();
    etcd.epoch = 0;
    etcd.up = true;
    etcd.era = 0;
    lostEtcd = null;
    leftEtcd = false;
    servedOnLost = false;
    document = null;
    lockHolder = 0;
  }

  /** The tool's own nodes are gone from ZooKeeper. */
  public void releaseZooKeeper() {
    zookeeper.guarded = false;
    guardedWithoutEtcd = false;
    copied = null;
    copiedDocuments.clear();
  }

  /** Whether the move has changed nothing that nodes use. */
  public boolean isUntouched() {
    boolean original =
        servers.entrySet().stream()
            .allMatch(
                entry ->
                    entry.getValue().foreign
                        || namedAsLost.contains(entry.getKey().id())
                        || entry.getValue().configured.equals(entry.getValue().original));
    return original
        && checker.serves(this, Store.ZOOKEEPER)
        && !isFenced(zookeeper)
        && functionsRun
        && !zookeeper.replicationDisabled
        && !zookeeper.bookies.containsValue(false);
  }

  /** No command starts a node once a move is finalized. */
  public boolean isDeserted() {
    return isWithout(Component.BROKER) || isWithout(Component.BOOKIE);
  }

  private boolean isWithout(Component component) {
    return servers.entrySet().stream()
        .noneMatch(entry -> entry.getKey().component() == component && entry.getValue().isAlive());
  }

  /** The operator accepted that this ledger is lost. */
  public void excuse(long ledger) {
    excused.add(ledger);
  }

  public StoreState store(Store kind) {
    return kind == Store.ZOOKEEPER ? zookeeper : etcd;
  }

  public Instant now() {
    return Instant.ofEpochSecond(seconds);
  }

  /** Registrations of the dead expire; acts that were on their way happen. */
  void tick() {
    seconds += 100;
    List<Runnable> due = late;
    late = new ArrayList<>();
    due.forEach(Runnable::run);
    for (StoreState store : List.of(zookeeper, etcd)) {
      store
          .bookies
          .keySet()
          .removeIf(
              id -> store.bookies.getOrDefault(id, false) && !holds(store, Component.BOOKIE, id));
      store.brokers.removeIf(id -> !holds(store, Component.BROKER, id));
    }
  }

  private boolean holds(StoreState store, Component kind, String id) {
    Server server = servers.get(new Node(kind, id));
    return server != null
        && server.running != null
        && !server.unregistered
        && store(server.running.store()) == store;
  }

  void add(Node node, Store store, boolean foreign) {
    servers.put(node, new Server(new SimulatedSettings(store, true), foreign));
    start(node, false);
  }

  /** Starts its process, if none runs. */
  public void start(Node node, boolean meant) {
    Server server = servers.get(node);
    if (server == null || server.isAlive()) {
      return;
    }
    boolean byTool = meant && !server.overwritten;
    SimulatedSettings settings = server.configured;
    if (collectionCannotBeSuspended && node.component() == Component.BOOKIE) {
      settings = new SimulatedSettings(settings.store(), true);
    }
    StoreState store = store(settings.store());
    boolean cannot =
        lostBookies.contains(node.id())
            || isLost(settings.store())
            || (node.component() == Component.BROKER && isFenced(store));
    if (cannot) {
      return;
    }
    server.running = settings;
    server.unregistered = false;
    server.since = calls;
    if (node.component() == Component.BOOKIE) {
      if (store.bookies.containsKey(node.id())) {
        server.unregistered = true;
      } else {
        store.bookies.put(node.id(), true);
        store.cookies.add(node.id());
      }
    } else if (node.component() == Component.BROKER) {
      boolean first = store.brokers.isEmpty();
      store.brokers.add(node.id());
      lookForOutage();
      boolean again = servedOnEtcd;
      if (byTool && settings.store() == Store.ETCD) {
        servedOnEtcd = true;
        comparedBackAt = Long.MAX_VALUE;
      }
      checker.brokerStarted(this, node, settings.store(), byTool, again);
      if (first) {
        createLedger(settings.store(), server.foreign);
      }
    }
    collect();
  }

  /** Ends its process in order, so that its registration goes at once. */
  public void stop(Node node) {
    Server server = servers.get(node);
    if (server != null && server.running != null) {
      StoreState store = store(server.running.store());
      boolean registered = !server.unregistered;
      server.running = null;
      server.died = calls;
      lookForOutage();
      if (registered) {
        store.bookies.remove(node.component() == Component.BOOKIE ? node.id() : "");
        store.brokers.remove(node.component() == Component.BROKER ? node.id() : "");
      }
    }
  }

  /** Ends its process by force: its registration remains until the next tick. */
  void kill(Node node) {
    Server server = servers.get(node);
    if (server != null && server.isAlive()) {
      server.running = null;
      server.died = calls;
      lookForOutage();
    }
  }

  /** A broker on that store draws an id and writes; without a bookie nothing is acknowledged. */
  void createLedger(Store kind, boolean foreign) {
    StoreState store = store(kind);
    if (isFenced(store) || store.bookies.isEmpty() || isLost(kind)) {
      return;
    }
    long id = store.next++;
    // Nobody can keep a broker that others start on etcd from drawing an id there.
    if (!foreign) {
      checker.idIssued(this, id);
      issued.add(id);
    } else if (issued.contains(id)) {
      return;
    } else if (kind == Store.ZOOKEEPER && direction == Direction.ETCD_TO_ZK) {
      // A rollback has lifted the fence.
      issued.add(id);
    }
    store.ledgers.add(id);
    store.references.add(id);
    store.log.add("create ledger " + id);
    if (kind == Store.ETCD && !servedOnEtcd) {
      createdEarlyOnEtcd.add(id);
    }
    SortedSet<String> holders = new TreeSet<>();
    for (String bookie : store.bookies.keySet()) {
      Server server = servers.get(new Node(Component.BOOKIE, bookie));
      if (server != null && server.isAlive()) {
        holders.add(bookie);
      }
    }
    if (!holders.isEmpty()) {
      live.add(id);
      created.put(id, calls);
      copies.put(id, holders);
    }
    collect();
  }

  void deleteLedger(Store kind) {
    StoreState store = store(kind);
    if (!isFenced(store) && !store.ledgers.isEmpty()) {
      long id = store.ledgers.first();
      store.ledgers.remove(id);
      store.references.remove(id);
      store.log.add("delete ledger " + id);
      live.remove(id);
      collect();
    }
  }

  /** Every bookie whose running settings allow it deletes what its store does not list. */
  void collect() {
    for (Map.Entry<Node, Server> entry : servers.entrySet()) {
      SimulatedSettings running = entry.getValue().running;
      if (entry.getKey().component() == Component.BOOKIE
          && running != null
          && running.collectsGarbage()
          && !isLost(running.store())) {
        SortedSet<Long> listed = store(running.store()).ledgers;
        for (Map.Entry<Long, SortedSet<String>> ledger : copies.entrySet()) {
          if (!listed.contains(ledger.getKey()) && ledger.getValue().remove(entry.getKey().id())) {
            checker.copyDestroyed(this, ledger.getKey());
          }
        }
      }
    }
  }

  /** Equal for worlds in which the same can happen. To be asked once nothing changes any more. */
  public HashCode canonical() {
    HashCode known = canonical;
    if (known == null) {
      known = Hashing.murmur3_128().hashUnencodedChars(text());
      canonical = known;
    }
    return known;
  }

  /** Everything that decides what can happen. */
  @Override
  public String toString() {
    return text();
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    text.append(zookeeper.canonical()).append('\n').append(etcd.canonical()).append('\n');
    servers.forEach((node, server) -> text.append(node).append(server.canonical()).append(' '));
    text.append('\n').append(copies).append(live).append(excused).append(direction);
    text.append(generation)
        .append(commitForbidden)
        .append(isOutageTooLong())
        .append(hooked)
        .append(limited)
        .append(isTooLate())
        .append(functionsRun)
        .append(collectionCannotBeSuspended)
        .append(isHopeless())
        .append(finalized)
        .append(servedOnEtcd)
        .append(brokerLost)
        .append(file);
    Persisted persisted = document;
    text.append(persisted == null ? "" : persisted.canonical());
    Persisted copy = copied;
    StoreState gone = lostEtcd;
    text.append(copy == null ? "" : copy.canonical())
        .append(copy != null && copy.isAheadOf(etcd))
        .append(copiedDocuments)
        .append(guardedWithoutEtcd)
        .append(leftEtcd)
        .append(zookeeperLost)
        .append(lostBookies)
        .append(namedAsLost)
        .append(gone == null ? "" : gone.canonical());
    return text.toString();
  }
}
