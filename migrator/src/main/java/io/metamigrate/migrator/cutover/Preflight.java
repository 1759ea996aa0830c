package io.metamigrate.migrator.cutover;

import static java.util.stream.Collectors.joining;

import io.metamigrate.migrator.config.BookieConfig;
import io.metamigrate.migrator.config.BrokerConfig;
import io.metamigrate.migrator.config.CutoverConfig;
import io.metamigrate.migrator.cutover.fence.Registrations;
import io.metamigrate.migrator.pulsar.BookieHttpClient;
import io.metamigrate.migrator.pulsar.BrokerHealth;
import io.metamigrate.migrator.restart.Component;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.migrator.restart.Obstacle;
import io.metamigrate.migrator.restart.RestartDriver;
import io.metamigrate.migrator.restart.StepOutcome;
import io.metamigrate.verifier.store.EtcdReader;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.ZkPath;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The blockers of a cutover, found without changing anything. */
final class Preflight {
  private final CutoverConfig config;
  private final Registrations registrations;
  private final SettingsOverlays overlays;
  private final RestartDriver driver;
  private final BrokerHealth health;
  private final EtcdReader keys;
  private final List<String> warnings = new ArrayList<>();
  private final BegunMove begun;

  /**
   * What a cutover that is under way has changed already.
   *
   * @param lost bookies that are permanently lost
   * @param moved bookies that may be on etcd
   * @param brokersStopped whether brokers may be stopped
   */
  record BegunMove(Set<String> lost, Set<String> moved, boolean brokersStopped) {
    BegunMove {
      lost = Set.copyOf(lost);
      moved = Set.copyOf(moved);
    }

    /** Those that still run as the operator made them. */
    List<Node> untouched(List<Node> nodes) {
      return nodes.stream()
          .filter(node -> !moved.contains(node.id()))
          .filter(node -> !brokersStopped || node.component() != Component.BROKER)
          .toList();
    }
  }

  Preflight(
      CutoverConfig config,
      Registrations registrations,
      SettingsOverlays overlays,
      RestartDriver driver,
      BrokerHealth health,
      EtcdReader keys,
      BegunMove begun) {
    this.config = config;
    this.registrations = registrations;
    this.overlays = overlays;
    this.driver = driver;
    this.health = health;
    this.keys = keys;
    this.begun = begun;
  }

  /** Every obstacle as a line; none means ready. */
  List<String> obstacles() {
    List<String> found = new ArrayList<>();
    bookies(found);
    brokers(found);
    settings(found);
    unverifiable(found);
    addresses();
    sessions();
    List<Obstacle> ofDriver = driver.check(CutoverPlan.Nodes.all(config));
    unmatched(ofDriver);
    for (Obstacle obstacle : ofDriver) {
      if (isAccepted(obstacle)) {
        warnings.add("accepted as " + obstacle.acceptAs().orElse("") + ": " + obstacle);
      } else if (obstacle.blocks()) {
        found.add(obstacle.toString());
      } else {
        warnings.add(obstacle.toString());
      }
    }
    return found;
  }

  /** What the operator has to know and what was accepted by name; complete after the obstacles. */
  List<String> warnings() {
    return List.copyOf(warnings);
  }

  /** What a rollback would have to guess. */
  private void addresses() {
    OwnSettings own = new OwnSettings(config, registrations, health, driver);
    begun.untouched(CutoverPlan.Nodes.all(config)).stream()
        .filter(node -> node.component() != Component.FUNCTION_WORKER)
        .forEach(node -> own.unknown(node).ifPresent(warnings::add));
  }

  /**
   * A broker on etcd that pauses past its session is never registered again, nor is a bookie (seen
   * on 3.0.7).
   */
  private void sessions() {
    List<String> alone =
        CutoverPlan.Nodes.brokers(config).stream()
            .filter(broker -> !driver.startsAgain(broker))
            .map(Node::id)
            .toList();
    if (!alone.isEmpty()) {
      warnings.add(
          "brokers %s: on etcd a broker that pauses past its session time-out keeps running but is never registered again. If a supervisor restarts them, set %s=shutdown on them after the move"
              .formatted(String.join(", ", alone), EtcdComponentSettings.SESSION_POLICY));
    }
  }

  /** A name that the driver does not know, or what has been repaired since. */
  private void unmatched(List<Obstacle> found) {
    config.accept().stream()
        .filter(AcceptedConditions::isOfDeployment)
        .filter(entry -> found.stream().noneMatch(one -> one.acceptAs().equals(Optional.of(entry))))
        .map(
            entry ->
                "cutover.accept: \"%s\" matches nothing that was found this time; correct its name, or leave it out"
                    .formatted(entry))
        .forEach(warnings::add);
  }

  private boolean isAccepted(Obstacle obstacle) {
    return obstacle.acceptAs().filter(config.accept()::contains).isPresent();
  }

