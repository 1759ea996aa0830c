package io.metamigrate.migrator.cutover;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.metamigrate.migrator.cutover.CutoverState.LiftedFence;
import io.metamigrate.migrator.cutover.CutoverState.MoveProgress;
import io.metamigrate.migrator.cutover.WrittenWhileLifted.WrittenOnBoth;
import io.metamigrate.migrator.cutover.fence.LateWrite;
import io.metamigrate.migrator.cutover.world.Server;
import io.metamigrate.migrator.cutover.world.SimulatedSettings;
import io.metamigrate.migrator.cutover.world.StoreState;
import io.metamigrate.migrator.cutover.world.ToolProcess;
import io.metamigrate.migrator.cutover.world.World;
import io.metamigrate.migrator.phase.Direction;
import io.metamigrate.migrator.replay.ForeignChangeException;
import io.metamigrate.migrator.replay.LostAuthorityException;
import io.metamigrate.migrator.restart.Component;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.migrator.restart.StepOutcome;
import io.metamigrate.verifier.store.Ensemble;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Zxid;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the steps of one process ask and do in a world, in the words of {@link StepContext}: each
 * method does what the class of that name does with real stores and nodes.
 */
final class SimulatedContext {
  private static final String DATA = "bookie-data ";
  private static final String KEPT = "kept";
  private static final int TRIES = 3;
  static final String FENCE_IS_INTACT = "the fence is intact";

  private static final String RETURN_MARK = "returned-at";
  private static final Pattern LEDGER = Pattern.compile("(create|delete).*ledger (\\d+)");

  private final ToolProcess process;
  private final World world;
  private final Consumer<Runnable> quietly;
  private final Journal journal;
  private final Accepted accepted;
  private final Variation variation;

  /** Whether this process follows ZooKeeper, from the check of etcd's history on. */
  private boolean following;

  private boolean gapLookedInto = true;
  private boolean committed;
  private boolean claimed;
  private int checkedUntil;

  /** The history of etcd up to the comparison of a rollback in this process; negative if none. */
  private int verifiedBack = -1;

  /** What a copy to ZooKeeper has read there; what came later is not deleted. */
  private final SortedSet<Long> read = new TreeSet<>();

  private Set<String> lost = Set.of();
  private final Set<Store> ledgersListed = new TreeSet<>();

  SimulatedContext(
      ToolProcess process,
      Consumer<Runnable> quietly,
      Journal journal,
      Accepted accepted,
      Variation variation) {
    this.process = process;
    this.world = process.world();
    this.quietly = quietly;
    this.journal = journal;
    this.accepted = accepted;
    this.variation = variation;
    process.mirrored = this::recordMirror;
  }

  Journal journal() {
    return journal;
  }

  CutoverState state() {
    return journal.state();
  }

  ToolProcess process() {
    return process;
  }

  World world() {
    return world;
  }

  // --- asking

  boolean ask(Supplier<Boolean> question, Store... stores) {
    return process.ask(question, stores);
  }

  boolean both(Supplier<Boolean> question) {
    return process.ask(question, Store.ZOOKEEPER, Store.ETCD);
  }

  static StepOutcome yesOrWait(boolean holds, String otherwise) {
    return holds ? StepOutcome.done("so it is") : StepOutcome.notYet(otherwise);
  }

  static StepOutcome yesOrFail(boolean holds, String otherwise) {
    return holds ? StepOutcome.done("so it is") : StepOutcome.failed(otherwise);
  }

  /** Waits, while time passes in the world; what must hold meanwhile is asked each time. */
  void await(String sentence, Deadline deadline, Supplier<StepOutcome> question) {
    StepOutcome last = StepOutcome.notYet("not asked");
    for (int i = 0; i < TRIES; i++) {
      String unused = deadline.until(sentence, () -> StepOutcome.done(""));
      last = question.get();
      if (last.isDone()) {
        return;
      }
      if (last instanceof StepOutcome.Failed failed) {
        throw new StepFailedException(sentence + ": " + failed.cause());
      }
      process.pause();
    }
    throw new StepFailedException(
        "%s: timed out; last status: %s".formatted(sentence, ((StepOutcome.NotYet) last).reason()));
  }

  // --- etcd that is lost

  boolean isWithoutEtcd() {
    return process.isWithoutEtcd();
  }

  boolean isWithoutZooKeeper() {
    return process.isWithoutZooKeeper();
  }

  /** This process has claimed ZooKeeper without etcd. */
  void claimed() {
    claimed = true;
  }

