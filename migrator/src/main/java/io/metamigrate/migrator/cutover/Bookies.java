package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.fence.Registrations;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.migrator.restart.StepOutcome;
import io.metamigrate.verifier.decode.BookieServiceInfoValue;
import io.metamigrate.verifier.store.EtcdEntry;
import io.metamigrate.verifier.store.NodeData;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.Znode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Moves bookies. In both directions: a bookie starts only when neither store has its registration,
 * since a bookie that finds a stale registration at startup keeps running but never registers; and
 * it counts as up only by its registration, held by its own lease or session.
 */
final class Bookies {
  /** Nothing is to be done between stop and start. */
  static final Consumer<Node> NOTHING = bookie -> {};

  private static final int CONNECT_MILLIS = 1_000;

  /** What a restarted bookie must reach. */
  enum RequiredState {
    /** It takes entries: a move that is not committed needs that. */
    WRITABLE,
    /** Its data are there: what undoes a move, or comes after its commit, needs no more. */
    PRESENT
  }

  private final LockedDriver lockedDriver;
  private final Registrations registrations;
  private final SettingsOverlays overlays;
  private final BookieDataCheck data;
  private final RunningBookieConfig running;
  private final List<Node> all;

  /**
   * @param data whether a restart left a bookie what it had
   * @param all every bookie of the move
   */
  Bookies(
      LockedDriver lockedDriver,
      Registrations registrations,
      SettingsOverlays overlays,
      BookieDataCheck data,
      RunningBookieConfig running,
      List<Node> all) {
    this.lockedDriver = lockedDriver;
    this.running = running;
    this.registrations = registrations;
    this.overlays = overlays;
    this.data = data;
    this.all = all;
  }

  /**
   * Restarts bookies on that side; a single one is stopped only while every other one is up. Of
   * several the first goes alone, so that a restart that loses data is found before it has happened
   * to all of them; the others follow at once. If each has been restarted before in this move, all
   * go at once.
   *
   * @param needed what each must be in the end, and the others while one is stopped
   * @param mirrored whether one on etcd must show in ZooKeeper too
   * @param stopped receives each bookie between its stop and its start
   */
  String restart(
      List<Node> bookies,
      Store side,
      GarbageCollection collection,
      RequiredState needed,
      boolean mirrored,
      Consumer<Node> stopped,
      Deadline deadline) {
    for (List<Node> some : groups(bookies)) {
      restart(
          some,
          side,
          collection,
          needed,
          mirrored,
          stopped,
          deadline,
          bookies.size() == 1 ? bookie -> stopAlone(bookie, needed) : lockedDriver::stop);
    }
    return "%s registered%s on %s"
        .formatted(
            names(bookies), needed == RequiredState.PRESENT ? "" : " and writable", side.title());
  }

  /** One alone first, unless each has kept its data over a restart of this move already. */
  private List<List<Node>> groups(List<Node> bookies) {
    return bookies.size() == 1 || bookies.stream().allMatch(data::hasKeptItsData)
        ? List.of(bookies)
        : List.of(bookies.subList(0, 1), bookies.subList(1, bookies.size()));
  }

  private void restart(
      List<Node> bookies,
      Store side,
      GarbageCollection collection,
      RequiredState needed,
      boolean mirrored,
      Consumer<Node> stopped,
      Deadline deadline,
      Function<Node, StepOutcome> stop) {
    recordData(bookies, side);
    lockedDriver.each(deadline, "stop of " + names(bookies), bookies, stop);
    lockedDriver.each(
        deadline, "end of the registration of " + names(bookies), bookies, this::unregistered);
    bookies.forEach(stopped);
    lockedDriver.each(
        deadline,
        "settings of " + names(bookies),
        bookies,
        bookie -> lockedDriver.configure(bookie, overlays.of(bookie, side, collection).settings()));
    lockedDriver.each(deadline, "start of " + names(bookies), bookies, lockedDriver::start);
    lockedDriver.each(
        deadline,
        names(bookies) + " up on " + side.title(),
        bookies,
        bookie ->
            onTheOther(bookie, side)
                .orElseGet(
                    () ->
                        needed == RequiredState.PRESENT
                            ? present(bookie, side)
                            : up(bookie, side, mirrored)));
    if (collection == GarbageCollection.SUSPENDED) {
      lockedDriver.each(
          deadline,
          "suspended garbage collection of " + names(bookies),
          bookies,
          bookie -> running.suspended(bookie, side));
    }
    requireData(bookies, side, collection, deadline);
  }

  /** Fails if the bookie came up on the other store: it did not receive its settings. */
  private Optional<StepOutcome> onTheOther(Node bookie, Store side) {
    boolean there =
        side == Store.ETCD
            ? isOwnInZooKeeper(bookie)
            : registrations.onEtcd(bookie.id()).stream().anyMatch(EtcdEntry::isLeased);
    return there ? Optional.of(cameUpOn(bookie, side.other())) : Optional.empty();
  }

