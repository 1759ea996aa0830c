package io.metamigrate.migrator.cutover.world;

import io.metamigrate.migrator.cutover.StepFailedException;
import io.metamigrate.migrator.cutover.world.Disturbance.Call;
import io.metamigrate.migrator.replay.LostAuthorityException;
import io.metamigrate.migrator.restart.Component;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One process of the tool in a world, with what is to happen at its n-th call. Everything that the
 * program asks or does outside itself is one call.
 */
public final class ToolProcess {
  private final World world;
  private final int id;
  private final int at;
  private final @Nullable Disturbance disturbance;
  private final WhileFrozen whileFrozen;
  private final List<CallMoment> moments = new ArrayList<>();
  private String row = "start";
  private String act = "";
  private boolean dead;

  /** It has declared etcd gone, and asks nothing of it. */
  private boolean withoutEtcd;

  /** It has declared ZooKeeper gone, and asks nothing of it. */
  private boolean withoutZooKeeper;

  private boolean applied;
  private int actsWithoutLock;
  private boolean claimed;

  /** It mirrors what is registered on etcd to ZooKeeper. */
  public boolean mirroring;

  /** It watches ZooKeeper for late writes, and may have missed some. */
  public boolean watching;

  public boolean gap;

  /** Receives a bookie that is about to be mirrored. */
  public java.util.function.Consumer<String> mirrored = bookie -> {};

  /** A command of another process. */
  public enum Other {
    CUTOVER,
    ROLLBACK,
    ROLLBACK_WITHOUT_ETCD
  }

  /** What another process does while this one is frozen. */
  public interface WhileFrozen {
    void run(World world, Other command);
  }

  /** A new process that has taken the lock. */
  public ToolProcess(
      World world, int at, @Nullable Disturbance disturbance, WhileFrozen whileFrozen) {
    this.world = world;
    this.id = ++world.processes;
    this.at = at;
    this.disturbance = disturbance;
    this.whileFrozen = whileFrozen;
    if (!world.isEtcdLost()) {
      world.lockHolder = id;
    }
  }

  public World world() {
    return world;
  }

  /** As others read it in the lock. */
  public String holder() {
    return "process " + id;
  }

  public List<CallMoment> moments() {
    return moments;
  }

  /** What the program runs now. */
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

  /** Asks something of these stores. */
  public <T> T ask(Supplier<T> question, Store... stores) {
    return call(
        Call.ASK,
        () -> {
          requireUp(stores);
          return question.get();
        });
  }

  /** Keeps something on etcd, under the lock. */
  public void save(Runnable action) {
    call(
        Call.SAVE,
        () -> {
          requireUp(Store.ETCD);
          requireLock();
          action.run();
          return true;
        });
  }

  /** Asks etcd whether this process still has the lock. */
  public void confirm() {
    if (withoutEtcd) {
      requireUp(Store.ZOOKEEPER);
      requireGuard();
      return;
    }
    requireUp(Store.ETCD);
    requireLock();
    boolean isGuardAsked = claimed && !world.servedOnEtcd;
    if (isGuardAsked && world.zookeeper.up && world.guardedWithoutEtcd) {
      throw new LostAuthorityException("another process has declared etcd gone");
    }
  }

  /** Declares etcd gone; the guard in ZooKeeper is the lock from then on. */
  public void takeWithoutEtcd() {
    withoutEtcd = true;
    write(
        Store.ZOOKEEPER,
        true,
        () -> {
          world.zookeeper.guarded = true;
          world.zookeeper.guardHolder = id;
          world.guardedWithoutEtcd = true;
        });
  }

  /** Declares ZooKeeper gone. */
  public void leaveZooKeeper() {
    withoutZooKeeper = true;
  }

  public boolean isWithoutZooKeeper() {
    return withoutZooKeeper;
  }

  public boolean isWithoutEtcd() {
    return withoutEtcd;
  }

  private void requireGuard() {
    if (!isClaimed()) {
      throw new LostAuthorityException("another process claimed ZooKeeper");
    }
  }

  /** Time passes while it waits. */
  public void pause() {
    call(
        Call.PAUSE,
        () -> {
          world.tick();
          mirror();
          return true;
        });
  }

  /** Asks the operator, who answers yes. */
  public void question() {
    call(
        Call.QUESTION,
        () -> {
          world.answeredAt = world.calls;
          world.commitForbidden = world.isTooLate() || world.isOutageTooLong();
          return true;
        });
  }

  /** Acts on a server; nothing fences this. */
  public void act(String what, Runnable action) {
    act = what;
    act(Call.ACT, action);
  }

  /** Runs one of the operator's commands. */
  public void hook(Runnable action) {
    act(Call.HOOK, action);
  }

