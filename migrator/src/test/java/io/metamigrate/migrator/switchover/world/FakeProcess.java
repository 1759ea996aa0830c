package io.metamigrate.migrator.switchover.world;

import io.metamigrate.migrator.switchover.Environment;
import io.metamigrate.migrator.switchover.engine.Answer;
import io.metamigrate.migrator.switchover.engine.Exit;
import io.metamigrate.migrator.switchover.engine.LostAuthorityException;
import io.metamigrate.migrator.switchover.engine.OperatorControls;
import io.metamigrate.migrator.switchover.engine.StepException;
import io.metamigrate.migrator.switchover.engine.Stop;
import io.metamigrate.migrator.switchover.engine.TimeLimits;
import io.metamigrate.migrator.switchover.node.Node;
import io.metamigrate.migrator.switchover.node.NodeKind;
import io.metamigrate.migrator.switchover.side.StoreKind;
import io.metamigrate.migrator.switchover.state.MoveDocument;
import io.metamigrate.migrator.switchover.state.MoveStore;
import io.metamigrate.migrator.switchover.world.Disturbance.Call;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One process of the tool in a world, with what is to happen at its n-th call. */
public final class FakeProcess implements MoveStore {
  private final World world;
  private final int id;
  private final int at;
  private final @Nullable Disturbance disturbance;
  private final Parked frozen;
  private final List<Moment> moments = new ArrayList<>();
  private String row = "start";
  final FakeSide zookeeper;
  final FakeSide etcd;
  private boolean dead;
  private boolean applied;
  private int actsWithoutLock;

  /** What another process does while this one is frozen. */
  public interface Parked {
    void run(World world, boolean rollback);
  }

  /** A new process that has taken the lock. */
  public FakeProcess(World world, int at, @Nullable Disturbance disturbance, Parked frozen) {
    this.world = world;
    this.id = ++world.processes;
    this.at = at;
    this.disturbance = disturbance;
    this.frozen = frozen;
    world.lockHolder = id;
    zookeeper = new FakeSide(this, world, StoreKind.ZOOKEEPER);
    etcd = new FakeSide(this, world, StoreKind.ETCD);
  }

  public Environment environment() {
    return new Environment(
        new Environment.Sides(zookeeper, etcd, new FakeCopier(this, world)),
        new FakeDriver(this, world),
        this,
        new OperatorControls(
            () -> call(Call.QUESTION, this::answer),
            new FakeHooks(this, world),
            Optional.empty(),
            Map.of(),
            limits()),
        time -> call(Call.PAUSE, this::tick),
        world::now,
        this::nonce);
  }

  /** An operator names no moment that has passed. */
  private TimeLimits limits() {
    if (world.isTooLate() && world.document == null) {
      world.forgetLimits();
    }
    return world.isLimited()
        ? new TimeLimits(
            Optional.of(Duration.ofSeconds(World.MAX_OUTAGE)),
            Optional.of(Instant.ofEpochSecond(World.LAST_MOMENT))
                .filter(moment -> !world.isTooLate()))
        : TimeLimits.none();
  }

  /** A document that begins takes the stores that are there, unless one carries another nonce. */
  private String nonce() {
    world.forgetIdentity();
    return "nonce" + world.generation;
  }

  private Answer answer() {
    world.answeredAt = world.calls;
    world.commitForbidden = world.isTooLate() || world.isOutageTooLong();
    return Answer.yes("the operator answered yes");
  }

  private boolean tick() {
    world.tick();
    mirror();
    return true;
  }

  /** A running bridge keeps up. */
  void mirror() {
    zookeeper.mirror(etcd);
    etcd.mirror(zookeeper);
  }

  FakeSide side(StoreKind kind) {
    return kind == StoreKind.ZOOKEEPER ? zookeeper : etcd;
  }

  int id() {
    return id;
  }

  public List<Moment> moments() {
    return moments;
  }

  /** What the program runs now. */
  @Override
  public void enter(String next) {
    row = next;
  }

  public String row() {
    return row;
  }

  /** Whether the disturbance changed anything. */
  public boolean wasDisturbed() {
    return applied;
  }

  @Override
  public Optional<MoveDocument> read() {
    return call(
        Call.ASK,
        () -> {
          requireUp(StoreKind.ETCD);
          return Optional.ofNullable(world.document);
        });
  }

  @Override
  public void save(MoveDocument document) {
    call(
        Call.SAVE,
        () -> {
          requireUp(StoreKind.ETCD);
          requireLock();
          world.document = document;
          return true;
        });
  }

  @Override
  public void confirm() {
    requireUp(StoreKind.ETCD);
    requireLock();
  }

  @Override
  public void keepLocally(Stop stop) {}

