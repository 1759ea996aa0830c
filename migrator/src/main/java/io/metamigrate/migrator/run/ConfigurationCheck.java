package io.metamigrate.migrator.run;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.plan.BookKeeperNodes;
import io.metamigrate.migrator.plan.ClusterFacts;
import io.metamigrate.migrator.plan.ClusterNames;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.PulsarMetadata;
import io.metamigrate.migrator.plan.SourceRights;
import io.metamigrate.migrator.plan.TargetRights;
import io.metamigrate.migrator.pulsar.ClusterInventory;
import io.metamigrate.migrator.replay.EtcdRights;
import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.store.PathIndex;
import io.metamigrate.verifier.store.ReplyTooLargeException;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.ServerVersion;
import io.metamigrate.verifier.store.TargetFacts;
import io.metamigrate.verifier.store.TargetSurvey;
import io.metamigrate.verifier.store.TreeListing;
import io.metamigrate.verifier.store.Unreadable;
import io.metamigrate.verifier.store.ZkPath;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * What both stores and the brokers answered to this configuration.
 *
 * @param answers one line each, as an operator reads them
 * @param blocked every blocker
 */
public record ConfigurationCheck(List<String> answers, List<Finding> blocked) {
  public ConfigurationCheck {
    answers = List.copyOf(answers);
    blocked = List.copyOf(blocked);
  }

  /**
   * Asks, and writes nothing.
   *
   * @param driver what the driver of the window answers
   * @throws io.metamigrate.verifier.store.StoreException if a store does not let this tool in
   */
  public static ConfigurationCheck of(
      Configuration configuration, Function<Stores, ConfigurationCheck> driver) {
    List<String> answers = new ArrayList<>();
    try (Stores stores = Stores.unchecked(configuration)) {
      TreeSet<String> clusters = new TreeSet<>(FactFinder.clusters(stores.znodes()));
      String connect = configuration.requireZooKeeper().toString();
      answers.add(
          "ZooKeeper %s%s: /admin/clusters has %s"
              .formatted(
                  connect,
                  ServerVersion.of(stores.zookeeper().settings())
                      .map(version -> " " + version)
                      .orElse(""),
                  clusters.isEmpty() ? "no cluster" : String.join(", ", clusters)));
      stores
          .znodes()
          .configuration()
          .ifPresent(
              store -> {
                List<String> there = FactFinder.clusters(store);
                clusters.addAll(there);
                answers.add("configuration store: /admin/clusters has " + String.join(", ", there));
              });
      TargetFacts target = TargetSurvey.of(stores.etcd(), Scope.ALL);
      answers.add(
          "etcd %s%s: %,d keys of Pulsar, %,d others"
              .formatted(
                  String.join(",", target.endpoints()),
                  target.version().map(version -> " " + version).orElse(""),
                  target.keysInScope(),
                  target.keysElsewhere()));
      List<String> registered = stores.znodes().children(List.of(Catalogue.BROKERS)).get(0);
      ClusterFacts components =
          ClusterInventory.ask(configuration, registered, new BookKeeperNodes());
      components.brokers().forEach(broker -> answers.add(line(broker)));
      if (components.brokers().isEmpty()) {
        answers.add("brokers: none is registered or configured, so none was asked");
      }
      Optional<Finding> fault =
          ClusterNames.fault(configuration.cluster().name(), components.ownNames(), clusters);
      List<Finding> blocked = new ArrayList<>(fault.stream().toList());
      ConfigurationCheck addresses =
          of(
              List.of(),
              ConfiguredAddresses.silent(configuration, components, !registered.isEmpty()));
      for (ConfigurationCheck part : List.of(addresses, driver.apply(stores))) {
        answers.addAll(part.answers());
        blocked.addAll(part.blocked());
      }
      blocked.addAll(otherComponents(configuration, stores));
      blocked.addAll(otherStores(configuration));
      blocked.addAll(inScope(stores, configuration, answers));
      List<ZkPath> roots = MovedRoots.of(stores.znodes(), configuration.scope().toScope());
      blocked.addAll(TargetRights.findings(new EtcdRights(stores.etcd()).missingOnKeys(roots)));
      return new ConfigurationCheck(answers, blocked);
    }
  }

  /** A part of the check: its answers, with a line for each warning, and its blockers. */
  public static ConfigurationCheck of(List<String> answers, List<Finding> findings) {
    List<String> lines = new ArrayList<>(answers);
    List<Finding> blocked = new ArrayList<>();
    for (Finding finding : findings) {
      if (finding.level() == Finding.Level.BLOCKER) {
        blocked.add(finding);
      } else {
        lines.add(line("warning", finding));
      }
    }
    return new ConfigurationCheck(lines, blocked);
  }

  /** Whether brokers and bookies would be sent to another etcd. */
  private static List<Finding> otherComponents(Configuration configuration, Stores stores) {
    List<String> urls =
        ConfiguredAddresses.componentUrls(configuration).stream().map(Object::toString).toList();
    return OneEtcd.ofComponents(stores.etcd().settings(), urls).obstacle().stream()
        .map(
            why ->
                Finding.blocker(
                    "COMPONENT_URL_OTHER_ETCD",
                    "target.componentUrl",
                    why,
                    "correct one of the two addresses"))
        .toList();
  }

  /** Whether these are the stores of the move that etcd holds, as every command of a move asks. */
  private static List<Finding> otherStores(Configuration configuration) {
    try {
      Stores.open(configuration).close();
      return List.of();
    } catch (BlockedException e) {
      return e.findings();
    }
  }

  /** Lists every znode of the scope, as a plan does. */
  private static List<Finding> inScope(
      Stores stores, Configuration configuration, List<String> answers) {
    Scope scope = configuration.scope().toScope();
    Unreadable unreadable = new Unreadable();
    boolean pulsar = false;
    try (PathIndex paths =
        new TreeListing(stores.recordingIn(unreadable).znodes(), listed -> {}).list(scope)) {
      answers.add("ZooKeeper: %,d znodes in scope".formatted(paths.size()));
      for (Iterator<String> all = paths.iterator(); all.hasNext() && !pulsar; ) {
        pulsar = PulsarMetadata.holds(new ZkPath(all.next()));
      }
    } catch (ReplyTooLargeException e) {
      return List.of(Finding.blocker("REPLY_TOO_LARGE", e.path(), e.subject(), e.remedy()));
    }
    return pulsar || unreadable.count() > 0
        ? SourceRights.findings(unreadable)
        : List.of(PulsarMetadata.missing(configuration.requireZooKeeper().toString()));
  }

  private static String line(String level, Finding finding) {
    return "%s %s: %s; %s".formatted(level, finding.id(), finding.message(), finding.remedy());
  }

  private static String line(ClusterFacts.Broker broker) {
    return "broker "
        + broker.id()
        + ": "
        + broker
            .silence()
            .orElseGet(
                () ->
                    "Pulsar "
                        + broker.version().orElse("of an unknown release")
                        + Optional.ofNullable(broker.settings().get("clusterName"))
                            .map(name -> ", cluster " + name)
                            .orElse(""));
  }

  /** For people; the last line reports whether the configuration works. */
  @JsonIgnore
  public String text() {
    List<String> lines = new ArrayList<>(answers);
    blocked.forEach(finding -> lines.add(line("blocked", finding)));
    lines.add(
        blocked.isEmpty()
            ? "The configuration works. Next: migrate plan"
            : "The configuration does not work. Correct what the blocked lines name, then repeat"
                + " this check.");
    return String.join(System.lineSeparator(), lines) + System.lineSeparator();
  }
}
