package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.restart.Component;
import io.metamigrate.verifier.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Compares the recorded nodes with those that the stores know and those of the file. The file is a
 * proposal: it extends the record, or is refused with both values. Pure.
 */
final class NodeListRule {
  private final Stage stage;
  private final NodeList recorded;
  private final WantedNodes wanted;
  private final SeenNodes seen;
  private final Probes probes;
  private final String removal;
  private final List<String> refusals = new ArrayList<>();

  private NodeListRule(
      Stage stage,
      NodeList recorded,
      WantedNodes wanted,
      SeenNodes seen,
      Probes probes,
      String removal) {
    this.stage = stage;
    this.recorded = recorded;
    this.wanted = wanted;
    this.seen = seen;
    this.probes = probes;
    this.removal = removal;
  }

  /** The stage of the move, as the command sees it. */
  enum Stage {
    NOT_BEGUN,
    BEFORE_COMMIT,
    /** For a command that is no rollback. */
    AFTER_COMMIT,
    ROLLBACK
  }

  /**
   * What both stores know.
   *
   * @param authoritative the store on which a bookie joins at this stage
   * @param cookies on that store
   * @param onZooKeeper bookies by their own registration, mirrors left out
   * @param brokersWithoutSession those in ZooKeeper whose znode no session owns
   */
  record SeenNodes(
      Store authoritative,
      Set<String> cookies,
      Set<String> onZooKeeper,
      Set<String> onEtcd,
      Set<String> brokersOnZooKeeper,
      Set<String> brokersWithoutSession,
      Set<String> brokersOnEtcd) {
    boolean isRegistered(String bookie) {
      return onZooKeeper.contains(bookie) || onEtcd.contains(bookie);
    }

    /** In ZooKeeper and not on etcd. */
    boolean isOnZooKeeperOnly(String bookie) {
      return onZooKeeper.contains(bookie) && !onEtcd.contains(bookie);
    }

    boolean isBroker(String id) {
      return brokersOnZooKeeper.contains(id) || brokersOnEtcd.contains(id);
    }

    static String where(boolean etcd) {
      return etcd ? "on etcd" : "in ZooKeeper";
    }
  }

  /**
   * What the operator wants.
   *
   * @param brokers by id, with the driver's name of each
   * @param metadataWriters as {@link NodeList#metadataWriters}
   * @param lost named as lost by this command
   * @param bookieNodes bookies by id, with the driver's name of each
   */
  record WantedNodes(
      Set<String> bookies,
      Map<String, String> brokers,
      Set<String> metadataWriters,
      Set<String> lost,
      Map<String, String> bookieNodes) {}

  /** What the driver's probe shows of nodes that leave. */
  interface Probes {
    boolean isBrokerStopped(String broker);

    boolean isMetadataWriterStopped(String metadataWriter);

    boolean doesBookieRun(String bookie);

    /** Whether a node of that name runs. */
    boolean doesNodeRun(Component component, String id, String name);
  }

  /**
   * The answer.
   *
   * @param refusals one sentence for each contradiction; none means that the list is adopted
   * @param alarms what does not keep brokers from being started, but garbage collection from being
   *     enabled
   * @param next the list from here on
   * @param onEtcd bookies that are registered on etcd
   * @param newBrokers brokers that are new and not on etcd
   * @param extended whether anything joined
   */
  record NodeListOutcome(
      Stage stage,
      List<String> refusals,
      List<String> alarms,
      NodeList next,
      OnEtcd onEtcd,
      SortedSet<String> newBrokers,
      boolean extended) {}

  /**
   * Bookies that are registered on etcd.
   *
   * @param joined those that are new
   */
  record OnEtcd(SortedSet<String> all, SortedSet<String> joined) {
    static final OnEtcd NONE = new OnEtcd(new TreeSet<>(), new TreeSet<>());
  }

  /**
   * Decides.
   *
   * @param removal how a cookie is deleted, with {@code %s} for the bookie's id
   */
  static NodeListOutcome decide(
      Stage stage,
      NodeList recorded,
      WantedNodes wanted,
      SeenNodes seen,
      Probes probes,
      String removal) {
    return new NodeListRule(stage, recorded, wanted, seen, probes, removal).answer();
  }

