package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.config.CutoverConfig;
import io.metamigrate.migrator.config.CutoverConfig.Strategy;
import io.metamigrate.migrator.restart.Component;
import io.metamigrate.migrator.restart.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Which steps a cutover has, and which a rollback. Pure; rehearsal, run, resume and rollback run
 * these lists and nothing else. Immutable.
 */
public final class CutoverPlan {
  private final CutoverConfig config;

  public CutoverPlan(CutoverConfig config) {
    this.config = config;
  }

  /** The way to etcd. */
  public List<Step> forward(Strategy strategy) {
    List<Step> steps = new ArrayList<>();
    steps.add(step(StepKind.CHECK));
    steps.add(step(StepKind.CLAIM_ZOOKEEPER));
    steps.add(step(StepKind.STOP_METADATA_WRITERS));
    if (strategy == Strategy.ROLLING) {
      steps.add(step(StepKind.START_BRIDGE));
      steps.addAll(perBookie(StepKind.MOVE_BOOKIE));
    }
    steps.add(step(StepKind.STOP_BROKERS));
    steps.add(step(StepKind.FENCE));
    steps.add(step(StepKind.DRAIN));
    steps.add(step(StepKind.VERIFY));
    if (strategy == Strategy.STOP_ALL) {
      steps.add(step(StepKind.SWITCH_BOOKIES));
    }
    steps.add(step(StepKind.PASS_NO_RETURN));
    steps.add(step(StepKind.START_FIRST_BROKER));
    if (config.brokers().size() > 1) {
      steps.add(step(StepKind.START_BROKERS));
    }
    if (strategy == Strategy.ROLLING) {
      steps.add(step(StepKind.END_BRIDGE));
    }
    steps.addAll(perBookie(StepKind.ENABLE_GARBAGE_COLLECTION));
    steps.add(step(StepKind.START_METADATA_WRITERS_ON_ETCD));
    steps.add(step(StepKind.OBSERVE));
    return List.copyOf(steps);
  }

  /** The rollback before the point of no return: what was begun, undone in reverse order. */
  public List<Step> backBeforeNoReturn(CutoverState state) {
    List<Step> begun = new ArrayList<>();
    for (Step step : forward(state.header().strategy())) {
      if (state.forward(step.id()).map(StepRecord::begun).orElse(false)) {
        step.kind().undoneBy().ifPresent(undo -> begun.add(0, step(undo, step.node())));
      }
    }
    return List.copyOf(begun);
  }

  /** The rollback after it: a reverse migration. */
  public List<Step> backAfterNoReturn(CutoverState state) {
    List<Step> steps = new ArrayList<>();
    steps.add(step(StepKind.STOP_METADATA_WRITERS_ON_ETCD));
    for (Node bookie : Nodes.bookies(config)) {
      Step enable = step(StepKind.ENABLE_GARBAGE_COLLECTION, Optional.of(bookie));
      Optional<StepRecord> enabled = state.forward(enable.id()).filter(StepRecord::begun);
      if (enabled.isPresent()) {
        // One that was cut off may have left its bookie down, and then no other one is stopped.
        steps.add(
            enabled.get().isDone() ? steps.size() : 1,
            step(StepKind.SUSPEND_GARBAGE_COLLECTION, Optional.of(bookie)));
      }
    }
    steps.add(step(StepKind.STOP_BROKERS_ON_ETCD));
    steps.add(step(StepKind.REMOVE_MIRRORS));
    steps.add(step(StepKind.REVERSE_DIRECTION));
    steps.add(step(StepKind.COPY_BACK));
    steps.add(step(StepKind.RAISE_IDS));
    steps.add(step(StepKind.VERIFY_BACK));
    steps.add(step(StepKind.SWITCH_BOOKIES_BACK));
    steps.add(step(StepKind.LIFT_FENCE));
    steps.add(step(StepKind.START_BROKERS_ON_ZOOKEEPER));
    steps.add(step(StepKind.START_METADATA_WRITERS));
    steps.add(step(StepKind.RELEASE_ZOOKEEPER));
    return List.copyOf(steps);
  }

  private List<Step> perBookie(StepKind kind) {
    return Nodes.bookies(config).stream().map(node -> step(kind, Optional.of(node))).toList();
  }

  private Step step(StepKind kind) {
    return step(kind, Optional.empty());
  }

  private Step step(StepKind kind, Optional<Node> node) {
    return new Step(kind, node, config.budgetOf(kind.label()));
  }

  /** The list as an operator reads it. */
  static String text(List<Step> steps) {
    StringBuilder text = new StringBuilder();
    int number = 0;
    for (Step step : steps) {
      text.append(
          String.format(
              Locale.ROOT, "%2d  %-20s %s%n", ++number, step.phase().title(), step.title()));
      step.kind().preconditions().forEach(sentence -> line(text, "before", sentence));
      line(text, "does", step.kind().action());
      step.kind().proofs().forEach(sentence -> line(text, "proof", sentence));
      line(text, "undo", step.kind().undo());
      line(text, "budget", step.budget().toSeconds() + " s");
    }
    return text.toString();
  }

  private static void line(StringBuilder text, String name, String value) {
    if (!value.isEmpty()) {
      text.append(String.format(Locale.ROOT, "      %-7s %s%n", name, value));
    }
  }

  /** The nodes of a configuration, as the driver knows them. */
  static final class Nodes {
    private Nodes() {}

    static List<Node> bookies(CutoverConfig config) {
      return config.bookies().stream()
          .map(bookie -> new Node(Component.BOOKIE, bookie.id(), bookie.node()))
          .toList();
    }

    static List<Node> brokers(CutoverConfig config) {
      return config.brokers().stream()
          .map(broker -> new Node(Component.BROKER, broker.id(), broker.node()))
          .toList();
    }

    static List<Node> metadataWriters(CutoverConfig config) {
      List<Node> nodes = new ArrayList<>();
      config
          .metadataWriters()
          .autoRecovery()
          .forEach(name -> nodes.add(new Node(Component.AUTORECOVERY, name)));
      config
          .metadataWriters()
          .functionWorkers()
          .forEach(name -> nodes.add(new Node(Component.FUNCTION_WORKER, name)));
      return nodes;
    }

    /** Every one. */
    static List<Node> all(CutoverConfig config) {
      List<Node> nodes = new ArrayList<>(bookies(config));
      nodes.addAll(brokers(config));
      nodes.addAll(metadataWriters(config));
      return nodes;
    }
  }
}