  /** {@link MoveBackup#write}. */
  void copyMove(String when) {
    if (!claimed || isWithoutEtcd() || isWithoutZooKeeper()) {
      return;
    }
    SimulatedCopy copy =
        process.ask(
            () -> SimulatedCopy.of(world, state(), SimulatedJournal.kept(process).orElseThrow()),
            Store.ETCD,
            Store.ZOOKEEPER);
    if (!copy.equals(world.copied)) {
      variation.copy(when, () -> writeZooKeeper(() -> world.copied = copy));
    }
  }

  // --- writing

  /** A process claims ZooKeeper once, with its first write there. */
  void claim() {
    process.claim();
    claimed = true;
  }

  /** Nothing is written there afterwards. */
  void release() {
    writeZooKeeper(world::releaseZooKeeper);
    claimed = false;
  }

  void writeZooKeeper(Runnable change) {
    if (!claimed) {
      claim();
    }
    process.write(Store.ZOOKEEPER, change);
  }

  void write(Store side, Runnable change) {
    if (side == Store.ZOOKEEPER) {
      writeZooKeeper(change);
    } else {
      process.write(side, change);
    }
  }

  // --- identity

  /** {@code Stores.confirm}: another store is recognised as long as it can be. */
  void confirmStores() {
    if (isWithoutEtcd() || isWithoutZooKeeper()) {
      return;
    }
    both(
        () -> {
          if (world.leftEtcd) {
            throw Window.blocked(
                "TARGET_WENT_BACK",
                "ZooKeeper has left this etcd",
                "run `migrate rollback --confirm c1 --without-etcd`");
          }
          if (world.etcd.epoch < world.zookeeper.epoch) {
            throw Window.blocked(
                "TARGET_WENT_BACK",
                "etcd is behind ZooKeeper's epoch",
                "begin again with `migrate run`");
          }
          if (world.isExchanged()) {
            throw Window.blocked("OTHER_STORE", "a store is not the one of the move", "find it");
          }
          return true;
        });
  }

  // --- nodes

  /** Bookies that are permanently lost, by the operator's word. */
  void leaveOut(Set<String> bookies) {
    lost = Set.copyOf(bookies);
  }

  List<Node> file() {
    return world.file.stream().filter(node -> !lost.contains(node.id())).toList();
  }

  List<Node> nodes(Component component) {
    return file().stream().filter(node -> node.component() == component).toList();
  }

  List<Node> bookies() {
    return nodes(Component.BOOKIE);
  }

  List<Node> brokers() {
    return nodes(Component.BROKER);
  }

  Server server(Node node) {
    Server server = world.servers.get(node);
    if (server == null) {
      throw new StepFailedException("the driver does not know " + node);
    }
    return server;
  }

  /** Each act of the driver follows a fresh look at the lock. */
  void drive(String verb, Node node, Runnable action) {
    variation.confirm(process.row(), journal::confirm);
    process.act(verb + " " + node.id(), action);
  }

  void stop(Node node) {
    drive(
        "stop",
        node,
        () -> {
          if (node.component() == Component.BOOKIE) {
            world.checker.bookieIsStopped(world, node);
          }
          world.stop(node);
        });
    probe(node, "stopped", () -> !server(node).isAlive());
  }

  /** {@link LockedDriver}: a command that ended with 0 must have done what it promises. */
  void configure(Node node, Store side, boolean collects) {
    SimulatedSettings settings = new SimulatedSettings(side, collects);
    drive(
        "configure",
        node,
        () -> {
          server(node).configured = settings;
          server(node).overwritten = false;
        });
    probe(node, "configured", () -> server(node).configured.equals(settings));
  }

  void start(Node node) {
    variation.identify(this::confirmStores);
    drive("start", node, () -> world.start(node, true));
    probe(node, "started", () -> server(node).isAlive());
  }

  private void probe(Node node, String what, Supplier<Boolean> question) {
    for (int i = 0; i < TRIES; i++) {
      if (process.ask(question)) {
        return;
      }
      process.pause();
    }
    throw new StepFailedException(
        "the driver reports that it %s %s, but its probe does not".formatted(what, node));
  }

  boolean isRegistered(Node node, Store side) {
    StoreState there = world.store(side);
    return node.component() == Component.BOOKIE
        ? there.bookies.getOrDefault(node.id(), false)
        : there.brokers.contains(node.id());
  }

  /** Registered there by itself and alive. */
  boolean isUp(Node node, Store side) {
    return process.ask(() -> isRegistered(node, side) && server(node).isAlive(), side);
  }

  private boolean isRegisteredInZooKeeper(Node node) {
    return process.ask(() -> isRegistered(node, Store.ZOOKEEPER), Store.ZOOKEEPER);
  }

  boolean isUpSomewhere(Node node) {
    if (isWithoutEtcd() && !isRegisteredInZooKeeper(node)) {
      return process.ask(() -> server(node).isAlive());
    }
    return isUp(node, Store.ETCD) || isUp(node, Store.ZOOKEEPER);
  }

