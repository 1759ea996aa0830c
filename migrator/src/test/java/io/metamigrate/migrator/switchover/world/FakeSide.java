package io.metamigrate.migrator.switchover.world;

import io.metamigrate.migrator.switchover.engine.Answer;
import io.metamigrate.migrator.switchover.engine.LostAuthorityException;
import io.metamigrate.migrator.switchover.engine.Permit;
import io.metamigrate.migrator.switchover.engine.StepException;
import io.metamigrate.migrator.switchover.side.Fence;
import io.metamigrate.migrator.switchover.side.MetadataSide;
import io.metamigrate.migrator.switchover.side.Mirrors;
import io.metamigrate.migrator.switchover.side.Registration;
import io.metamigrate.migrator.switchover.side.StoreKind;
import io.metamigrate.migrator.switchover.side.Watch;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A store of the world as one process sees it. */
final class FakeSide implements MetadataSide, Fence, Watch, Mirrors {
  private static final String CLOSED = "closed";

  private final FakeProcess process;
  private final World world;
  private final StoreKind kind;
  private boolean watching;
  private boolean gap;
  private boolean mirroring;

  /** What was there at the final check for writes of others. */
  private @Nullable Set<Long> seen;

  FakeSide(FakeProcess process, World world, StoreKind kind) {
    this.process = process;
    this.world = world;
    this.kind = kind;
  }

  private StoreState store() {
    return world.store(kind);
  }

  private <T> T ask(Supplier<T> question) {
    return process.ask(
        () -> {
          process.requireUp(kind);
          return question.get();
        });
  }

  private void write(Permit permit, Runnable action) {
    permit.spend();
    process.write(
        kind,
        () -> {
          requireWriter();
          action.run();
        });
  }

  /** On ZooKeeper each write checks the guard that the last holder raised. */
  void requireWriter() {
    if (kind == StoreKind.ZOOKEEPER && store().guardHolder != process.id()) {
      throw new LostAuthorityException("another process claimed ZooKeeper");
    }
  }

  @Override
  public StoreKind kind() {
    return kind;
  }

  @Override
  public Optional<String> identity() {
    return ask(() -> store().nonce.isEmpty() ? Optional.empty() : Optional.of(store().nonce));
  }

  @Override
  public void identify(Permit permit, String nonce) {
    write(
        permit,
        () -> {
          store().nonce = nonce;
          world.identifiedAt = world.calls;
        });
  }

  @Override
  public List<Registration> bookies() {
    return ask(
        () ->
            store().bookies.entrySet().stream()
                .map(
                    entry ->
                        new Registration(
                            entry.getKey(),
                            entry.getValue() ? Registration.Owner.NODE : Registration.Owner.MIRROR,
                            true))
                .toList());
  }

  @Override
  public List<Registration> brokers() {
    return ask(
        () ->
            store().brokers.stream()
                .map(id -> new Registration(id, Registration.Owner.NODE, true))
                .toList());
  }

  @Override
  public Set<String> cookies() {
    return ask(() -> new TreeSet<>(store().cookies));
  }

  @Override
  public void claim(Permit permit) {
    permit.spend();
    process.write(
        kind,
        () -> {
          process.requireLock();
          store().guarded = true;
          store().guardHolder = process.id();
        });
  }

  @Override
  public boolean isClaimed() {
    return ask(() -> store().guarded && store().guardHolder == process.id());
  }

  @Override
  public void release(Permit permit) {
    permit.spend();
    process.write(
        kind,
        () -> {
          if (store().guarded) {
            requireWriter();
          }
          store().guarded = false;
          store().nonce = "";
          world.released(kind);
        });
  }

  @Override
  public boolean isReleased() {
    return ask(() -> !store().guarded && store().nonce.isEmpty());
  }

  @Override
  public Fence fence() {
    return this;
  }

  @Override
  public boolean isPossible() {
    return kind == StoreKind.ZOOKEEPER;
  }

  @Override
  public boolean isIntact() {
    return ask(() -> store().fenced && world.isFenced(store()));
  }

  @Override
  public boolean isEffective() {
    return ask(() -> world.isFenced(store()));
  }

  @Override
  public boolean isAbsent() {
    return ask(() -> !store().fenced);
  }

  @Override
  public String read() {
    return ask(() -> store().fenced ? CLOSED : "open");
  }

