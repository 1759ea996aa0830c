package io.metamigrate.migrator.cutover.world;

import io.metamigrate.migrator.phase.Direction;
import io.metamigrate.migrator.restart.Component;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.verifier.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Knows what must never happen, from the world's own variables alone. It knows no condition, no
 * side, no document.
 */
public final class Checker {
  /** Between the last question and the act that follows it, nobody can notice anything. */
  static final int UNNOTICED_CALLS = 12;

  /** A bookie that died this few calls before another is stopped could not have been noticed. */
  private static final int UNNOTICED_BEFORE_A_STOP = 3;

  /** From the last write of an identity until it was seen on both stores and recorded. */
  static final int CALLS_UNTIL_THE_IDENTITY_IS_SEEN = 6;

  /** A final check is not atomic: what happens behind its back cannot be noticed. */
  private static final int CALLS_OF_A_LOOK = 45;

  /**
   * From the last question about the identity of a store to the end of an undo, which removes it.
   */
  private static final int CALLS_AFTER_THE_IDENTITY_IS_REMOVED = 90;

  /** From the end of the last broker to the act that looks whether one serves. */
  static final int CALLS_UNTIL_THE_OUTAGE_IS_SEEN = 40;

  /** From the last question before the commit to the first start after it. */
  private static final int CALLS_OF_A_COMMIT = 80;

  private final List<String> violations = new ArrayList<>();

  public List<String> violations() {
    return violations;
  }

  private void violation(String text) {
    violations.add(text);
  }

  /** 1: no id is issued twice or below an older one. */
  void idIssued(World world, long id) {
    if (!world.issued.isEmpty() && id <= world.issued.last()) {
      violation("ledger id %d was issued after %d".formatted(id, world.issued.last()));
    }
  }

  /** 2: brokers serve on one store at a time. 4: its store lists every acknowledged ledger. */
  void brokerStarted(World world, Node broker, Store store, boolean byTool, boolean again) {
    if (!byTool) {
      return;
    }
    boolean isFirst = world.store(store).brokers.size() == 1;
    for (Map.Entry<Node, Server> other : world.servers.entrySet()) {
      SimulatedSettings running = other.getValue().running;
      boolean known = world.calls - other.getValue().since > UNNOTICED_CALLS;
      if (other.getKey().component() == Component.BROKER
          && running != null
          && running.store() != store
          && !isUnseen(world, other.getValue())
          && isFirst
          && known) {
        violation(
            "%s was started on %s while %s runs on %s"
                .formatted(broker, store, other.getKey(), running.store()));
      }
    }
    if (store == Store.ETCD && isFirst && !again && world.isHooked() && world.functionsRun) {
      violation("%s was started on %s while other writers run".formatted(broker, store));
    }
    if (store == Store.ETCD && isFirst && world.commitForbidden) {
      violation("%s was started on %s when it was too late for that".formatted(broker, store));
    }
    missing(world, store)
        .forEach(
            id -> {
              long lost = world.lost.getOrDefault(id, 0L);
              boolean shown = lost == 0 || !world.isZooKeeperLost();
              if (shown
                  && world.calls - world.created.getOrDefault(id, 0L) > UNNOTICED_CALLS
                  && (lost <= world.answeredAt || world.calls - lost > CALLS_OF_A_COMMIT)) {
                violation(
                    "%s was started on %s, which does not list ledger %d"
                        .formatted(broker, store, id));
              }
            });
  }

  /** 3: no copy of an acknowledged entry is destroyed below one. */
  void copyDestroyed(World world, long ledger) {
    long lost = world.lost.getOrDefault(ledger, -1L);
    boolean byOperator =
        lost >= world.calls - UNNOTICED_CALLS || (lost >= 0 && lost >= world.listedAt);
    boolean needed =
        world.live.contains(ledger)
            && !world.excused.contains(ledger)
            && !world.createdEarlyOnEtcd.contains(ledger)
            && !byOperator;
    if (needed && world.copies.getOrDefault(ledger, new TreeSet<>()).isEmpty()) {
      violation("the last copy of ledger " + ledger + " was destroyed");
    }
  }

  /** While brokers of the cluster serve, one bookie at a time may be down. */
  public void bookieIsStopped(World world, Node bookie) {
    Server stopped = world.servers.get(bookie);
    if (stopped == null || !stopped.isAlive() || stopped.unregistered) {
      // Nobody uses it.
      return;
    }
    boolean served =
        world.servers.entrySet().stream()
            .anyMatch(
                other ->
                    other.getKey().component() == Component.BROKER
                        && other.getValue().isAlive()
                        && !other.getValue().foreign);
    for (Map.Entry<Node, Server> other : world.servers.entrySet()) {
      boolean known = world.calls - other.getValue().died > UNNOTICED_BEFORE_A_STOP;
      if (served
          && other.getKey().component() == Component.BOOKIE
          && !other.getKey().equals(bookie)
          && !world.namedAsLost.contains(other.getKey().id())
          && !other.getValue().isAlive()
          && known) {
        violation("%s was stopped while %s is down".formatted(bookie, other.getKey()));
      }
    }
  }

