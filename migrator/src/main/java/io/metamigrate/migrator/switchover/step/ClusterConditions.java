package io.metamigrate.migrator.switchover.step;

import io.metamigrate.migrator.switchover.engine.Answer;
import io.metamigrate.migrator.switchover.engine.Condition;
import io.metamigrate.migrator.switchover.node.Node;
import io.metamigrate.migrator.switchover.node.NodeDriver.NodeState;
import io.metamigrate.migrator.switchover.node.NodeKind;
import io.metamigrate.migrator.switchover.node.NodeSettings;
import io.metamigrate.migrator.switchover.side.MetadataSide;
import io.metamigrate.migrator.switchover.side.Registration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What is asked of servers and their registrations. Each condition is one method. */
final class ClusterConditions {
  private final SwitchoverContext context;

  ClusterConditions(SwitchoverContext context) {
    this.context = context;
  }

  /** Not registered on either store, and stopped by the driver's probe. */
  Condition noBrokerRuns() {
    return Condition.of(
        "no broker is registered on either store and each is stopped by its driver's probe",
        () -> {
          List<String> faults = new ArrayList<>();
          List<String> remedies = new ArrayList<>();
          for (MetadataSide side : sides()) {
            for (Registration broker : side.brokers()) {
              faults.add("broker " + broker.id() + " is registered on " + side.kind().title());
              remedies.addAll(addIfUnknown(NodeKind.BROKER, broker.id()));
            }
          }
          for (Node broker : context.nodes(NodeKind.BROKER)) {
            if (context.driver().probe(broker) != NodeState.STOPPED) {
              faults.add(broker + " runs");
            }
          }
          return faults.isEmpty()
              ? Answer.yes("none is registered, none runs")
              : Answer.no(String.join("; ", faults), remedies);
        });
  }

  /** None is registered there, and no known broker runs with that store. */
  Condition noBrokerOn(MetadataSide side) {
    return Condition.of(
        "no broker is on " + side.kind().title(),
        () -> {
          List<String> faults = new ArrayList<>();
          List<String> remedies = new ArrayList<>();
          for (Registration broker : side.brokers()) {
            faults.add("broker " + broker.id() + " is registered on " + side.kind().title());
            remedies.addAll(addIfUnknown(NodeKind.BROKER, broker.id()));
          }
          for (Node broker : context.nodes(NodeKind.BROKER)) {
            boolean runs = context.driver().probe(broker) == NodeState.RUNNING;
            Optional<NodeSettings> running = context.driver().running(broker);
            if (runs && running.map(NodeSettings::store).orElse(side.kind()) == side.kind()) {
              faults.add(broker + " runs on " + side.kind().title());
            }
          }
          return faults.isEmpty()
              ? Answer.yes("none is registered, none runs")
              : Answer.no(String.join("; ", faults), remedies);
        });
  }

  /** Whether it runs with that store by its own word. */
  boolean runsOn(Node node, MetadataSide side) {
    return context
        .driver()
        .running(node)
        .filter(settings -> settings.store() == side.kind())
        .isPresent();
  }

  /** Registered by itself, running and healthy, each of these. */
  Condition brokersServeOn(MetadataSide side, List<Node> brokers) {
    return Condition.of(
        "each broker is registered on " + side.kind().title() + " and healthy",
        () -> {
          Set<String> registered = new TreeSet<>();
          side.brokers().forEach(broker -> registered.add(broker.id()));
          List<String> faults = new ArrayList<>();
          for (Node broker : brokers) {
            if (!registered.contains(broker.id())) {
              faults.add(broker + " is not registered on " + side.kind().title());
            } else if (!context.driver().isHealthy(broker)) {
              faults.add(broker + " is not healthy");
            }
          }
          return Answer.noneOf(brokers.size() + " brokers serve", faults);
        });
  }

  /** On neither store, under its own name or as a mirror. */
  Condition unregistered(Node node) {
    return Condition.of(
        "neither store has a registration of " + node,
        () -> {
          List<String> faults = new ArrayList<>();
          for (MetadataSide side : sides()) {
            List<Registration> all =
                node.kind() == NodeKind.BOOKIE ? side.bookies() : side.brokers();
            all.stream()
                .filter(found -> found.id().equals(node.id()))
                .forEach(found -> faults.add(side.kind().title() + " has " + node));
          }
          return Answer.noneOf("neither store has it", faults);
        });
  }