  void requireUp(StoreKind store) {
    if (!world.store(store).up) {
      throw new StepException(
          store == StoreKind.ETCD ? Exit.ETCD_FAILED : Exit.ZOOKEEPER_FAILED,
          store.title() + " does not answer");
    }
  }

  void requireLock() {
    if (world.lockHolder != id) {
      throw new LostAuthorityException("the lock is held by another process");
    }
  }

  /** Asks something. */
  <T> T ask(Supplier<T> question) {
    return call(Call.ASK, question);
  }

  /** Acts on a server; nothing fences this. */
  void act(Runnable action) {
    act(Call.ACT, action);
  }

  /** Runs one of the operator's commands. */
  void hook(Runnable action) {
    act(Call.HOOK, action);
  }

  private void act(Call kind, Runnable action) {
    call(
        kind,
        () -> {
          if (world.lockHolder != id) {
            world.checker.actWithoutLock(++actsWithoutLock);
          }
          action.run();
          mirror();
          return true;
        });
  }

  /** Writes to a store, fenced there. */
  void write(StoreKind store, Runnable action) {
    call(
        Call.ACT,
        () -> {
          requireUp(store);
          if (store == StoreKind.ETCD) {
            requireLock();
          }
          action.run();
          world.checker.wroteTo(world, store);
          world.collect();
          return true;
        });
  }