  private boolean isOwnInZooKeeper(Node bookie) {
    return registrations.onZooKeeper(bookie.id()).stream().anyMatch(Znode::isEphemeral);
  }

  static StepOutcome cameUpOn(Node node, Store where) {
    return StepOutcome.failed(
        "%s came up on %s, so its configure command succeeded without giving it the settings; fix that command, then run the same command again"
            .formatted(node, where.title()));
  }

  /** Records what these bookies have, which are to be restarted on that side. */
  void recordData(List<Node> bookies, Store side) {
    bookies.forEach(bookie -> data.record(bookie, side));
  }

  /** Waits until these bookies, which are up on that side, have shown that they kept their data. */
  void requireData(
      List<Node> bookies, Store side, GarbageCollection collection, Deadline deadline) {
    lockedDriver.each(
        deadline,
        "data of " + names(bookies),
        bookies,
        bookie -> data.same(bookie, side, collection));
  }

  RunningBookieConfig running() {
    return running;
  }

  /** Asked right before the stop. */
  private StepOutcome stopAlone(Node bookie, RequiredState needed) {
    StepOutcome others = othersUp(bookie, needed);
    return others.isDone() ? lockedDriver.stop(bookie) : others;
  }

  /** Whether every other one is up, so that this one may go down; one that is down already may. */
  StepOutcome othersUp(Node bookie, RequiredState needed) {
    if (isUpSomewhere(bookie, needed)) {
      for (Node other : all) {
        if (!other.equals(bookie) && !isUpSomewhere(other, needed)) {
          return StepOutcome.notYet(
              "%s is down, so %s is not stopped. Start %s; its settings are in place. If it is permanently lost, add `--lost-bookie %s`. On etcd: %s; on ZooKeeper: %s"
                  .formatted(
                      other,
                      bookie,
                      other,
                      other.id(),
                      describe(up(other, Store.ETCD, false)),
                      describe(up(other, Store.ZOOKEEPER, false))));
        }
      }
    }
    return StepOutcome.done("every other bookie is up");
  }

  /** On either store. If etcd is permanently lost, a bookie on it shows by its port alone. */
  boolean isUpSomewhere(Node bookie, RequiredState needed) {
    if (!registrations.hasEtcd() && !isOwnInZooKeeper(bookie)) {
      return answers(bookie);
    }
    return needed == RequiredState.PRESENT
        ? present(bookie, Store.ETCD).isDone() || present(bookie, Store.ZOOKEEPER).isDone()
        : up(bookie, Store.ETCD, false).isDone() || up(bookie, Store.ZOOKEEPER, false).isDone();
  }

  private static String describe(StepOutcome outcome) {
    return outcome instanceof StepOutcome.NotYet notYet
        ? notYet.reason()
        : outcome instanceof StepOutcome.Failed failed ? failed.cause() : "it is up";
  }

  /** Neither store has it, under its own name or as a mirror. */
  StepOutcome unregistered(Node bookie) {
    List<EtcdEntry> keys = registrations.onEtcd(bookie.id());
    if (!keys.isEmpty()) {
      return StepOutcome.notYet("etcd still has " + keys.get(0).path());
    }
    List<Znode> znodes = registrations.onZooKeeper(bookie.id());
    return znodes.isEmpty()
        ? StepOutcome.done("neither store has a registration of " + bookie)
        : StepOutcome.notYet("ZooKeeper still has " + znodes.get(0).path());
  }

  /** Registered by its own lease or session, writable, and its port is open. */
  StepOutcome up(Node bookie, Store side, boolean mirrored) {
    return side == Store.ETCD ? upOnEtcd(bookie, mirrored) : upOnZooKeeper(bookie);
  }

  /** The same, but one that takes no more entries counts: its data are there. */
  StepOutcome present(Node bookie, Store side) {
    if (side == Store.ETCD) {
      List<EtcdEntry> keys = registrations.onEtcd(bookie.id());
      return notLeased(keys, bookie)
          .orElseGet(
              () ->
                  keys.isEmpty()
                      ? StepOutcome.notYet(bookie + " has no key with a lease on etcd")
                      : port(bookie, keys.get(0).data()));
    }
    List<Znode> znodes = registrations.onZooKeeper(bookie.id());
    return foreignRegistration(znodes)
        .orElseGet(
            () ->
                znodes.isEmpty()
                    ? StepOutcome.notYet(bookie + " is not registered in ZooKeeper")
                    : port(bookie, znodes.get(0).data()));
  }