  /** By the registrations of both stores and the cookies of the authoritative one. */
  SortedSet<String> knownBookies() {
    return process.ask(
        () -> {
          SortedSet<String> known = new TreeSet<>(world.zookeeper.bookies.keySet());
          known.addAll(world.etcd.bookies.keySet());
          known.addAll(world.store(NodeRegistry.authoritative(state())).cookies);
          bookies().forEach(node -> known.add(node.id()));
          known.removeAll(lost);
          return known;
        },
        Store.ZOOKEEPER,
        Store.ETCD);
  }

  StepOutcome everyBookieIsNamed() {
    if (state().isCommitted() && state().progress() == MoveProgress.FORWARD) {
      Optional<String> onWrongStore =
          process.ask(
              () ->
                  world.zookeeper.bookies.entrySet().stream()
                      .filter(entry -> entry.getValue())
                      .map(entry -> entry.getKey())
                      .findFirst(),
              Store.ZOOKEEPER);
      if (onWrongStore.isPresent()) {
        return StepOutcome.failed(NodeListRule.onWrongStore(onWrongStore.get()));
      }
    }
    for (String bookie : knownBookies()) {
      if (bookies().stream().noneMatch(node -> node.id().equals(bookie))) {
        return StepOutcome.failed(
            "bookie %s is registered or has a cookie, but cutover.bookies does not name it"
                .formatted(bookie));
      }
    }
    return StepOutcome.done("it does");
  }

  StepOutcome othersUp(Node bookie) {
    if (isUpSomewhere(bookie)) {
      for (Node other : bookies()) {
        if (!other.equals(bookie) && !isUpSomewhere(other)) {
          return StepOutcome.notYet(other + " is down; start it");
        }
      }
    }
    return StepOutcome.done("every other bookie is up");
  }

  /** {@link EtcdBookies#isUp}. */
  StepOutcome isUpOnEtcd(Node bookie) {
    if (!isUp(bookie, Store.ETCD)) {
      return StepOutcome.notYet(bookie + " is down; start it");
    }
    if (state().isCommitted()) {
      return StepOutcome.done("it is");
    }
    if (process.mirroring
        && !process.ask(() -> world.zookeeper.bookies.containsKey(bookie.id()), Store.ZOOKEEPER)) {
      return StepOutcome.notYet(bookie + " is not visible in ZooKeeper yet");
    }
    return isSuspended(bookie);
  }

  StepOutcome isSuspended(Node bookie) {
    boolean collects =
        process.ask(
            () -> {
              SimulatedSettings running = server(bookie).running;
              return running != null && running.collectsGarbage();
            });
    return yesOrFail(
        !collects,
        bookie
            + " collects garbage although the driver was given that it must not. Give the bookie"
            + " that setting and restart it");
  }

  StepOutcome all(List<Node> nodes, java.util.function.Function<Node, StepOutcome> question) {
    for (Node node : nodes) {
      StepOutcome outcome = question.apply(node);
      if (!outcome.isDone()) {
        return outcome;
      }
    }
    return StepOutcome.done("all are");
  }

  /** {@link Brokers#none}. */
  StepOutcome noBrokerRuns() {
    Optional<String> registered =
        process.ask(
            () -> {
              SortedSet<String> there = new TreeSet<>(world.zookeeper.brokers);
              there.addAll(world.etcd.brokers);
              return there.stream().findFirst();
            },
            Store.ZOOKEEPER,
            Store.ETCD);
    if (registered.isPresent()) {
      return StepOutcome.notYet("broker %s is registered; stop it".formatted(registered.get()));
    }
    return all(
        brokers(),
        broker ->
            yesOrWait(
                !process.ask(() -> server(broker).isAlive()), broker + " still runs; stop it"));
  }

  StepOutcome noBrokerOn(Store side, boolean atOnce) {
    Optional<String> there =
        process.ask(() -> world.store(side).brokers.stream().findFirst(), side);
    String text = "broker %s is registered; stop it".formatted(there.orElse(""));
    return there.isEmpty()
        ? StepOutcome.done("none is")
        : atOnce ? StepOutcome.failed(text) : StepOutcome.notYet(text);
  }

  StepOutcome isHealthy(Node broker, Store side) {
    return yesOrWait(
        isUp(broker, side), "%s is down; start it on %s".formatted(broker, side.title()));
  }