  /** Whether it is the one that others take for the holder of the lock. */
  public boolean holdsLock() {
    // What is without a copy, as in another ZooKeeper, is no rollback without etcd.
    boolean without = world.guardedWithoutEtcd && world.copied != null;
    return without ? isClaimed() : world.lockHolder == id;
  }

  private void act(Call kind, Runnable action) {
    call(
        kind,
        () -> {
          if (!holdsLock()) {
            world.checker.actWithoutLock(++actsWithoutLock);
          }
          action.run();
          mirror();
          return true;
        });
  }

  /** Writes to a store, fenced there: by the lock on etcd, by the guard on ZooKeeper. */
  public void write(Store store, Runnable action) {
    write(store, false, action);
  }

  /** Claims ZooKeeper: raises the guard. */
  public void claim() {
    write(
        Store.ZOOKEEPER,
        true,
        () -> {
          requireUp(Store.ETCD);
          requireLock();
          world.zookeeper.guarded = true;
          world.zookeeper.guardHolder = id;
          world.guardedWithoutEtcd = false;
          claimed = true;
        });
  }

  /** Whether the guard is this process's. */
  public boolean isClaimed() {
    return world.zookeeper.guarded && world.zookeeper.guardHolder == id;
  }

  private void write(Store store, boolean claiming, Runnable action) {
    call(
        Call.WRITE,
        () -> {
          requireUp(store);
          if (store == Store.ZOOKEEPER && withoutZooKeeper) {
            throw new IllegalStateException("a write to the ZooKeeper that is lost");
          }
          if (store == Store.ETCD) {
            requireLock();
          } else if (!claiming && world.zookeeper.guardHolder != id) {
            throw new LostAuthorityException("another process claimed ZooKeeper");
          }
          action.run();
          world.checker.wroteTo(world, store);
          world.collect();
          return true;
        });
  }

  private void requireUp(Store... stores) {
    for (Store store : stores) {
      boolean isLeft = store == Store.ETCD ? withoutEtcd : withoutZooKeeper;
      if (!isLeft && !world.store(store).up) {
        throw new StoreException(store, store.title() + " does not answer");
      }
    }
  }

  private void requireLock() {
    if (world.lockHolder != id) {
      throw new LostAuthorityException("the lock is held by another process");
    }
  }

  /** A running bridge keeps up: bookies that are registered on etcd show in ZooKeeper. */
  public void mirror() {
    StoreState from = world.etcd;
    StoreState to = world.zookeeper;
    if (!mirroring || !from.up || !to.up || to.guardHolder != id || !holdsLock()) {
      return;
    }
    to.bookies
        .keySet()
        .removeIf(
            bookie ->
                !to.bookies.getOrDefault(bookie, false)
                    && !from.bookies.getOrDefault(bookie, false));
    from.bookies.forEach(
        (bookie, own) -> {
          if (own && !to.bookies.containsKey(bookie)) {
            mirrored.accept(bookie);
            to.bookies.put(bookie, false);
          }
        });
  }

