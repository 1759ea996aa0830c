package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.world.Server;
import io.metamigrate.migrator.cutover.world.SimulatedSettings;
import io.metamigrate.migrator.cutover.world.World;
import io.metamigrate.migrator.restart.Component;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.verifier.store.Store;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Does what a message asks for by name, and nothing else. */
final class Operator {
  private static final Pattern UNNAMED =
      Pattern.compile("bookie (\\w+) [^;]*cutover.bookies does not name it");
  private static final Pattern ON_WRONG_STORE =
      Pattern.compile("bookie (\\w+) is registered in ZooKeeper after the point of no return");
  private static final Pattern BROKER = Pattern.compile("broker ([a-z]\\d?) .{0,120}?stop it");
  private static final Pattern DOWN =
      Pattern.compile(
          "(bookie|broker|autorecovery) (\\w+) is down; start it(?: on (ZooKeeper|etcd))?");
  private static final Pattern LEDGER =
      Pattern.compile("(ZooKeeper|etcd) does not list ledger (\\d+)");

  private static final Pattern COLLECTS = Pattern.compile("Give the bookie that setting");

  private static final Pattern SUSPENDED =
      Pattern.compile("bookie (\\w+) runs with garbage collection suspended; restart it");

  private static final Pattern AUTORECOVERY =
      Pattern.compile("an AutoRecovery runs again; stop it");

  private Operator() {}

  static void repair(World world, String reason) {
    each(UNNAMED, reason, found -> name(world, found.group(1)));
    // Before brokers serve on etcd a rollback needs no suspended collection.
    each(COLLECTS, reason, found -> world.collectionCannotBeSuspended &= !world.servedOnEtcd);
    each(ON_WRONG_STORE, reason, found -> toEtcd(world, found.group(1)));
    each(BROKER, reason, found -> world.stop(new Node(Component.BROKER, found.group(1))));
    each(
        DOWN,
        reason,
        found -> {
          Node node = new Node(component(found.group(1)), found.group(2));
          Server server = world.servers.get(node);
          if (server != null) {
            startOn(world, node, server, found.group(3));
          }
        });
    each(AUTORECOVERY, reason, found -> stopAutoRecovery(world));
    each(SUSPENDED, reason, found -> restart(world, found.group(1)));
    each(
        LEDGER,
        reason,
        found -> {
          Store side = found.group(1).equals("etcd") ? Store.ETCD : Store.ZOOKEEPER;
          long ledger = Long.parseLong(found.group(2));
          // With ZooKeeper lost, from what bookies hold of it.
          if (world.store(side.other()).ledgers.contains(ledger) || world.isZooKeeperLost()) {
            world.store(side).ledgers.add(ledger);
          }
        });
  }

  private static void startOn(World world, Node node, Server server, @Nullable String side) {
    SimulatedSettings settings = server.configured;
    boolean isStoreLost = world.isZooKeeperLost() && settings.store() == Store.ZOOKEEPER;
    if ((side != null || isStoreLost) && server.foreign) {
      Store store = isStoreLost || "etcd".equals(side) ? Store.ETCD : Store.ZOOKEEPER;
      server.configured = new SimulatedSettings(store, settings.collectsGarbage());
    }
    SimulatedSettings running = server.running;
    if (server.unregistered || (running != null && running.store() != server.configured.store())) {
      world.stop(node);
    }
    world.start(node, false);
  }

  private static void stopAutoRecovery(World world) {
    world.servers.keySet().stream()
        .filter(node -> node.component() == Component.AUTORECOVERY)
        .toList()
        .forEach(world::stop);
  }

  /** With its own settings. */
  private static void restart(World world, String bookie) {
    Node node = new Node(Component.BOOKIE, bookie);
    Server server = world.servers.get(node);
    if (server != null) {
      world.stop(node);
      server.configured =
          new SimulatedSettings(server.configured.store(), server.original.collectsGarbage());
      world.start(node, false);
    }
  }

  private static Component component(String label) {
    return switch (label) {
      case "bookie" -> Component.BOOKIE;
      case "broker" -> Component.BROKER;
      default -> Component.AUTORECOVERY;
    };
  }

  private static void name(World world, String bookie) {
    Node node = new Node(Component.BOOKIE, bookie);
    if (world.servers.containsKey(node)) {
      world.file.add(node);
    }
  }

  private static void toEtcd(World world, String bookie) {
    Node node = new Node(Component.BOOKIE, bookie);
    Server server = world.servers.get(node);
    if (server != null) {
      world.stop(node);
      server.configured = new SimulatedSettings(Store.ETCD, true);
      world.start(node, false);
    }
  }

  private static void each(
      Pattern pattern, String reason, java.util.function.Consumer<Matcher> action) {
    Matcher matcher = pattern.matcher(reason);
    while (matcher.find()) {
      action.accept(matcher);
    }
  }
}