  /** {@link Bookies#restart}: the first of several goes alone, unless each has kept its data. */
  void restart(
      List<Node> bookies,
      Store side,
      boolean collects,
      boolean mirrored,
      Runnable stopped,
      Deadline time) {
    if (bookies.size() == 1) {
      Node bookie = bookies.get(0);
      variation.ask(
          "the other bookies are up",
          () -> await("stop of " + bookie, time, () -> othersUp(bookie)));
      restartGroup(bookies, side, collects, mirrored, stopped, time);
    } else if (bookies.stream().allMatch(this::hasKeptItsData)) {
      restartGroup(bookies, side, collects, mirrored, stopped, time);
    } else {
      restartGroup(bookies.subList(0, 1), side, collects, mirrored, stopped, time);
      restartGroup(bookies.subList(1, bookies.size()), side, collects, mirrored, stopped, time);
    }
  }

  /** {@link BookieMove#toZooKeeperWithoutEtcd}. */
  void toZooKeeperWithoutEtcd(List<Node> bookies, Deadline time) {
    List<Node> missing = bookies.stream().filter(bookie -> !isUp(bookie, Store.ZOOKEEPER)).toList();
    bookies.stream()
        .filter(bookie -> !missing.contains(bookie))
        .forEach(bookie -> configure(bookie, Store.ZOOKEEPER, true));
    for (Node bookie : missing) {
      ZkPath mirror = mirror(bookie.id());
      if (state().mirrors().contains(mirror)) {
        removeMirror(mirror);
      }
    }
    if (!missing.isEmpty()) {
      restart(missing, Store.ZOOKEEPER, true, false, () -> {}, time);
    }
  }

  /** {@link BookieMove#moveBackBookiesThatAreDown}. */
  void moveBackBookiesThatAreDown(Deadline time) {
    for (Node bookie : bookies()) {
      if (!process.ask(() -> server(bookie).isAlive())) {
        try {
          toZooKeeperWithoutEtcd(List.of(bookie), time);
        } catch (StepFailedException e) {
          if (process.ask(() -> server(bookie).isAlive())) {
            throw e;
          }
        }
      }
    }
  }

  private void restartGroup(
      List<Node> bookies,
      Store side,
      boolean collects,
      boolean mirrored,
      Runnable stopped,
      Deadline time) {
    bookies.forEach(bookie -> data(bookie, "recorded"));
    bookies.forEach(this::stop);
    await(
        "end of the registration",
        time,
        () ->
            all(
                bookies,
                bookie ->
                    yesOrWait(
                        both(
                            () ->
                                !world.zookeeper.bookies.containsKey(bookie.id())
                                    && !world.etcd.bookies.containsKey(bookie.id())),
                        bookie + " is still registered")));
    stopped.run();
    bookies.forEach(bookie -> configure(bookie, side, collects));
    bookies.forEach(this::start);
    await(
        "up on " + side.title(),
        time,
        () -> all(bookies, bookie -> cameUp(bookie, side, mirrored)));
    if (!collects) {
      await("suspended collection", time, () -> all(bookies, this::isSuspended));
    }
    bookies.forEach(bookie -> data(bookie, KEPT));
  }

  /** {@link BookieDataCheck}: recorded before the stop, and here all there after the start. */
  private boolean hasKeptItsData(Node bookie) {
    return data(bookie).filter(KEPT::equals).isPresent();
  }

  private Optional<String> data(Node bookie) {
    return journal.document(DATA + bookie.id()).map(found -> new String(found, UTF_8));
  }

  private void data(Node bookie, String now) {
    if (data(bookie).filter(now::equals).isEmpty()) {
      journal.document(DATA + bookie.id(), now.getBytes(UTF_8));
    }
  }

  private StepOutcome cameUp(Node bookie, Store side, boolean mirrored) {
    if (process.ask(() -> isRegistered(bookie, side.other()), side.other())) {
      return Bookies.cameUpOn(bookie, side.other());
    }
    if (!isUp(bookie, side)) {
      return StepOutcome.notYet(bookie + " is down; start it");
    }
    return yesOrWait(
        !mirrored
            || process.ask(() -> world.zookeeper.bookies.containsKey(bookie.id()), Store.ZOOKEEPER),
        bookie + " is not visible in ZooKeeper yet");
  }

  /** {@link Brokers#startFirst}. */
  void startBrokers(
      List<Node> some, List<Node> configured, Store side, Deadline time, Runnable asked) {
    List<Node> missing = missing(some, side);
    List<Node> settled = missing(configured, side);
    settled.forEach(this::stop);
    settled.forEach(broker -> configure(broker, side, true));
    asked.run();
    missing.forEach(this::start);
    await(
        "brokers healthy on " + side.title(),
        time,
        () ->
            all(
                some,
                broker ->
                    process.ask(() -> isRegistered(broker, side.other()), side.other())
                        ? Bookies.cameUpOn(broker, side.other())
                        : isHealthy(broker, side)));
  }