  private NodeListOutcome answer() {
    SortedSet<String> lost = lost();
    List<String> alarms = new ArrayList<>();
    SortedSet<String> onWrongStore = onWrongStore(alarms);
    SortedSet<String> file = new TreeSet<>(wanted.bookies());
    file.removeAll(lost);
    file.removeAll(onWrongStore);
    SortedSet<String> known = new TreeSet<>(recorded.bookies());
    known.addAll(seen.cookies());
    known.addAll(seen.onZooKeeper());
    known.addAll(seen.onEtcd());
    known.removeAll(lost);
    known.removeAll(onWrongStore);
    known.stream()
        .filter(bookie -> !file.contains(bookie))
        .forEach(bookie -> refusals.add(unnamed(bookie)));
    SortedSet<String> joined = new TreeSet<>(file);
    joined.removeAll(recorded.bookies());
    joined.stream().filter(bookie -> !seen.isRegistered(bookie)).forEach(this::registeredNowhere);
    leaving();
    renamed(Component.BOOKIE, "cutover.bookies", recorded.bookieNodes(), wanted.bookieNodes());
    renamed(Component.BROKER, "cutover.brokers", recorded.brokers(), wanted.brokers());
    SortedSet<String> newBrokers = new TreeSet<>(wanted.brokers().keySet());
    newBrokers.removeAll(recorded.brokers().keySet());
    SortedSet<String> newMetadataWriters = new TreeSet<>(wanted.metadataWriters());
    newMetadataWriters.removeAll(recorded.metadataWriters());
    boolean begun = stage != Stage.NOT_BEGUN;
    boolean extended =
        begun && !(joined.isEmpty() && newBrokers.isEmpty() && newMetadataWriters.isEmpty());
    SortedSet<String> onEtcd = new TreeSet<>(file);
    onEtcd.retainAll(seen.onEtcd());
    joined.retainAll(onEtcd);
    newBrokers.removeAll(seen.brokersOnEtcd());
    return new NodeListOutcome(
        stage,
        List.copyOf(refusals),
        List.copyOf(alarms),
        new NodeList(
            file,
            lost,
            new TreeMap<>(wanted.brokers()),
            new TreeSet<>(wanted.metadataWriters()),
            new TreeMap<>(wanted.bookieNodes())),
        begun ? new OnEtcd(onEtcd, joined) : OnEtcd.NONE,
        begun ? newBrokers : new TreeSet<>(),
        extended);
  }

  private SortedSet<String> lost() {
    SortedSet<String> lost = new TreeSet<>(recorded.lost());
    for (String bookie : wanted.lost()) {
      if (lost.add(bookie)) {
        if (!seen.cookies().contains(bookie)
            && !recorded.bookies().contains(bookie)
            && !wanted.bookies().contains(bookie)) {
          refusals.add(
              "--lost-bookie names %s, which is unknown: it has no cookie, no record and no line in the file"
                  .formatted(bookie));
        } else if (!seen.isRegistered(bookie) && probes.doesBookieRun(bookie)) {
          refusals.add(
              "--lost-bookie names %s, but the driver's probe shows that it runs; stop it, or do not name it as lost"
                  .formatted(bookie));
        }
      }
    }
    for (String bookie : lost) {
      if (seen.isRegistered(bookie)) {
        refusals.add(
            "ALARM: bookie %s is %s as lost, but registered %s; stop it%s"
                .formatted(
                    bookie,
                    recorded.lost().contains(bookie) ? "recorded" : "named",
                    SeenNodes.where(seen.onEtcd().contains(bookie)),
                    recorded.lost().contains(bookie) ? "" : ", or do not name it as lost"));
      }
    }
    return lost;
  }

  /** After the commit, bookies that joined the side that the move has left. */
  private SortedSet<String> onWrongStore(List<String> alarms) {
    SortedSet<String> onWrongStore = new TreeSet<>();
    if (stage == Stage.AFTER_COMMIT) {
      for (String bookie : seen.onZooKeeper()) {
        if (seen.isOnZooKeeperOnly(bookie)) {
          alarms.add(onWrongStore(bookie));
          if (!recorded.bookies().contains(bookie)) {
            onWrongStore.add(bookie);
          }
        }
      }
    }
    return onWrongStore;
  }