  /** Registered by itself, and running with exactly these settings by its own word. */
  Condition bookieRuns(Node bookie, NodeSettings settings) {
    return Condition.of(
        "%s is registered on %s, garbage collection %s by its running configuration"
            .formatted(
                bookie,
                settings.store().title(),
                settings.collectsGarbage() ? "enabled" : "suspended"),
        () -> runsWith(bookie, settings));
  }

  private Answer runsWith(Node node, NodeSettings settings) {
    Optional<Registration> own = own(context.side(settings.store()), node);
    if (own.isEmpty()) {
      return Answer.no(node + " is not registered on " + settings.store().title());
    }
    if (context.driver().probe(node) != NodeState.RUNNING) {
      return Answer.no(node + " is registered, but does not run");
    }
    Optional<NodeSettings> running = context.driver().running(node);
    if (running.filter(settings::equals).isEmpty()) {
      return Answer.no(
          "%s runs with %s, expected %s"
              .formatted(node, running.map(NodeSettings::text).orElse("unknown"), settings.text()));
    }
    return Answer.yes(node + " runs with " + settings.text());
  }

  /** Each bookie is on the target, garbage collection suspended. */
  Condition bookiesSuspendedOnTarget() {
    return Condition.of(
        "each bookie is on %s, garbage collection suspended"
            .formatted(context.target().kind().title()),
        () -> {
          List<String> faults = new ArrayList<>();
          for (Node bookie : context.nodes(NodeKind.BOOKIE)) {
            Answer answer = runsWith(bookie, suspended(bookie));
            if (!answer.holds()) {
              faults.add(answer.detail());
            }
          }
          return Answer.noneOf("every bookie", faults);
        });
  }

  NodeSettings suspended(Node bookie) {
    NodeSettings target = context.settingsOnTarget(bookie);
    return new NodeSettings(target.store(), false, target.layer());
  }

  /**
   * Every bookie but this one is registered somewhere, so that one may be taken down, or was
   * accepted as down by name.
   */
  Condition otherBookiesRegistered(Node bookie) {
    return Condition.of(
        "every other bookie is registered",
        () -> {
          List<String> faults = new ArrayList<>();
          List<String> remedies = new ArrayList<>();
          for (Node other : context.nodes(NodeKind.BOOKIE)) {
            String finding = other + " is down";
            boolean up = sides().stream().anyMatch(side -> own(side, other).isPresent());
            if (!other.equals(bookie)
                && !context.isAccepted(finding)
                && (!up || context.driver().probe(other) != NodeState.RUNNING)) {
              faults.add(finding);
              remedies.add("--accept \"" + finding + "\"");
            }
          }
          return faults.isEmpty()
              ? Answer.yes("every other bookie is up")
              : Answer.no(String.join("; ", faults), remedies);
        });
  }

  /** A driver that returned may not have configured it yet; a start would use the old settings. */
  Condition configured(Node node, NodeSettings settings) {
    return Condition.of(
        node + " is configured with " + settings.text(),
        () -> {
          NodeSettings now = context.driver().configured(node);
          return now.equals(settings)
              ? Answer.yes("it is")
              : Answer.no(node + " is configured with " + now.text());
        });
  }

  /** It has what was found, and runs if it ran. */
  Condition restored(Node node, NodeSettings found, boolean ran) {
    return Condition.of(
        node + " is as it was found",
        () -> {
          if (!context.driver().configured(node).equals(found)) {
            return Answer.no(node + " is configured otherwise");
          }
          if (!ran) {
            return context.driver().probe(node) == NodeState.STOPPED
                ? Answer.yes(node + " is stopped, as found")
                : Answer.no(node + " runs");
          }
          return node.kind() == NodeKind.AUTORECOVERY ? runsAtAll(node) : runsAgain(node, found);
        });
  }

  /** A driver that cannot suspend garbage collection must not keep an undo from its end. */
  private Answer runsAgain(Node node, NodeSettings found) {
    Answer as = runsWith(node, found);
    NodeSettings collecting = new NodeSettings(found.store(), true, found.layer());
    if (as.holds() || !runsWith(node, collecting).holds()) {
      return as;
    }
    String finding = node + " collects garbage";
    return context.isAccepted(finding)
        ? Answer.yes(finding + ", accepted by name")
        : Answer.no(as.detail(), List.of("--accept \"" + finding + "\""));
  }

  private Answer runsAtAll(Node node) {
    return context.driver().probe(node) == NodeState.RUNNING
        ? Answer.yes(node + " runs")
        : Answer.no(node + " does not run");
  }