  private List<Node> missing(List<Node> brokers, Store side) {
    return brokers.stream().filter(broker -> !isUp(broker, side)).toList();
  }

  // --- copying

  private static List<String> tail(List<String> log, long from) {
    return log.subList((int) Math.min(Math.max(0, from), log.size()), log.size());
  }

  private Optional<String> foreignOnEtcd(long since) {
    return tail(world.etcd.log, since).stream()
        .filter(change -> !accepted.foreign().contains(path(change)))
        .findFirst();
  }

  static ZkPath path(String change) {
    Matcher ledger = LEDGER.matcher(change);
    return new ZkPath("/ledgers/" + (ledger.find() ? ledger.group(2) : "unknown"));
  }

  /** The follower of ZooKeeper, which first looks at the history of etcd. */
  void barrier() {
    if (!following) {
      long since = journal.checkpoint().checkedRevision().value();
      Optional<String> foreign = process.ask(() -> foreignOnEtcd(since), Store.ETCD);
      foreign.ifPresent(
          change -> {
            throw ForeignChangeException.found(path(change), new Revision(since + 1));
          });
      checkedUntil = world.etcd.log.size();
      following = true;
    }
    copy(Store.ZOOKEEPER, Direction.ZK_TO_ETCD);
  }

  void stopFollowing() {
    following = false;
  }

  Revision checkedUntil() {
    return new Revision(checkedUntil);
  }

  Zxid zxid() {
    return new Zxid(world.zookeeper.log.size());
  }

  void copy(Store from, Direction needed) {
    StoreState source = world.store(from);
    StoreState target = world.store(from.other());
    write(
        from.other(),
        () -> {
          if (!source.up) {
            throw new io.metamigrate.verifier.store.StoreException(from, "does not answer");
          }
          if (world.direction != needed) {
            throw new LostAuthorityException("the direction is another one");
          }
          keepOnlyUnread(from, target.ledgers);
          target.ledgers.addAll(source.ledgers);
          keepOnlyUnread(from, target.references);
          target.references.addAll(source.references);
          target.cookies.clear();
          target.cookies.addAll(source.cookies);
          target.replicationDisabled = source.replicationDisabled;
        });
  }

  private void keepOnlyUnread(Store from, SortedSet<Long> target) {
    if (from == Store.ETCD) {
      target.removeAll(read);
    } else {
      target.clear();
    }
  }

  List<String> differences() {
    return process.ask(
        () -> {
          List<String> found = new ArrayList<>();
          StoreState a = world.zookeeper;
          StoreState b = world.etcd;
          if (!a.ledgers.equals(b.ledgers) || !a.references.equals(b.references)) {
            found.add("ledgers %s and %s".formatted(a.ledgers, b.ledgers));
          }
          if (!a.cookies.equals(b.cookies)) {
            found.add("cookies %s and %s".formatted(a.cookies, b.cookies));
          }
          return found;
        },
        Store.ZOOKEEPER,
        Store.ETCD);
  }

  void requireEqual() {
    List<String> differences = differences();
    if (!differences.isEmpty()) {
      throw new StoresDifferException(String.join("; ", differences));
    }
  }

  void raiseCounter(Store on) {
    long next = process.ask(() -> world.store(on.other()).next, on.other());
    write(on, () -> world.store(on).next = Math.max(world.store(on).next, next));
  }

  void skipIdsOnEtcd(int skipped) {
    long wanted = process.ask(() -> world.zookeeper.next, Store.ZOOKEEPER) + skipped;
    if (process.ask(() -> world.etcd.next, Store.ETCD) < wanted) {
      write(Store.ETCD, () -> world.etcd.next = Math.max(world.etcd.next, wanted));
    }
  }

  boolean isCounterSafe(Store on) {
    return both(() -> world.store(on).next >= world.store(on.other()).next);
  }

  // --- the fence and late writes

  void raiseFence() {
    writeZooKeeper(
        () -> {
          world.zookeeper.fenced = true;
          world.fenceChangedAt = world.calls;
        });
  }

  boolean isFenced() {
    return process.ask(() -> world.isFenced(world.zookeeper), Store.ZOOKEEPER);
  }

  /** What ZooKeeper has lost of it is made again. */
  void makeFenceAgain() {
    if (!state().fence().byHook() && !process.ask(() -> world.zookeeper.fenced, Store.ZOOKEEPER)) {
      raiseFence();
    }
  }

  StepOutcome proveFence() {
    makeFenceAgain();
    return yesOrFail(isFenced(), "the fence does not keep others out");
  }

  void watch() {
    process.watching = true;
    process.gap = false;
    gapLookedInto = true;
  }