  @Override
  public void raise(Permit permit) {
    write(permit, () -> store().fenced = true);
  }

  @Override
  public void lift(Permit permit, String saved) {
    write(permit, () -> store().fenced = saved.equals(CLOSED));
  }

  @Override
  public void openCounters(Permit permit, String saved) {
    permit.spend();
  }

  @Override
  public List<String> obstacles() {
    return ask(List::of);
  }

  @Override
  public Watch watch() {
    return this;
  }

  @Override
  public String begin(Permit permit) {
    StringBuilder mark = new StringBuilder();
    write(
        permit,
        () -> {
          watching = true;
          gap = false;
          mark.append(store().log.size());
        });
    return mark.toString();
  }

  @Override
  public void resume() {
    watching = true;
    gap = true;
  }

  @Override
  public boolean isAlive() {
    return watching;
  }

  boolean gap() {
    boolean was = watching && !gap;
    gap = true;
    return was;
  }

  @Override
  public Answer silentSince(String mark) {
    return ask(
        () -> {
          int from = mark.isEmpty() ? 0 : Integer.parseInt(mark);
          List<String> log = store().log;
          if (!watching || gap || mark.isEmpty() || from > log.size()) {
            return Answer.no("the watch may have missed something");
          }
          return Answer.noneOf("silent", log.subList(from, log.size()));
        });
  }

  @Override
  public List<String> writesSince(String mark) {
    return ask(
        () -> {
          int from = mark.isEmpty() ? 0 : Integer.parseInt(mark);
          List<String> log = store().log;
          seen = new TreeSet<>(store().ledgers);
          return log.subList(Math.min(from, log.size()), log.size()).stream()
              .filter(write -> write.startsWith("create"))
              .filter(
                  write ->
                      store()
                          .ledgers
                          .contains(Long.parseLong(write.substring(write.lastIndexOf(' ') + 1))))
              .toList();
        });
  }

  /** A copier's writes are guarded by what this process last saw, if it looked. */
  void requireUnchanged() {
    Set<Long> before = seen;
    if (before != null && !store().ledgers.equals(before)) {
      throw new StepException("another writer changed " + kind.title());
    }
    seen = null;
  }

  @Override
  public Mirrors mirrors() {
    return this;
  }

  @Override
  public void start(Permit permit) {
    write(permit, () -> mirroring = true);
    process.mirror();
  }

  @Override
  public void stop() {
    mirroring = false;
  }

  @Override
  public boolean isRunning() {
    return mirroring;
  }

  /** Mirrors the bookies that are registered on the other store. */
  void mirror(FakeSide other) {
    if (!mirroring || !store().up || !other.store().up) {
      return;
    }
    if (kind == StoreKind.ZOOKEEPER && store().guardHolder != process.id()) {
      return;
    }
    store()
        .bookies
        .keySet()
        .removeIf(
            id ->
                !store().bookies.getOrDefault(id, false)
                    && !other.store().bookies.getOrDefault(id, false));
    other
        .store()
        .bookies
        .forEach(
            (id, own) -> {
              if (own) {
                store().bookies.putIfAbsent(id, false);
              }
            });
  }

  @Override
  public Set<String> present() {
    return ask(
        () -> {
          Set<String> present = new TreeSet<>();
          store()
              .bookies
              .forEach(
                  (id, own) -> {
                    if (!own) {
                      present.add(id);
                    }
                  });
          return present;
        });
  }

  @Override
  public void remove(Permit permit, String bookie) {
    write(permit, () -> store().bookies.remove(bookie, false));
  }

  @Override
  public boolean isReplicationDisabled() {
    return ask(() -> store().replicationDisabled);
  }

  @Override
  public void disableReplication(Permit permit) {
    write(permit, () -> store().replicationDisabled = true);
  }

  @Override
  public void enableReplication(Permit permit) {
    write(permit, () -> store().replicationDisabled = false);
  }

  @Override
  public long nextLedgerId() {
    return ask(() -> store().next);
  }

  @Override
  public void raiseNextLedgerId(Permit permit, long atLeast) {
    write(permit, () -> store().next = Math.max(store().next, atLeast));
  }

  @Override
  public int epoch() {
    return ask(() -> store().epoch);
  }

  @Override
  public void recordEpoch(Permit permit, int move, StoreKind authority) {
    write(permit, () -> store().epoch = move);
  }
}