  /** "All bookies" are the registrations on either store and the cookies, not the file. */
  Condition everyNodeIsListed() {
    return Condition.of(
        "every bookie and broker that a store knows is in the list of nodes",
        () -> {
          List<String> faults = new ArrayList<>();
          List<String> remedies = new ArrayList<>();
          Set<String> bookies = new TreeSet<>();
          Set<String> brokers = new TreeSet<>();
          for (MetadataSide side : sides()) {
            bookies.addAll(side.cookies());
            side.bookies().forEach(found -> bookies.add(found.id()));
            side.brokers().forEach(found -> brokers.add(found.id()));
          }
          bookies.forEach(id -> remedies.addAll(addIfUnknown(NodeKind.BOOKIE, id)));
          brokers.forEach(id -> remedies.addAll(addIfUnknown(NodeKind.BROKER, id)));
          remedies.forEach(remedy -> faults.add("not listed, add by " + remedy));
          return faults.isEmpty()
              ? Answer.yes("every node is listed")
              : Answer.no(String.join("; ", faults), remedies);
        });
  }

  /** Each of these is registered there and runs, or was accepted as down by name. */
  Condition nodesUpOn(MetadataSide side, Collection<Node> nodes) {
    return Condition.of(
        "each bookie and broker is up on " + side.kind().title(),
        () -> {
          List<String> faults = new ArrayList<>();
          List<String> remedies = new ArrayList<>();
          for (Node node : nodes) {
            String finding = node + " is down";
            if (node.kind() != NodeKind.AUTORECOVERY
                && own(side, node).isEmpty()
                && !context.isAccepted(finding)) {
              faults.add(finding + ": not registered on " + side.kind().title());
              remedies.add("--accept \"" + finding + "\"");
            }
          }
          return faults.isEmpty()
              ? Answer.yes("each is up")
              : Answer.no(String.join("; ", faults), remedies);
        });
  }

  /** Each AutoRecovery runs, or was accepted as down by name. */
  Condition autoRecoveryRuns() {
    return Condition.of(
        "AutoRecovery runs",
        () -> {
          List<String> faults = new ArrayList<>();
          List<String> remedies = new ArrayList<>();
          for (Node node : context.nodes(NodeKind.AUTORECOVERY)) {
            String finding = node + " is down";
            if (context.driver().probe(node) != NodeState.RUNNING && !context.isAccepted(finding)) {
              faults.add(finding);
              remedies.add("--accept \"" + finding + "\"");
            }
          }
          return faults.isEmpty()
              ? Answer.yes("it runs")
              : Answer.no(String.join("; ", faults), remedies);
        });
  }

  /** No bookie is registered there by itself, unless that was accepted by name. */
  Condition noBookieRegisteredOn(MetadataSide side) {
    return Condition.of(
        "no bookie is on " + side.kind().title(),
        () -> {
          List<String> faults = new ArrayList<>();
          List<String> remedies = new ArrayList<>();
          for (Registration bookie : side.bookies()) {
            String finding = "bookie " + bookie.id() + " is on " + side.kind().title();
            if (bookie.isOwn() && !context.isAccepted(finding)) {
              faults.add(finding);
              remedies.add("--accept \"" + finding + "\"");
            }
          }
          return faults.isEmpty()
              ? Answer.yes("none")
              : Answer.no(String.join("; ", faults), remedies);
        });
  }

  /** While brokers run, every bookie but this one is up; if none runs, nobody needs them. */
  Condition othersAreUpOrStopped(Node bookie) {
    Condition up = otherBookiesRegistered(bookie);
    return up.asking(
        () -> {
          boolean served = sides().stream().anyMatch(side -> !side.brokers().isEmpty());
          return served ? up.ask() : Answer.yes("no broker is registered");
        });
  }

  private List<String> addIfUnknown(NodeKind kind, String id) {
    Node node = new Node(kind, id);
    return context.journal().document().nodes().contains(node)
        ? List.of()
        : List.of("--add-node \"" + node + "\"");
  }

  private static Optional<Registration> own(MetadataSide side, Node node) {
    List<Registration> all = node.kind() == NodeKind.BOOKIE ? side.bookies() : side.brokers();
    return all.stream().filter(found -> found.id().equals(node.id()) && found.isOwn()).findFirst();
  }

  private List<MetadataSide> sides() {
    return List.of(context.zookeeper(), context.etcd());
  }
}
