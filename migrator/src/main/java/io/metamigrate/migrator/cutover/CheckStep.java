package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.migrator.restart.StepOutcome;
import io.metamigrate.verifier.report.VerificationReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Whether the cluster and both stores are as a cutover needs them. Changes nothing. */
final class CheckStep extends StepDefinition {
  CheckStep() {
    super(
        Phase.FOLLOWING,
        "check",
        new Texts(
            "Check the cluster",
            "record the settings of every node; change nothing",
            "nothing to undo"));
  }

  @Override
  boolean isRepeatedForNewNode() {
    return true;
  }

  @Override
  List<Condition> requires() {
    return List.of(Conditions.etcdFollows(), clusterIsReady(), storesAreEqual());
  }

  @Override
  List<Condition> proof() {
    return List.of(
        Condition.of(
            "the settings of every node are recorded",
            (here, step) ->
                here.context().journal().document(SettingsArchive.ADDRESSES).isPresent()
                    ? StepOutcome.done("it is")
                    : StepOutcome.failed("no settings of nodes are recorded")));
  }

  @Override
  String act(StepContext here, Step step, Deadline deadline) {
    CutoverContext context = here.context();
    if (!context.journal().state().hasBegun(StepKind.STOP_METADATA_WRITERS)) {
      here.metadataWriters().recordIdle();
    }
    List<Node> all = CutoverPlan.Nodes.all(context.configuration().cutover());
    context.archive().save(begun(context).untouched(all));
    return "both stores are equal, no blocker; the settings of %d nodes are recorded"
        .formatted(all.size());
  }

  private static Condition clusterIsReady() {
    return Condition.of(
        "every registered node is configured, brokers healthy, bookies writable, no ledger lacks a"
            + " bookie, nothing unknown uses ZooKeeper",
        (here, step) -> {
          List<String> obstacles = obstacles(here.context(), begun(here.context()));
          return obstacles.isEmpty()
              ? StepOutcome.done("no blocker")
              : StepOutcome.failed(String.join("; ", obstacles));
        });
  }

  private static Condition storesAreEqual() {
    return Condition.ofZooKeeper(
        "both stores are equal, compared in full while brokers serve",
        (here, step) -> {
          VerificationReport report = here.comparison().liveVerification();
          if (!here.comparison().isEqual(report)) {
            throw new StoresDifferException(StoreComparison.describe(report));
          }
          return StepOutcome.done(report.compared() + " nodes compared and equal");
        });
  }

  private static List<String> obstacles(CutoverContext context, Preflight.BegunMove begun) {
    Preflight readiness =
        new Preflight(
            context.configuration().cutover(),
            context.registrations(),
            context.overlays(),
            context.lockedDriver().driver(),
            context.health(),
            context.stores().keys(),
            begun);
    List<String> obstacles = new ArrayList<>(readiness.obstacles());
    readiness.warnings().forEach(warning -> context.listener().announce("warning: " + warning));
    MetadataUsers.FoundUsers users =
        MetadataUsers.find(context.stores(), context.configuration().cutover());
    users.warnings().forEach(warning -> context.listener().announce("warning: " + warning));
    obstacles.addAll(users.unconfirmed());
    obstacles.addAll(LeftOutRoots.obstacles(context.stores(), context.scope()));
    return obstacles;
  }

  /** It is asked again once a node has joined. */
  private static Preflight.BegunMove begun(CutoverContext context) {
    CutoverState state = context.journal().state();
    boolean all = state.hasBegun(StepKind.SWITCH_BOOKIES);
    Set<String> moved = new TreeSet<>();
    for (Node bookie : context.bookieNodes()) {
      if (all || state.hasBegun(StepKind.MOVE_BOOKIE, bookie.id())) {
        moved.add(bookie.id());
      }
    }
    return new Preflight.BegunMove(context.lost(), moved, state.hasBegun(StepKind.STOP_BROKERS));
  }
}