  Zxid mark() {
    return state().fence().mark(Ensemble.LOCAL);
  }

  boolean hasNoGap() {
    return !process.gap || gapLookedInto;
  }

  void coveredByComparison() {
    gapLookedInto = true;
    process.gap = false;
  }

  /** What was written after the fence; a gap of the watch is scanned. */
  void recordLateWrites() {
    List<LateWrite> found =
        process.ask(
            () ->
                tail(world.zookeeper.log, mark().value()).stream()
                    .map(
                        change ->
                            new LateWrite(
                                path(change),
                                change.substring(0, change.indexOf(' ')),
                                Optional.empty(),
                                Optional.empty(),
                                Ensemble.LOCAL))
                    .toList(),
            Store.ZOOKEEPER);
    if (!found.isEmpty()) {
      journal.change(now -> now.withLateWrites(found));
    }
    gapLookedInto = true;
    process.gap = false;
  }

  void refuseLateWrites() {
    recordLateWrites();
    if (!state().lateWrites().isEmpty()) {
      throw new StepFailedException(
          "ZooKeeper was written to after the fence: " + state().lateWrites().get(0));
    }
  }

  /** {@link LateLedgers#require}. */
  StepOutcome noLateLedger() {
    recordLateWrites();
    Optional<ZkPath> late =
        both(() -> true)
            ? state().lateWrites().stream()
                .map(LateWrite::path)
                .filter(path -> !accepted.lateWrites().contains(path))
                .filter(path -> world.zookeeper.ledgers.contains(id(path)))
                .filter(path -> !world.etcd.ledgers.contains(id(path)))
                .findFirst()
            : Optional.empty();
    return late.map(
            path ->
                StepOutcome.failed(
                    "a ledger was created after the fence; give it up with --accept-late-write "
                        + path))
        .orElseGet(() -> StepOutcome.done("none was"));
  }

  /** {@link CopyBackStep}: the mark and the revision are older than the comparison. */
  void copyUntilEqual() {
    copy(Store.ETCD, Direction.ETCD_TO_ZK);
    for (int pass = 0; pass < 2; pass++) {
      LiftedFence lifted =
          new LiftedFence(Map.of(Ensemble.LOCAL, zxid()), new Revision(world.etcd.log.size()));
      if (differences().isEmpty()) {
        journal.change(now -> now.withFence(now.fence().lifted(lifted)));
        return;
      }
      copy(Store.ETCD, Direction.ETCD_TO_ZK);
    }
    throw new StepFailedException("both stores do not become equal");
  }

  /** {@link WrittenWhileLifted#requireBeforeUndo}. */
  void raiseIdsBeforeUndo() {
    if (state().fence().lifted().isPresent()) {
      raiseCounter(Store.ETCD);
    }
  }

  /** {@link WrittenWhileLifted#requireAccepted}. */
  void requireNothingWrittenWhileLifted() {
    variation.ask("nothing was written while the fence was lifted", this::refuseWhatWasWritten);
  }

  private void refuseWhatWasWritten() {
    List<LateWrite> late = writtenWhileLifted();
    if (late.isEmpty()) {
      return;
    }
    journal.change(now -> now.withLateWrites(late));
    late.stream()
        .map(LateWrite::path)
        .filter(path -> !accepted.lateWrites().contains(path))
        .findFirst()
        .ifPresent(
            path -> {
              throw new StepFailedException(
                  "ZooKeeper was written to while the fence was lifted; give --accept-late-write "
                      + path);
            });
  }

  /** {@link WrittenWhileLifted#since}. */
  WrittenOnBoth writtenOnBoth(long issued) {
    List<ZkPath> zookeeper =
        writtenWhileLifted().stream()
            .map(LateWrite::path)
            .filter(path -> !accepted.lateWrites().contains(path))
            .toList();
    List<ZkPath> etcd =
        process.ask(
            () ->
                tail(world.etcd.log, issued).stream()
                    .filter(change -> LEDGER.matcher(change).find())
                    .map(SimulatedContext::path)
                    .filter(this::differs)
                    .filter(path -> !zookeeper.contains(path))
                    .filter(path -> !accepted.foreign().contains(path))
                    .toList(),
            Store.ETCD,
            Store.ZOOKEEPER);
    return new WrittenOnBoth(zookeeper, etcd);
  }

  private boolean differs(ZkPath path) {
    return world.zookeeper.ledgers.contains(id(path)) != world.etcd.ledgers.contains(id(path));
  }

