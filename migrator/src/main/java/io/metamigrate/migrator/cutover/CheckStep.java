package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.restart.Node;
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
            "etcd follows ZooKeeper",
            "read registrations, cookies, ledgers, settings and the driver; change nothing",
            "every registered node is configured, brokers healthy, bookies writable, no ledger lacks a bookie",
            "nothing to undo"));
  }

  @Override
  boolean isRepeatedForNewNode() {
    return true;
  }

  @Override
  String act(StepContext here, Step step, Deadline deadline) {
    CutoverContext context = here.context();
    context.services().following().barrier();
    Preflight.Begun begun = begun(context);
    List<String> obstacles = obstacles(context, begun);
    if (!obstacles.isEmpty()) {
      throw new StepFailedException(String.join("; ", obstacles));
    }
    VerificationReport report = here.comparison().liveVerification();
    if (!here.comparison().isEqual(report)) {
      throw new StoresDifferException(StoreComparison.describe(report));
    }
    if (!hasBegun(context.journal().state(), StepKind.STOP_SIDE_WRITERS.label())) {
      here.sideWriters().recordIdle();
    }
    context
        .archive()
        .save(begun.untouched(CutoverPlan.Nodes.all(context.configuration().cutover())));
    return "%d nodes compared and equal, no blocker".formatted(report.compared());
  }

  private static List<String> obstacles(CutoverContext context, Preflight.Begun begun) {
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
    MetadataUsers.Found users =
        MetadataUsers.find(context.stores(), context.configuration().cutover());
    users.warnings().forEach(warning -> context.listener().announce("warning: " + warning));
    obstacles.addAll(users.unconfirmed());
    obstacles.addAll(LeftOutRoots.obstacles(context.stores(), context.scope()));
    return obstacles;
  }

  /** It is asked again once a node has joined. */
  private static Preflight.Begun begun(CutoverContext context) {
    CutoverState state = context.journal().state();
    boolean all = hasBegun(state, StepKind.SWITCH_BOOKIES.label());
    Set<String> moved = new TreeSet<>();
    for (Node bookie : context.bookieNodes()) {
      if (all || hasBegun(state, StepKind.MOVE_BOOKIE.label() + " " + bookie.id())) {
        moved.add(bookie.id());
      }
    }
    return new Preflight.Begun(
        context.lost(), moved, hasBegun(state, StepKind.STOP_BROKERS.label()));
  }

  private static boolean hasBegun(CutoverState state, String step) {
    return state.forward(step).filter(StepRecord::begun).isPresent();
  }
}