  /** Without its HTTP server only the cookie shows that a bookie kept its data over a restart. */
  private void unverifiable(List<String> found) {
    BookieAddresses web = new BookieAddresses(config, registrations);
    SortedMap<String, String> silent = new TreeMap<>();
    for (BookieConfig bookie : config.bookies()) {
      BookieHttpClient.entryLogs(web.address(bookie.id()))
          .silence()
          .ifPresent(why -> silent.put(bookie.id(), why));
    }
    List<String> names = silent.keySet().stream().map(Preflight::acceptName).toList();
    silent.forEach(
        (bookie, why) -> {
          String line =
              "not verifiable: whether bookie %s keeps its entry logs in a restart: %s"
                  .formatted(bookie, why);
          if (config.accept().contains(acceptName(bookie))) {
            warnings.add("accepted as " + acceptName(bookie) + ": " + line);
          } else {
            found.add(
                "%s; start it with httpServerEnabled=true and httpServerPort=8000 (if it does not register that address, add cutover.bookies: [{id: \"%s\", adminUrl: \"http://HOST:8000\"}]), or accept it by name with cutover.accept: [%s]"
                    .formatted(
                        line,
                        bookie,
                        names.stream().map(name -> '"' + name + '"').collect(joining(", "))));
          }
        });
  }

  private static String acceptName(String bookie) {
    return BookieDataCheck.NOT_VERIFIABLE + ":" + bookie;
  }

  /**
   * A bookie that is forgotten stays on ZooKeeper and deletes every ledger made on etcd
   * (ScanAndCompareGarbageCollector).
   */
  private void bookies(List<String> found) {
    List<String> configured = config.bookies().stream().map(BookieConfig::id).toList();
    List<String> cookies = registrations.cookies();
    for (String cookie : cookies) {
      if (!configured.contains(cookie) && !begun.lost().contains(cookie)) {
        found.add(
            "bookie %s has a cookie, but is not in cutover.bookies; add it, or, if it was decommissioned, delete its cookie: %s"
                .formatted(
                    cookie,
                    CookieRemoval.command(overlays.version(), Store.ZOOKEEPER).formatted(cookie)));
      }
    }
    Set<ZkPath> znodes = registrations.bookiesOnZooKeeper().keySet();
    Set<String> registered = new HashSet<>();
    znodes.forEach(path -> registered.add(path.name()));
    for (String bookie : configured) {
      if (!cookies.contains(bookie)) {
        found.add(
            "bookie " + bookie + " has no cookie in ZooKeeper; check its id in cutover.bookies");
      } else if (begun.moved().contains(bookie)) {
        // The steps that moved it ask where it is.
        registered.add(bookie);
      } else if (!znodes.contains(Registrations.writable(bookie))) {
        found.add(
            "bookie %s is %s in ZooKeeper; every bookie must be writable"
                .formatted(bookie, registered.contains(bookie) ? "read-only" : "not registered"));
      }
    }
    registrations.bookiesOnEtcd().keySet().stream()
        .filter(path -> !begun.moved().contains(path.name()))
        .forEach(path -> found.add("etcd has " + path + ", so a bookie runs there already"));
    if (found.isEmpty()) {
      registered.addAll(begun.lost());
      EnsembleCheck replication = EnsembleCheck.onEtcd(keys, registered);
      if (!replication.complete()) {
        found.add(replication.toString());
      }
    }
    if (UnderReplicatedLedgers.onEtcd(keys).isPresent()) {
      found.add(
          "the auditor names ledgers under "
              + UnderReplicatedLedgers.ROOT
              + "; wait until AutoRecovery has repaired them");
    }
  }

  private void brokers(List<String> found) {
    List<String> configured = config.brokers().stream().map(BrokerConfig::id).toList();
    if (configured.isEmpty()) {
      found.add("cutover.brokers names no broker");
    }
    Set<String> ownerless = registrations.brokersWithoutSession();
    for (String broker : registrations.brokersOnZooKeeper()) {
      if (!configured.contains(broker)) {
        found.add(
            "broker %s is registered, but is not in cutover.brokers; %s"
                .formatted(
                    broker,
                    ownerless.contains(broker)
                        ? BrokerRemoval.remedy(broker)
                        : "add it, or stop it"));
      }
    }
    List<BrokerConfig> serving = begun.brokersStopped() ? List.of() : config.brokers();
    for (BrokerConfig broker : serving) {
      if (!health.answers(broker)) {
        found.add(
            "broker %s does not answer at %s, so this tool cannot see whether it has stopped"
                .formatted(broker.id(), broker.adminUrl()));
      } else if (health.healthy(broker) instanceof StepOutcome.NotYet unhealthy) {
        found.add(
            unhealthy.reason()
                + "; the same check decides on etcd, so it must pass before anything stops");
      }
    }
    registrations
        .brokersOnEtcd()
        .forEach(key -> found.add("etcd has " + key.path() + ", so a broker runs there already"));
  }

  private void settings(List<String> found) {
    found.addAll(overlays.obstacles(Component.BROKER));
    found.addAll(overlays.obstacles(Component.BOOKIE));
  }
}