  private List<LateWrite> writtenWhileLifted() {
    long since =
        state()
            .fence()
            .lifted()
            .map(lifted -> lifted.mark(Ensemble.LOCAL))
            .orElseGet(this::mark)
            .value();
    List<String> changes =
        process.ask(
            () ->
                tail(world.zookeeper.log, since).stream()
                    .filter(change -> LEDGER.matcher(change).find())
                    .toList(),
            Store.ZOOKEEPER,
            Store.ETCD);
    boolean isLifted = state().fence().lifted().isPresent();
    return changes.stream()
        .filter(change -> isLifted || change.startsWith("create"))
        .filter(change -> differs(path(change)))
        .map(
            change ->
                new LateWrite(
                    path(change),
                    change.startsWith("create") ? "created" : "deleted",
                    Optional.empty(),
                    Optional.empty(),
                    Ensemble.LOCAL))
        .toList();
  }

  /** Ledgers that ZooKeeper has and etcd lacks. */
  private List<ZkPath> createdSinceFence() {
    return tail(world.zookeeper.log, mark().value()).stream()
        .filter(change -> change.startsWith("create"))
        .map(SimulatedContext::path)
        .filter(path -> world.zookeeper.ledgers.contains(id(path)))
        .filter(path -> !world.etcd.ledgers.contains(id(path)))
        .toList();
  }

  /** {@link LateDeletion}: what others created there would be deleted. */
  StepOutcome noLateLedgerIsDeleted() {
    Optional<ZkPath> late =
        process.ask(
            () -> {
              read.clear();
              read.addAll(world.zookeeper.ledgers);
              return createdSinceFence().stream()
                  .filter(path -> !accepted.lateWrites().contains(path))
                  .findFirst();
            },
            Store.ZOOKEEPER,
            Store.ETCD);
    return late.map(
            path ->
                StepOutcome.failed(
                    "a ledger was created after the fence; give it up with --accept-late-write "
                        + path))
        .orElseGet(() -> StepOutcome.done("none is"));
  }

  static long id(ZkPath path) {
    return Long.parseLong(path.name());
  }

  /** Twice a second while a step waits. */
  void requireFenceIntact() {
    variation.ask(FENCE_IS_INTACT, this::refuseFenceThatWasLifted);
  }

  private void refuseFenceThatWasLifted() {
    CutoverState now = state();
    if (!process.watching || now.progress() != MoveProgress.FORWARD || !world.zookeeper.up) {
      return;
    }
    if (!now.isCommitted() && tail(world.zookeeper.log, mark().value()).size() > 0) {
      refuseLateWrites();
    }
    if (!now.fence().byHook() && now.fence().since().isPresent() && !world.zookeeper.fenced) {
      raiseFence();
      if (!now.isCommitted()) {
        throw new StepFailedException("another client lifted the fence; it is restored");
      }
    }
  }

  // --- ledgers

  private Optional<Long> lost(Store side) {
    return both(() -> true)
        ? world.store(side).references.stream()
            .filter(ledger -> !world.store(side).ledgers.contains(ledger))
            .filter(
                ledger ->
                    isWithoutZooKeeper() || world.store(side.other()).ledgers.contains(ledger))
            .findFirst()
        : Optional.empty();
  }

  /** Asked again. */
  StepOutcome ledgersAreListedNowOn(Store side) {
    ledgersListed.remove(side);
    return ledgersAreListedOn(side);
  }

  StepOutcome ledgersAreListedOn(Store side) {
    if (ledgersListed.contains(side)) {
      return StepOutcome.done("they are");
    }
    Optional<Long> lost = lost(side);
    world.listedAt = world.calls;
    if (lost.isPresent()) {
      return StepOutcome.failed(
          "%s does not list ledger %d; put it back".formatted(side.title(), lost.get()));
    }
    ledgersListed.add(side);
    return StepOutcome.done("they are");
  }

  Optional<Long> namedAndMissing(Store side) {
    return lost(side);
  }

  // --- the commit

  boolean hasVerified() {
    return state()
        .commitProof()
        .filter(proof -> proof.holder().equals(journal.holder()))
        .isPresent();
  }

  boolean hasCommitted() {
    return committed;
  }

  void committed() {
    committed = true;
  }

  boolean isReverse() {
    return state().progress() == MoveProgress.BACK_AFTER_NO_RETURN;
  }

  FirstStart firstStart(Store side) {
    return FirstStart.on(side, journal);
  }

  private Optional<String> foreignSinceVerification() {
    long since = state().commitProof().orElseThrow().revision().value();
    return process.ask(() -> foreignOnEtcd(since), Store.ETCD);
  }

  void requireUnchangedSinceVerification() {
    foreignSinceVerification()
        .ifPresent(
            change -> {
              throw ForeignChangeException.found(path(change), new Revision(1));
            });
  }

  void requireRestoredSinceVerification() {
    if (foreignSinceVerification().isPresent()) {
      requireEqual();
    }
  }