  private <T> T call(Call call, Supplier<T> body) {
    if (dead) {
      throw new Crash();
    }
    world.calls++;
    int index = moments.size();
    moments.add(new Moment(call, row));
    Disturbance now = disturbance;
    if (index != at || now == null || !now.appliesTo(call)) {
      return body.get();
    }
    applied = true;
    switch (now) {
      case CRASH_BEFORE -> die();
      case CRASH_AFTER -> {
        Object unused = body.get();
        die();
      }
      case ACT_LATER -> {
        world.late.add(() -> later(body));
        return answer(call);
      }
      case ACT_NEVER -> {
        return answer(call);
      }
      case ACT_AFTER_DEATH -> {
        world.late.add(() -> later(body));
        die();
      }
      case ANSWER_LOST -> {
        Object unused = body.get();
        throw new StepException("the answer was lost");
      }
      case REFUSED -> throw new StepException("refused");
      case FROZEN_WHILE_ROLLBACK -> frozen.run(world, true);
      case FROZEN_WHILE_CUTOVER -> frozen.run(world, false);
      case OPERATOR_STOPS -> throw new StepException(Exit.OPERATOR, "stopped by the operator");
      default -> applied = event(now);
    }
    return body.get();
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <T> T answer(Call call) {
    return (T) (Object) (call == Call.ACT || call == Call.HOOK);
  }

  /** A store that fences refuses an act that arrives late. */
  private static void later(Supplier<?> body) {
    try {
      Object unused = body.get();
    } catch (LostAuthorityException | StepException e) {
      // Refused by the store; nothing happened.
    }
  }

  private void die() {
    dead = true;
    throw new Crash();
  }

  /** Something happens to the cluster; false if it cannot happen now. */
  private boolean event(Disturbance event) {
    switch (event) {
      case BOOKIE_DIES -> {
        return first(NodeKind.BOOKIE, true).map(this::kill).orElse(false);
      }
      case BROKER_DIES -> {
        return listedBroker().map(this::lose).orElse(false);
      }
      case BROKER_LOSES_LEASE -> {
        return listedBroker().map(this::loseLease).orElse(false);
      }
      case SUPERVISOR_STARTS_BROKER -> {
        return first(NodeKind.BROKER, false).map(this::start).orElse(false);
      }
      case SUPERVISOR_STARTS_BOOKIE -> {
        return first(NodeKind.BOOKIE, false).map(this::start).orElse(false);
      }
      case FOREIGN_BROKER_ON_ZOOKEEPER -> {
        return join(new Node(NodeKind.BROKER, "x"), StoreKind.ZOOKEEPER);
      }
      case FOREIGN_BROKER_ON_ETCD -> {
        return join(new Node(NodeKind.BROKER, "x"), StoreKind.ETCD);
      }
      case BOOKIE_JOINS_ZOOKEEPER -> {
        return join(new Node(NodeKind.BOOKIE, "y"), StoreKind.ZOOKEEPER);
      }
      case BOOKIE_JOINS_ETCD -> {
        return join(new Node(NodeKind.BOOKIE, "y"), StoreKind.ETCD);
      }
      case BROKER_CREATES -> {
        return serving().map(this::create).orElse(false);
      }
      case BROKER_DELETES -> {
        return serving().map(this::delete).orElse(false);
      }
      case KEY_DELETED -> {
        return deleteKey();
      }
      case FENCE_LIFTED -> {
        boolean was = world.isFenced(world.zookeeper);
        world.zookeeper.fenced = false;
        world.zookeeper.hookFenced = false;
        world.fenceChangedAt = world.calls;
        return was;
      }
      case WATCH_GAP -> {
        boolean onZooKeeper = zookeeper.gap();
        return etcd.gap() || onZooKeeper;
      }
      case ZOOKEEPER_DOWN -> world.zookeeper.up = false;
      case ETCD_DOWN -> world.etcd.up = false;
      case ZOOKEEPER_EXCHANGED -> {
        return exchange(world.zookeeper);
      }
      case ETCD_EXCHANGED -> {
        boolean exchanged = exchange(world.etcd);
        if (exchanged) {
          world.document = null;
          world.lockHolder = 0;
        }
        return exchanged;
      }
      case TIME_PASSES -> {
        return pass(World.MAX_OUTAGE + 1);
      }
      case LAST_MOMENT_PASSES -> {
        return pass(World.LAST_MOMENT);
      }
      case COLLECTION_NOT_SUSPENDED -> world.collectionCannotBeSuspended = true;
      default -> throw new IllegalStateException(event.name());
    }
    return true;
  }

  private boolean pass(long time) {
    boolean limited = world.isLimited() && !world.isTooLate();
    world.seconds += limited ? time : 0;
    world.timePassedAt = limited ? world.calls : world.timePassedAt;
    return limited;
  }

  /**
   * Once the intent to remove the identity is recorded, a store without one may be the right one.
   */
  private boolean isReleasing() {
    MoveDocument document = world.document;
    return document != null
        && document.last().stream()
            .flatMap(move -> move.steps().stream())
            .anyMatch(step -> step.intents().contains("release ZooKeeper"));
  }

  /** If one was exchanged before, nothing is left that identifies the other. */
  private boolean exchange(StoreState store) {
    if (world.hopeless) {
      return false;
    }
    // Before a move left its nonce, only the daemon can know the store.
    boolean known =
        !world.zookeeper.nonce.isEmpty()
            && !world.etcd.nonce.isEmpty()
            && !isReleasing()
            && world.calls - world.identifiedAt > Checker.CALLS_UNTIL_THE_IDENTITY_IS_SEEN;
    store.era += known ? 1 : 0;
    world.generation++;
    store.nonce = "";
    store.ledgers.clear();
    store.references.clear();
    store.log.clear();
    store.cookies.clear();
    store.guarded = false;
    store.guardHolder = 0;
    world.exchangedAt = world.calls;
    world.hopeless = true;
    world.excused.addAll(world.live);
    return true;
  }

  private Optional<Node> first(NodeKind kind, boolean alive) {
    return world.servers.entrySet().stream()
        .filter(entry -> entry.getKey().kind() == kind && entry.getValue().isAlive() == alive)
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /**
   * The first, if none was lost before. Nobody can notice one without a registration that is not
   * listed.
   */
  private Optional<Node> listedBroker() {
    return world.servers.entrySet().stream()
        .filter(entry -> entry.getKey().kind() == NodeKind.BROKER && entry.getValue().isAlive())
        .filter(entry -> !entry.getValue().foreign && !world.brokerLost)
        .map(Map.Entry::getKey)
        .findFirst();
  }

  private boolean lose(Node broker) {
    world.brokerLost = true;
    return kill(broker);
  }

  private boolean kill(Node node) {
    world.kill(node);
    return true;
  }

  private boolean start(Node node) {
    world.start(node, false);
    mirror();
    return true;
  }

  private boolean loseLease(Node node) {
    Server server = world.servers.get(node);
    if (server == null || server.running == null) {
      return false;
    }
    world.brokerLost = true;
    server.unregistered = true;
    server.died = world.calls;
    world.store(server.running.store()).brokers.remove(node.id());
    return true;
  }

  private boolean join(Node node, StoreKind store) {
    if (world.servers.containsKey(node)) {
      return false;
    }
    world.add(node, store, true);
    return true;
  }

  private boolean create(StoreKind store) {
    world.createLedger(store, false);
    return true;
  }

  private boolean delete(StoreKind store) {
    world.deleteLedger(store);
    return true;
  }

  private boolean deleteKey() {
    if (world.etcd.ledgers.isEmpty()) {
      return false;
    }
    long ledger = world.etcd.ledgers.first();
    world.etcd.ledgers.remove(ledger);
    world.etcd.log.add("delete key of ledger " + ledger);
    world.lost.put(ledger, world.calls);
    world.collect();
    return true;
  }

  private Optional<StoreKind> serving() {
    return world.servers.entrySet().stream()
        .filter(entry -> entry.getKey().kind() == NodeKind.BROKER && !entry.getValue().foreign)
        .map(entry -> entry.getValue().running)
        .filter(java.util.Objects::nonNull)
        .map(settings -> settings.store())
        .findFirst();
  }
}
