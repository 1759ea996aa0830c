package io.metamigrate.migrator.switchover.world;

import io.metamigrate.migrator.switchover.engine.Permit;
import io.metamigrate.migrator.switchover.side.Copier;
import io.metamigrate.migrator.switchover.side.Direction;
import io.metamigrate.migrator.switchover.side.StoreKind;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** Copies ledgers, references and cookies. */
final class FakeCopier implements Copier {
  private final FakeProcess process;
  private final World world;

  FakeCopier(FakeProcess process, World world) {
    this.process = process;
    this.world = world;
  }

  @Override
  public Direction direction() {
    return askBoth(() -> world.direction);
  }

  @Override
  public void changeDirection(Permit permit, Direction direction) {
    permit.spend();
    process.write(StoreKind.ETCD, () -> world.direction = direction);
  }

  @Override
  public void follow(Permit permit) {
    permit.spend();
  }

  @Override
  public List<String> obstacles(StoreKind from) {
    return List.of();
  }

  @Override
  public boolean isSameCookie(String bookie) {
    return true;
  }

  @Override
  public void copyCookieBack(Permit permit, String bookie) {
    permit.spend();
  }

  @Override
  public void apply(Permit permit, StoreKind from) {
    permit.spend();
    StoreState source = world.store(from);
    StoreKind to = other(from);
    StoreState target = world.store(to);
    Direction needed = from == StoreKind.ZOOKEEPER ? Direction.ZK_TO_ETCD : Direction.ETCD_TO_ZK;
    process.write(
        to,
        () -> {
          process.requireUp(from);
          process.side(to).requireUnchanged();
          if (world.direction == needed) {
            process.side(to).requireWriter();
            target.ledgers.clear();
            target.ledgers.addAll(source.ledgers);
            target.references.clear();
            target.references.addAll(source.references);
            target.cookies.clear();
            target.cookies.addAll(source.cookies);
          }
        });
  }

  @Override
  public List<String> differences(StoreKind from) {
    return askBoth(
        () -> {
          StoreState source = world.store(from);
          StoreState target = world.store(other(from));
          List<String> found = new ArrayList<>();
          compare(found, "ledgers", source.ledgers, target.ledgers);
          compare(found, "references", source.references, target.references);
          compare(found, "cookies", source.cookies, target.cookies);
          return found;
        });
  }

  private static void compare(
      List<String> found, String what, SortedSet<?> source, SortedSet<?> target) {
    if (!source.equals(target)) {
      found.add("%s: %s and %s".formatted(what, source, target));
    }
  }

  @Override
  public List<String> brokenReferences(StoreKind store) {
    return process.ask(
        () -> {
          process.requireUp(store);
          SortedSet<Long> broken = new TreeSet<>(world.store(store).references);
          broken.removeAll(world.store(store).ledgers);
          return broken.stream()
              .map(id -> "ledger %d is needed by a topic and missing".formatted(id))
              .toList();
        });
  }

  private <T> T askBoth(java.util.function.Supplier<T> question) {
    return process.ask(
        () -> {
          process.requireUp(StoreKind.ZOOKEEPER);
          process.requireUp(StoreKind.ETCD);
          return question.get();
        });
  }

  private static StoreKind other(StoreKind store) {
    return store == StoreKind.ZOOKEEPER ? StoreKind.ETCD : StoreKind.ZOOKEEPER;
  }
}