  /** A command that stops leaves no broker that it started on another store than the others. */
  public void stopped(World world) {
    world.servers.forEach(
        (node, server) -> {
          SimulatedSettings running = server.running;
          boolean isOther =
              running != null
                  && server.overwritten
                  && node.component() == Component.BROKER
                  && !world.store(running.store().other()).brokers.isEmpty();
          if (isOther) {
            violation("stopped while %s runs on the other store".formatted(node));
          }
        });
  }

  /** 7: a process without the lock does at most one more act. */
  void actWithoutLock(int count) {
    if (count > 1) {
      violation("a process without the lock did " + count + " acts");
    }
  }

  /** 8: nothing is written to a store of another owner. */
  void wroteTo(World world, Store store) {
    if (world.store(store).era > 0 && world.calls - world.exchangedAt > UNNOTICED_CALLS) {
      violation("the tool wrote to a foreign " + store.title());
    }
  }

  /** 5, 6, 9: "done" on a store means that every node is truly there. */
  public void done(World world, Store store, boolean gcRequired) {
    int brokers = 0;
    for (Map.Entry<Node, Server> entry : world.servers.entrySet()) {
      Server server = entry.getValue();
      SimulatedSettings running = server.running;
      Node node = entry.getKey();
      if (world.namedAsLost.contains(node.id())) {
        continue;
      }
      boolean isNew = server.since + CALLS_OF_A_LOOK > world.calls && server.foreign;
      if (isNew || isUnseen(world, server)) {
        continue;
      }
      if (running == null) {
        if (!server.foreign && world.calls - server.died > CALLS_OF_A_LOOK) {
          violation("done, but %s is down".formatted(node));
        }
      } else if (running.store() != store) {
        violation("done on %s, but %s runs on %s".formatted(store, node, running.store()));
      } else if (server.unregistered && world.calls - server.died > CALLS_OF_A_LOOK) {
        violation("done, but %s is not registered".formatted(node));
      } else if (gcRequired
          && node.component() == Component.BOOKIE
          && !server.foreign
          && running.collectsGarbage() != server.original.collectsGarbage()) {
        violation("done, but %s runs without garbage collection".formatted(node));
      }
      brokers += running != null && node.component() == Component.BROKER ? 1 : 0;
    }
    if (brokers == 0) {
      violation("done on " + store + ", but no broker serves");
    }
    boolean isGone = store == Store.ETCD && world.isEtcdLost();
    for (long id : isGone ? List.<Long>of() : missing(world, store)) {
      if (world.calls - world.lost.getOrDefault(id, 0L) > CALLS_OF_A_LOOK) {
        violation("done on %s, which does not list ledger %d".formatted(store, id));
      }
    }
    boolean mirrors =
        world.zookeeper.bookies.containsValue(false) || world.etcd.bookies.containsValue(false);
    if (mirrors && !world.isHopeless()) {
      violation("done, but a mirror remains");
    }
    if (!world.functionsRun) {
      violation(
          "done on %s, but what the operator's command stopped does not run".formatted(store));
    }
    if (world.store(store).replicationDisabled) {
      violation("done on %s, but replication is disabled".formatted(store));
    }
    Direction direction = store == Store.ETCD ? Direction.NONE : Direction.ZK_TO_ETCD;
    if (world.direction != direction && !world.isEtcdLost() && !world.leftEtcd) {
      violation("done on %s, but the direction is %s".formatted(store, world.direction));
    }
    boolean fenced = world.isFenced(world.zookeeper);
    boolean fencedAsSaid = world.isZooKeeperLost() || fenced == (store == Store.ETCD);
    if (!fencedAsSaid
        && !world.isHooked()
        && world.calls - world.fenceChangedAt > CALLS_OF_A_LOOK) {
      violation("done on %s, but the fence on ZooKeeper is %s".formatted(store, fenced));
    }
    if (world.zookeeper.era > 0
        && world.calls - world.exchangedAt > CALLS_AFTER_THE_IDENTITY_IS_REMOVED) {
      violation("done on another ZooKeeper");
    }
  }

  /** 10: after an undo nothing of the operator's differs. */
  public void undone(World world, Store store) {
    world.servers.forEach(
        (node, server) -> {
          boolean asBefore =
              store == Store.ETCD
                  || server.foreign
                  || world.namedAsLost.contains(node.id())
                  || server.configured.equals(server.original);
          if (!asBefore) {
            violation("undone, but %s is configured with %s".formatted(node, server.configured));
          }
        });
    if (world.store(store).replicationDisabled) {
      violation("undone, but replication is disabled");
    }
    if (store == Store.ZOOKEEPER && world.zookeeper.guarded) {
      violation("undone, but the tool's own node remains");
    }
  }

  /** One that others started on a store that was lost: nothing shows it. */
  private static boolean isUnseen(World world, Server server) {
    SimulatedSettings running = server.running;
    return server.foreign
        && running != null
        && (world.isLost(running.store()) || (world.leftEtcd && running.store() == Store.ETCD));
  }

  /** Whether the cluster serves there. */
  public boolean serves(World world, Store store) {
    return !world.store(store).brokers.isEmpty() && !world.store(store).bookies.isEmpty();
  }

  private static SortedSet<Long> missing(World world, Store store) {
    SortedSet<Long> missing = new TreeSet<>(world.live);
    missing.removeAll(world.store(store).ledgers);
    missing.removeAll(world.excused);
    missing.removeAll(world.createdEarlyOnEtcd);
    return missing;
  }
}
