package io.metamigrate.migrator.cutover;

import static io.metamigrate.migrator.cutover.SearchRun.CUTOVER;
import static io.metamigrate.migrator.cutover.SearchRun.FINALIZE;
import static io.metamigrate.migrator.cutover.SearchRun.FOLLOW;
import static io.metamigrate.migrator.cutover.SearchRun.ROLLBACK;
import static io.metamigrate.migrator.cutover.SearchRun.UNDO;
import static io.metamigrate.migrator.cutover.SearchRun.WITHOUT_ETCD;
import static io.metamigrate.migrator.cutover.SearchRun.WITHOUT_ZOOKEEPER;

import io.metamigrate.migrator.config.CutoverConfig.Strategy;
import io.metamigrate.migrator.cutover.world.CallMoment;
import io.metamigrate.migrator.cutover.world.Disturbance;
import io.metamigrate.migrator.cutover.world.Disturbance.Call;
import io.metamigrate.migrator.cutover.world.World;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A world from which commands are searched. */
record SearchRoot(String name, World world, List<String> commands) {
  @Override
  public String toString() {
    return name;
  }

  /** Every kind of state in which a command begins. */
  static List<SearchRoot> all(int bookies, int brokers) {
    List<SearchRoot> roots = new ArrayList<>();
    for (Strategy strategy : Strategy.values()) {
      World fresh = followed(World.serving(bookies, brokers, strategy));
      String by = strategy + " ";
      roots.add(new SearchRoot(by + "serving", fresh, List.of(CUTOVER)));
      World asked = stopped(fresh, CUTOVER);
      roots.add(new SearchRoot(by + "before its commit", asked, List.of(CUTOVER, ROLLBACK)));
      World committed = committed(fresh);
      roots.add(new SearchRoot(by + "committed", committed, List.of(CUTOVER, ROLLBACK)));
      World started = crashedIn(fresh, CUTOVER, StepKind.START_FIRST_BROKER);
      roots.add(new SearchRoot(by + "started", started, List.of(CUTOVER, ROLLBACK)));
      World there = end(fresh, CUTOVER);
      roots.add(new SearchRoot(by + "complete", there, List.of(CUTOVER, ROLLBACK, FINALIZE)));
      roots.add(new SearchRoot(by + "etcd lost", lost(asked), List.of(WITHOUT_ETCD)));
      roots.add(withoutZooKeeper(by + "committed", committed, CUTOVER));
      roots.add(withoutZooKeeper(by + "complete", there, FINALIZE));
    }
    World hooked = followed(World.hooked(bookies, brokers, Strategy.STOP_ALL));
    roots.add(new SearchRoot("with hooks", hooked, List.of(CUTOVER)));
    World limited = followed(World.limited(bookies, brokers, Strategy.ROLLING));
    roots.add(new SearchRoot("with time limits", limited, List.of(CUTOVER)));
    roots.add(new SearchRoot("with hooks, complete", end(hooked, CUTOVER), List.of(ROLLBACK)));
    World fresh = followed(World.serving(bookies, brokers, Strategy.ROLLING));
    World there = end(fresh, CUTOVER);
    World back = crashedIn(there, ROLLBACK, StepKind.VERIFY_BACK);
    roots.add(new SearchRoot("back, before its commit", back, List.of(ROLLBACK, UNDO)));
    roots.add(withoutZooKeeper("back, before its commit", back, UNDO));
    World backStarted = crashedIn(there, ROLLBACK, StepKind.START_BROKERS_ON_ZOOKEEPER);
    roots.add(new SearchRoot("back, started", backStarted, List.of(ROLLBACK)));
    World serving = lost(crashedIn(fresh, CUTOVER, StepKind.MOVE_BOOKIE));
    roots.add(new SearchRoot("etcd lost while brokers serve", serving, List.of(WITHOUT_ETCD)));
    roots.add(new SearchRoot("back, etcd lost", lost(backStarted), List.of(WITHOUT_ETCD)));
    roots.add(new SearchRoot("back, complete", end(there, ROLLBACK), List.of(ROLLBACK, FOLLOW)));
    World undone = end(stopped(fresh, CUTOVER), ROLLBACK);
    roots.add(new SearchRoot("undone", undone, List.of(ROLLBACK, FOLLOW)));
    World again = end(end(undone, FOLLOW), CUTOVER);
    roots.add(new SearchRoot("complete again", again, List.of(ROLLBACK)));
    return roots;
  }

  private static World followed(World world) {
    SimulatedCommand.follow(world);
    return world;
  }

  private static World end(World world, String command) {
    SearchRun.Result result = result(world, command, -1, null);
    if (result.end() != SearchRun.End.DONE) {
      throw new IllegalStateException(command + " did not come to its end: " + result.reason());
    }
    return result.world();
  }

  /** etcd is lost, and the command that was tried reports it. */
  private static World lost(World world) {
    return run(world, ROLLBACK, 0, Disturbance.ETCD_LOST);
  }

  /** ZooKeeper is lost, and the command that was tried reports it. */
  private static SearchRoot withoutZooKeeper(String name, World world, String command) {
    World lost = run(world, CUTOVER, 0, Disturbance.ZOOKEEPER_LOST);
    return new SearchRoot(name + ", ZooKeeper lost", lost, List.of(command + WITHOUT_ZOOKEEPER));
  }

  /** The operator answers no at the point of no return. */
  private static World stopped(World world, String command) {
    return run(world, command, question(world, command), Disturbance.OPERATOR_STOPS);
  }

  /** The process ends right after the commit was recorded, the last but one record before it. */
  private static World committed(World world) {
    List<CallMoment> moments = moments(world, CUTOVER);
    int last = -1;
    for (int at = 0; at < moments.size(); at++) {
      boolean inCommit = moments.get(at).row().equals(StepKind.PASS_NO_RETURN.label());
      last = inCommit && moments.get(at).call() == Call.SAVE ? at : last;
    }
    return run(world, CUTOVER, last, Disturbance.CRASH_AFTER);
  }

  /** The process ends right after the last act of that step. */
  private static World crashedIn(World world, String command, StepKind step) {
    List<CallMoment> moments = moments(world, command);
    int last = -1;
    for (int at = 0; at < moments.size(); at++) {
      boolean act = moments.get(at).call() != Call.ASK && moments.get(at).call() != Call.PAUSE;
      last = moments.get(at).row().equals(step.label()) && act ? at : last;
    }
    return run(world, command, last, Disturbance.CRASH_AFTER);
  }

  private static int question(World world, String command) {
    return moments(world, command).stream().map(CallMoment::call).toList().indexOf(Call.QUESTION);
  }

  private static List<CallMoment> moments(World world, String command) {
    return result(world, command, -1, null).moments();
  }

  private static World run(World world, String command, int at, @Nullable Disturbance disturbance) {
    return result(world, command, at, disturbance).world();
  }

  private static SearchRun.Result result(
      World world, String command, int at, @Nullable Disturbance disturbance) {
    return new SearchRun(Variation.NONE).run(world, command, at, disturbance);
  }
}
