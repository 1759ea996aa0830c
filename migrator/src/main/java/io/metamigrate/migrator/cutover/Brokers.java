package io.metamigrate.migrator.cutover;

import static java.util.stream.Collectors.joining;

import io.metamigrate.migrator.config.BrokerConfig;
import io.metamigrate.migrator.cutover.fence.Registrations;
import io.metamigrate.migrator.pulsar.BrokerHealth;
import io.metamigrate.migrator.restart.Component;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.migrator.restart.NodeState;
import io.metamigrate.migrator.restart.StepOutcome;
import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.store.EtcdEntry;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.StoreException;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Znode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Stops and starts brokers; never some on one store while others are on the other. */
final class Brokers {
  private static final List<ZkPath> LEADERS =
      List.of(new ZkPath("/loadbalance/leader"), new ZkPath("/loadbalance/extension/leader"));

  private final LockedDriver lockedDriver;
  private final Registrations registrations;
  private final SettingsOverlays overlays;
  private final BrokerHealth health;
  private final List<BrokerConfig> brokers;

  Brokers(
      LockedDriver lockedDriver,
      Registrations registrations,
      SettingsOverlays overlays,
      BrokerHealth health,
      List<BrokerConfig> brokers) {
    this.lockedDriver = lockedDriver;
    this.registrations = registrations;
    this.overlays = overlays;
    this.health = health;
    this.brokers = brokers;
  }

  List<Node> nodes() {
    return brokers.stream()
        .map(broker -> new Node(Component.BROKER, broker.id(), broker.node()))
        .toList();
  }

  /**
   * Stops all; done when none is registered on either side and none answers.
   *
   * @param stopped runs once the driver has stopped those of the file
   */
  String stopAll(Deadline deadline, Runnable stopped) {
    lockedDriver.each(deadline, "stop of the brokers", leaderLast(nodes()), lockedDriver::stop);
    stopped.run();
    return deadline.until("end of the brokers", this::none);
  }

  /**
   * Those of the file that are registered on etcd.
   *
   * @throws StoreException if etcd does not answer
   */
  List<Node> onEtcd() {
    return nodes().stream().filter(broker -> isRegistered(broker, Store.ETCD)).toList();
  }

  /** None registered, none answering, and none running by the driver's probe. */
  StepOutcome none() {
    List<String> registered = new ArrayList<>(registrations.brokersOnZooKeeper());
    if (!registered.isEmpty()) {
      return StepOutcome.notYet(
          "registered in ZooKeeper: " + BrokerRemoval.describe(registered, registrations));
    }
    List<EtcdEntry> onEtcd = registrations.brokersOnEtcd();
    if (!onEtcd.isEmpty()) {
      return StepOutcome.notYet("registered on etcd: " + onEtcd.get(0).path());
    }
    return brokers.stream()
        .filter(health::answers)
        .findFirst()
        .map(broker -> StepOutcome.notYet("broker " + broker.id() + " still answers"))
        .orElseGet(this::noneRuns);
  }

  /** A broker that lost its registration and closed its port may still write. */
  private StepOutcome noneRuns() {
    List<String> notVerifiable = new ArrayList<>();
    for (Node broker : nodes()) {
      StepOutcome stopped = lockedDriver.driver().probe(broker, NodeState.STOPPED);
      if (stopped.isDone()) {
        continue;
      }
      if (lockedDriver.driver().probe(broker, NodeState.RUNNING).isDone()) {
        return StepOutcome.notYet(broker + " still runs, according to the driver's probe");
      }
      if (lockedDriver.driver().canProbe(broker)) {
        return StepOutcome.notYet(
            "whether %s still runs is not known: %s. If its machine is permanently lost, make the driver's probe report it as stopped"
                .formatted(broker, stopped.text()));
      }
      notVerifiable.add(broker.id());
    }
    return StepOutcome.done(
        "no broker is registered and none answers"
            + (notVerifiable.isEmpty()
                ? ", none runs according to the driver's probe"
                : "; not checked: the driver cannot probe " + String.join(", ", notVerifiable)));
  }

  /**
   * Starts these on that side, and waits until each is healthy. One that is already is left alone;
   * one that an earlier process left half way is stopped first.
   */
  String start(List<Node> some, Store side, Deadline deadline) {
    return startFirst(some, some, side, deadline, () -> {});
  }

  /**
   * The same if nothing serves on either store yet.
   *
   * @param configured those that are stopped and configured first, the ones that start included: a
   *     supervisor that restarts one of them afterwards starts it on that side
   * @param asked right before the first start, once those that start are stopped and configured;
   *     throws if a condition fails
   */
  String startFirst(
      List<Node> some, List<Node> configured, Store side, Deadline deadline, Runnable asked) {
    List<Node> missing = missing(some, side);
    List<Node> settled = missing(configured, side);
    lockedDriver.each(deadline, "stop of the brokers", settled, lockedDriver::stop);
    lockedDriver.each(
        deadline,
        "settings of the brokers",
        settled,
        broker ->
            lockedDriver.configure(
                broker, overlays.of(broker, side, GarbageCollection.ENABLED).settings()));
    asked.run();
    lockedDriver.each(deadline, "start of the brokers", missing, lockedDriver::start);
    lockedDriver.each(
        deadline,
        "brokers healthy on " + side.title(),
        some,
        broker ->
            isRegistered(broker, side.other())
                ? Bookies.cameUpOn(broker, side.other())
                : healthy(broker, side));
    return some.stream().map(Node::toString).collect(joining(", ")) + " healthy on " + side.title();
  }

  private List<Node> missing(List<Node> some, Store side) {
    return some.stream().filter(broker -> !healthy(broker, side).isDone()).toList();
  }

  /** Registered on that side, and healthy by its own check. */
  StepOutcome healthy(Node broker, Store side) {
    return isRegistered(broker, side)
        ? health.healthy(config(broker))
        : StepOutcome.notYet(
            broker
                + " is not registered on "
                + side.title()
                + (side == Store.ZOOKEEPER
                        && registrations.brokersWithoutSession().contains(broker.id())
                    ? ", where its znode is; " + BrokerRemoval.remedy(broker.id())
                    : ""));
  }

  private boolean isRegistered(Node broker, Store side) {
    return side == Store.ETCD
        ? registrations.brokersOnEtcd().stream()
            .anyMatch(key -> key.path().name().equals(broker.id()))
        : registrations
            .znode(Catalogue.BROKERS.child(broker.id()))
            .filter(Znode::isEphemeral)
            .isPresent();
  }

  private BrokerConfig config(Node node) {
    return brokers.stream()
        .filter(broker -> broker.id().equals(node.id()))
        .findFirst()
        .orElseThrow();
  }

  /** The leader last, so that leadership does not pass to a broker that is about to stop. */
  private List<Node> leaderLast(List<Node> nodes) {
    Optional<String> leader =
        LEADERS.stream()
            .flatMap(path -> registrations.znode(path).stream())
            .map(znode -> new String(znode.data().bytes(), StandardCharsets.UTF_8))
            .findFirst();
    List<Node> ordered = new ArrayList<>(nodes);
    ordered.sort(
        Comparator.comparing(node -> leader.filter(text -> text.contains(node.id())).isPresent()));
    return ordered;
  }
}