  /** What an operator does about a bookie that is on the side that the move has left. */
  static String onWrongStore(String bookie) {
    return "bookie %s is registered in ZooKeeper after the point of no return and could delete every ledger that only etcd knows. Stop it and start it on etcd. Until then, garbage collection is enabled on no bookie"
        .formatted(bookie);
  }

  private String unnamed(String bookie) {
    String add = "add {id: \"%s\"} to cutover.bookies".formatted(bookie);
    String dead = "if it is permanently lost, give --lost-bookie " + bookie;
    if (seen.isRegistered(bookie)) {
      return "bookie %s is registered %s, but cutover.bookies does not name it; %s"
          .formatted(bookie, SeenNodes.where(seen.onEtcd().contains(bookie)), add);
    }
    if (recorded.bookies().contains(bookie)) {
      return "this move records the bookies %s, but cutover.bookies does not name %s; %s again; %s"
          .formatted(recorded.bookies(), bookie, add, dead);
    }
    return "bookie %s has a cookie, but is registered nowhere and cutover.bookies does not name it; %s and start it on %s; %s; if it was decommissioned, delete its cookie: %s"
        .formatted(bookie, add, seen.authoritative().title(), dead, removal.formatted(bookie));
  }

  private void registeredNowhere(String bookie) {
    if (stage != Stage.NOT_BEGUN) {
      refusals.add(
          "bookie %s is new in cutover.bookies, but registered nowhere; start it on %s first, or remove it from that list"
              .formatted(bookie, seen.authoritative().title()));
    }
  }

  /** A mistyped name would restart another node; one that has moved leaves no node behind. */
  private void renamed(
      Component component, String key, Map<String, String> before, Map<String, String> now) {
    before.forEach(
        (id, name) -> {
          String given = now.getOrDefault(id, name);
          if (!given.equals(name) && probes.doesNodeRun(component, id, name)) {
            refusals.add(
                "%s has node %s for %s %s, but this move has managed it as %s. According to the driver's probe, that node still runs. Put %s back, or stop that node first"
                    .formatted(key, given, component.label(), id, name, name));
          }
        });
  }

  private static String known(Set<String> brokers) {
    return brokers.isEmpty() ? "{id: \"HOST:PORT\"}" : "this move records " + brokers;
  }

  /** Brokers and other writers leave once they are stopped and registered nowhere. */
  private void leaving() {
    if (wanted.brokers().isEmpty()) {
      refusals.add(
          "cutover.brokers names no broker, so none would be started; name at least one: %s"
              .formatted(known(recorded.brokers().keySet())));
    }
    SortedSet<String> registered = new TreeSet<>(seen.brokersOnZooKeeper());
    registered.addAll(seen.brokersOnEtcd());
    registered.removeAll(wanted.brokers().keySet());
    for (String broker : registered) {
      refusals.add(
          "broker %s is registered %s, but cutover.brokers does not name it; %s"
              .formatted(
                  broker,
                  SeenNodes.where(seen.brokersOnEtcd().contains(broker)),
                  seen.brokersWithoutSession().contains(broker)
                      ? BrokerRemoval.remedy(broker)
                      : "add {id: \"%s\"}, or stop it".formatted(broker)));
    }
    for (String broker : recorded.brokers().keySet()) {
      if (!wanted.brokers().containsKey(broker)
          && !seen.isBroker(broker)
          && !probes.isBrokerStopped(broker)) {
        refusals.add(
            "this move records the brokers %s, cutover.brokers does not name %s, and the driver's probe does not show that it is stopped; stop it, or add {id: \"%s\"} again"
                .formatted(recorded.brokers().keySet(), broker, broker));
      }
    }
    for (String writer : recorded.metadataWriters()) {
      if (!wanted.metadataWriters().contains(writer) && !probes.isMetadataWriterStopped(writer)) {
        refusals.add(
            "this move records %s, cutover.metadataWriters does not name it, and the driver's probe does not show that it is stopped; stop it, or name it again"
                .formatted(writer));
      }
    }
  }
}
