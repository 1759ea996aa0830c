package io.metamigrate.cutover;

import io.metamigrate.migrator.restart.Node;
import io.metamigrate.migrator.restart.NodeConfiguration;
import io.metamigrate.migrator.restart.NodeState;
import io.metamigrate.migrator.restart.Obstacle;
import io.metamigrate.migrator.restart.RestartDriver;
import io.metamigrate.migrator.restart.Settings;
import io.metamigrate.migrator.restart.StepOutcome;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Restarts stand-ins, and remembers what it was asked. */
final class StandInDriver implements RestartDriver {
  private final Map<String, StandIn> nodes = new HashMap<>();
  private final Map<String, Boolean> writers = new ConcurrentHashMap<>();
  private final List<String> actions = Collections.synchronizedList(new ArrayList<>());
  private final Map<String, StepOutcome> answers = new ConcurrentHashMap<>();

  /** What nodes have by themselves, as the driver reads it; one without an entry cannot be read. */
  final Map<String, Map<String, String>> own = new ConcurrentHashMap<>();

  /** JVM options that nodes have by themselves, and how many their sets have. */
  final Map<String, List<String>> ownOptions = new ConcurrentHashMap<>();

  final Map<String, Integer> ownReplicas = new ConcurrentHashMap<>();

  private final Map<String, Settings> ofWriters = new ConcurrentHashMap<>();
  private volatile String hidden = "";
  private volatile String reportedAsRunning = "";
  private volatile String withoutSuspension = "";
  private volatile Consumer<String> before = action -> {};
  private volatile Consumer<String> after = action -> {};

  void add(StandIn node) {
    nodes.put(node.id, node);
  }

  /** What writes metadata and registers nowhere, such as AutoRecovery. */
  void addWriter(String id, boolean running) {
    writers.put(id, running);
  }

  boolean isWriterRunning(String id) {
    return writers.getOrDefault(id, false);
  }

  /** Called before each action with its text; may throw or block. */
  void before(Consumer<String> hook) {
    before = hook;
  }

  /** Called when the action is through. */
  void after(Consumer<String> hook) {
    after = hook;
  }

  List<String> actions() {
    synchronized (actions) {
      return new ArrayList<>(actions);
    }
  }

  private StepOutcome act(String action, Node node, Consumer<StandIn> change) {
    String text = action + " " + node.id();
    before.accept(text);
    actions.add(text);
    StandIn found = nodes.get(node.id());
    if (writers.containsKey(node.id())) {
      if (!action.equals("configure")) {
        writers.put(node.id(), action.equals("start"));
      }
      after.accept(text);
      return StepOutcome.done(text);
    }
    if (found == null) {
      throw new IllegalArgumentException("no such node: " + node);
    }
    change.accept(found);
    after.accept(text);
    return StepOutcome.done(text);
  }

  @Override
  public StepOutcome stop(Node node) {
    return act("stop", node, StandIn::stop);
  }

  @Override
  public StepOutcome configure(Node node, Settings settings) {
    ofWriters.put(node.id(), settings);
    return act("configure", node, found -> found.configure(given(node, settings)));
  }

  @Override
  public NodeConfiguration configuration(Node node) {
    StandIn found = nodes.get(node.id());
    if (!own.containsKey(node.id())) {
      return NodeConfiguration.unknown("there is no show command");
    }
    Settings given =
        found == null ? ofWriters.getOrDefault(node.id(), Settings.none()) : found.settings();
    TreeMap<String, String> all = new TreeMap<>(own.get(node.id()));
    all.putAll(given.set());
    all.keySet().removeAll(given.remove());
    List<String> options = new ArrayList<>(ownOptions.getOrDefault(node.id(), List.of()));
    options.addAll(given.jvmOptions());
    return new NodeConfiguration(
        all,
        new TreeMap<>(),
        options,
        Optional.ofNullable(ownReplicas.get(node.id())),
        Optional.empty());
  }

  /** A node whose garbage collection it does not suspend, though it reports that it did. */
  void forgetSuspension(String id) {
    withoutSuspension = id;
  }

  private Settings given(Node node, Settings settings) {
    if (!node.id().equals(withoutSuspension)) {
      return settings;
    }
    Map<String, String> rest = new HashMap<>(settings.set());
    rest.remove("gcWaitTime");
    return Settings.of(rest, settings.remove());
  }

  @Override
  public StepOutcome start(Node node) {
    return act("start", node, StandIn::start);
  }

  /** A node that its probe takes for one that does not run. */
  void hide(String id) {
    hidden = id;
  }

  /** A node that its probe takes for one that runs, though it is not registered. */
  void reportAsRunning(String id) {
    reportedAsRunning = id;
  }

  /** What the probe of a node reports, whatever it is asked. */
  void setProbeResult(String id, StepOutcome answer) {
    answers.put(id, answer);
  }

  @Override
  public StepOutcome probe(Node node, NodeState wanted) {
    if (answers.containsKey(node.id())) {
      return answers.get(node.id());
    }
    if (node.id().equals(reportedAsRunning)) {
      return wanted == NodeState.RUNNING
          ? StepOutcome.done("reported as running")
          : StepOutcome.notYet("reported as running");
    }
    if (node.id().equals(hidden)) {
      return wanted == NodeState.STOPPED
          ? StepOutcome.done("hidden")
          : StepOutcome.notYet("hidden");
    }
    StandIn found = nodes.get(node.id());
    boolean running = found == null ? isWriterRunning(node.id()) : found.running();
    boolean known = found != null || writers.containsKey(node.id());
    return known && running == (wanted == NodeState.RUNNING)
        ? StepOutcome.done("so it is")
        : StepOutcome.notYet("not so");
  }

  @Override
  public List<Obstacle> check(Collection<Node> wanted) {
    return List.of();
  }
}