  private <T> T call(Call call, Supplier<T> body) {
    if (dead) {
      throw new Crash();
    }
    world.calls++;
    int index = moments.size();
    moments.add(new CallMoment(call, row, call == Call.ACT ? act : ""));
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
        throw new StepFailedException("the answer was lost");
      }
      case REFUSED -> throw new StepFailedException("refused");
      case FROZEN_WHILE_ROLLBACK -> whileFrozen.run(world, Other.ROLLBACK);
      case FROZEN_WHILE_CUTOVER -> whileFrozen.run(world, Other.CUTOVER);
      case FROZEN_WHILE_WITHOUT_ETCD -> {
        boolean unused = world.loseEtcd();
        whileFrozen.run(world, Other.ROLLBACK_WITHOUT_ETCD);
        if (call == Call.ACT || call == Call.HOOK) {
          // The lock is asked again after a pause; see FreshLock.
          confirm();
        }
      }
      case OPERATOR_STOPS -> throw new StepFailedException("stopped by the operator");
      default -> applied = event(now);
    }
    return body.get();
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <T> T answer(Call call) {
    return (T) (Object) (call == Call.ACT || call == Call.HOOK || call == Call.WRITE);
  }

  /** A store that fences refuses an act that arrives late. */
  private static void later(Supplier<?> body) {
    try {
      Object unused = body.get();
    } catch (LostAuthorityException | StepFailedException | StoreException e) {
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
        return first(Component.BOOKIE, true).map(this::kill).orElse(false);
      }
      case BOOKIE_LOST -> {
        return world.loseBookie();
      }
      case BROKER_DIES -> {
        return listedBroker().map(this::lose).orElse(false);
      }
      case BROKER_LOSES_LEASE -> {
        return listedBroker().map(this::loseLease).orElse(false);
      }
      case SETTINGS_REVERTED -> {
        return world.revertSettings();
      }
      case SUPERVISOR_STARTS_BROKER -> {
        return first(Component.BROKER, false).map(this::start).orElse(false);
      }
      case SUPERVISOR_STARTS_AUTORECOVERY -> {
        return first(Component.AUTORECOVERY, false).map(this::start).orElse(false);
      }
      case SUPERVISOR_STARTS_BOOKIE -> {
        return first(Component.BOOKIE, false).map(this::start).orElse(false);
      }
      case FOREIGN_BROKER_ON_ZOOKEEPER -> {
        return join(new Node(Component.BROKER, "x"), Store.ZOOKEEPER);
      }
      case FOREIGN_BROKER_ON_ETCD -> {
        return join(new Node(Component.BROKER, "x"), Store.ETCD);
      }
      case BOOKIE_JOINS_ZOOKEEPER -> {
        return join(new Node(Component.BOOKIE, "y"), Store.ZOOKEEPER);
      }
      case BOOKIE_JOINS_ETCD -> {
        return join(new Node(Component.BOOKIE, "y"), Store.ETCD);
      }
      case BROKER_CREATES -> {
        return serving().map(this::create).orElse(false);
      }
      case BROKER_DELETES -> {
        return serving().or(this::foreign).map(this::delete).orElse(false);
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
        boolean was = watching && !gap;
        gap = true;
        return was;
      }
      case ZOOKEEPER_DOWN -> {
        boolean was = world.zookeeper.up;
        world.zookeeper.up = false;
        return was;
      }
      case ZOOKEEPER_LOST -> {
        return world.loseZooKeeper();
      }
      case ETCD_DOWN -> world.etcd.up = false;
      case ETCD_LOST -> {
        return world.loseEtcd();
      }
      case ETCD_RETURNS -> {
        return world.returnEtcd();
      }
      case ETCD_RESTORED -> {
        return moments.size() == 1 && world.restoreEtcd();
      }
      case ZOOKEEPER_EXCHANGED -> {
        return !world.isZooKeeperLost() && exchange(world.zookeeper);
      }
      case ETCD_EXCHANGED -> {
        boolean exchanged = !world.isEtcdLost() && exchange(world.etcd);
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
        return pass(World.LAST_MOMENT + 1);
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

  /** If one was exchanged before, nothing is left that identifies the other. */
  private boolean exchange(StoreState store) {
    if (world.isHopeless()) {
      return false;
    }
    // Before a move left its nonce, only the daemon can know the store.
    boolean known =
        !world.zookeeper.nonce.isEmpty()
            && !world.etcd.nonce.isEmpty()
            && (world.document == null || !world.document.isReleasing())
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
    store.replicationDisabled = false;
    if (store == world.zookeeper) {
      world.releaseZooKeeper();
    }
    world.exchangedAt = world.calls;
    world.giveUp();
    return true;
  }

  private Optional<Node> first(Component kind, boolean alive) {
    return world.servers.entrySet().stream()
        .filter(entry -> entry.getKey().component() == kind && entry.getValue().isAlive() == alive)
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /**
   * The first, if none was lost before. Nobody can notice one without a registration that is not
   * listed.
   */
  private Optional<Node> listedBroker() {
    return world.servers.entrySet().stream()
        .filter(
            entry -> entry.getKey().component() == Component.BROKER && entry.getValue().isAlive())
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

  private boolean join(Node node, Store store) {
    if (world.servers.containsKey(node) || world.isLost(store)) {
      return false;
    }
    world.add(node, store, true);
    return true;
  }

  private boolean create(Store store) {
    world.createLedger(store, false);
    return true;
  }

  private boolean delete(Store store) {
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
    if (world.calls - world.listedAt <= Checker.UNNOTICED_CALLS) {
      // Between the question and the act that follows it.
      world.excused.add(ledger);
    }
    world.collect();
    return true;
  }

  private Optional<Store> serving() {
    return servedBy(false);
  }

  /** Where a broker that is not the cluster's serves. */
  private Optional<Store> foreign() {
    return servedBy(true);
  }

  private Optional<Store> servedBy(boolean foreign) {
    return world.servers.entrySet().stream()
        .filter(
            entry ->
                entry.getKey().component() == Component.BROKER
                    && entry.getValue().foreign == foreign)
        .map(entry -> entry.getValue().running)
        .filter(Objects::nonNull)
        .map(settings -> settings.store())
        .findFirst();
  }
}