  /** {@link ReturnMark#set}. */
  void markReturn() {
    byte[] end = Long.toString(world.etcd.log.size()).getBytes(StandardCharsets.UTF_8);
    journal.document(RETURN_MARK, end);
  }

  /** {@link ReturnMark#read}. */
  Optional<Long> returnMark() {
    return journal
        .document(RETURN_MARK)
        .map(bytes -> Long.parseLong(new String(bytes, StandardCharsets.UTF_8)));
  }

  void verifiedBack() {
    verifiedBack = world.etcd.log.size();
  }

  void requireEtcdUnchanged() {
    variation.ask("etcd is as it was compared", this::refuseChangesOfEtcd);
  }

  private void refuseChangesOfEtcd() {
    if (verifiedBack < 0) {
      throw new StepFailedException("this process has not compared the stores");
    }
    boolean changed = process.ask(() -> world.etcd.log.size() > verifiedBack, Store.ETCD);
    if (changed) {
      throw new StepFailedException("etcd was changed after it was compared");
    }
  }

  /** {@link RollbackConditions#require}. */
  void requireRollbackConditions(Deadline time) {
    variation.ask(
        "every bookie is named", () -> await("bookies named", time, this::everyBookieIsNamed));
    await("brokers stopped", time, this::noBrokerRuns);
    await(
        "bookies on ZooKeeper",
        time,
        () ->
            all(
                bookies(),
                bookie -> yesOrWait(isUp(bookie, Store.ZOOKEEPER), bookie + " is down; start it")));
    requireEtcdUnchanged();
    if (!isCounterSafe(Store.ZOOKEEPER)) {
      throw new StepFailedException("ids would be allocated twice");
    }
    journal.confirm();
  }

  /** Whether others changed etcd since it was last checked. */
  boolean wasEtcdWritten() {
    return isForeignOnEtcd(journal.checkpoint().checkedRevision().value());
  }

  boolean isForeignOnEtcd(long since) {
    return process.ask(() -> foreignOnEtcd(since).isPresent(), Store.ETCD);
  }

  /** Whether the driver reads that it is as it was before the move. */
  boolean startsInZooKeeper(Node node) {
    return process.ask(() -> server(node).configured.equals(server(node).original));
  }

  /** {@link EpochKeeper#pass}: on etcd, then on ZooKeeper. */
  void passEpoch(Store authority) {
    int odd = authority == Store.ETCD ? 1 : 0;
    int now = process.ask(() -> world.zookeeper.epoch, Store.ZOOKEEPER);
    if (now > 0 && now % 2 == odd) {
      return;
    }
    process.write(
        Store.ETCD,
        () -> {
          int next = Math.max(now + 1, world.etcd.epoch);
          world.etcd.epoch = next % 2 == odd ? next : next + 1;
        });
    writeZooKeeper(() -> world.zookeeper.epoch = world.etcd.epoch);
  }

  boolean isEpochPassedToEtcd() {
    return process.ask(() -> world.zookeeper.epoch % 2 == 1, Store.ZOOKEEPER);
  }

  // --- what the operator's commands do

  void hookFence(boolean fenced) {
    variation.confirm(process.row(), journal::confirm);
    process.hook(
        () -> {
          world.zookeeper.hookFenced = fenced;
          world.fenceChangedAt = world.calls;
        });
  }

  void hookFunctions(boolean run) {
    if (world.isHooked()) {
      variation.confirm(process.row(), journal::confirm);
      process.hook(
          () -> {
            if (process.holdsLock()) {
              world.functionsRun = run;
            }
          });
    }
  }

  // --- mirrors

  private void recordMirror(String bookie) {
    SortedSet<ZkPath> mirrors = new TreeSet<>(state().mirrors());
    if (mirrors.add(mirror(bookie))) {
      quietly.accept(() -> journal.change(now -> now.withMirrors(mirrors)));
    }
  }

  static ZkPath mirror(String bookie) {
    return new ZkPath("/ledgers/available/" + bookie);
  }

  void startBridge() {
    process.mirroring = true;
    process.mirror();
  }

  void stopBridge() {
    process.mirroring = false;
  }

  /** Those that the record names, one after the other. */
  void removeMirrors() {
    for (ZkPath path : state().mirrors()) {
      removeMirror(path);
    }
  }

  private void removeMirror(ZkPath path) {
    writeZooKeeper(() -> world.zookeeper.bookies.remove(path.name(), false));
    SortedSet<ZkPath> rest = new TreeSet<>(state().mirrors());
    rest.remove(path);
    journal.change(now -> now.withMirrors(rest));
  }

  @Nullable SimulatedSettings running(Node node) {
    return server(node).running;
  }
}