  /**
   * Whether it listens, at the address of its registration or mirror in ZooKeeper, or at its id.
   */
  static boolean answers(Node bookie, Registrations registrations) {
    NodeData registration =
        registrations.onZooKeeper(bookie.id()).stream()
            .findFirst()
            .map(Znode::data)
            .orElse(NodeData.EMPTY);
    return port(bookie, registration).isDone();
  }

  /** The same, as this move sees it. */
  boolean answers(Node bookie) {
    return answers(bookie, registrations);
  }

  private static Optional<StepOutcome> notLeased(List<EtcdEntry> keys, Node bookie) {
    return keys.stream()
        .filter(key -> !key.isLeased())
        .findFirst()
        .map(
            key ->
                StepOutcome.failed(
                    "etcd key %s has no lease, so %s can never register; delete it and restart the bookie"
                        .formatted(key.path(), bookie)));
  }

  private static Optional<StepOutcome> foreignRegistration(List<Znode> znodes) {
    return znodes.stream()
        .filter(znode -> !znode.isEphemeral())
        .findFirst()
        .map(
            znode ->
                StepOutcome.notYet("znode " + znode.path() + " is a mirror, not the bookie's own"));
  }

  private StepOutcome upOnEtcd(Node bookie, boolean mirrored) {
    List<EtcdEntry> keys = registrations.onEtcd(bookie.id());
    Optional<StepOutcome> unleased = notLeased(keys, bookie);
    if (unleased.isPresent()) {
      return unleased.get();
    }
    Optional<EtcdEntry> writable = at(keys, bookie);
    if (writable.isEmpty()) {
      return StepOutcome.notYet(
          keys.isEmpty()
              ? bookie + " has no key with a lease on etcd"
              : bookie + " is read-only on etcd");
    }
    if (mirrored && registrations.znode(Registrations.writable(bookie.id())).isEmpty()) {
      return StepOutcome.notYet(bookie + " is not visible in ZooKeeper yet");
    }
    return port(bookie, writable.get().data());
  }

  private StepOutcome upOnZooKeeper(Node bookie) {
    List<Znode> znodes = registrations.onZooKeeper(bookie.id());
    Optional<StepOutcome> mirror = foreignRegistration(znodes);
    if (mirror.isPresent()) {
      return mirror.get();
    }
    Optional<Znode> writable =
        znodes.stream()
            .filter(znode -> znode.path().equals(Registrations.writable(bookie.id())))
            .findFirst();
    if (writable.isEmpty()) {
      return StepOutcome.notYet(
          znodes.isEmpty()
              ? bookie + " is not registered in ZooKeeper"
              : bookie + " is read-only in ZooKeeper");
    }
    return port(bookie, writable.get().data());
  }

  private static Optional<EtcdEntry> at(List<EtcdEntry> keys, Node bookie) {
    return keys.stream()
        .filter(key -> key.path().equals(Registrations.writable(bookie.id())))
        .findFirst();
  }

  /**
   * The address from the registration; bookies before BookKeeper 4.11 leave it empty (BP-38), then
   * that of the id.
   */
  static StepOutcome port(Node bookie, NodeData registration) {
    Optional<InetSocketAddress> address =
        BookieServiceInfoValue.decode(registration.bytes())
            .decoded()
            .flatMap(
                info ->
                    info.endpoints().stream()
                        .filter(endpoint -> endpoint.protocol().startsWith("bookie"))
                        .findFirst())
            .map(endpoint -> new InetSocketAddress(endpoint.host(), endpoint.port()))
            .or(
                () ->
                    bookie
                        .port()
                        .map(
                            port ->
                                new InetSocketAddress(
                                    bookie.id().substring(0, bookie.id().lastIndexOf(':')),
                                    Integer.parseInt(port))));
    if (address.isEmpty()) {
      return StepOutcome.notYet(
          bookie
              + " is registered without an address, and its id is not an address either, so it"
              + " cannot be contacted");
    }
    if (address.get().isUnresolved()) {
      return StepOutcome.notYet(
          "%s is registered, but its address %s cannot be resolved from here; make the name known to this host"
              .formatted(bookie, address.get().getHostString()));
    }
    try (Socket socket = new Socket()) {
      socket.connect(address.get(), CONNECT_MILLIS);
      return StepOutcome.done(bookie + " is registered, writable, and its port is open");
    } catch (ConnectException e) {
      return StepOutcome.notYet(bookie + " is registered, but nothing listens at " + address.get());
    } catch (IOException e) {
      return StepOutcome.notYet(
          bookie + " is registered, but " + address.get() + ": " + e.getMessage());
    }
  }

  private static String names(List<Node> nodes) {
    return nodes.size() == 1 ? nodes.get(0).toString() : nodes.size() + " bookies";
  }
}
