package io.metamigrate.migrator.switchover;

import io.metamigrate.migrator.switchover.state.Strategy;
import io.metamigrate.migrator.switchover.world.Disturbance;
import io.metamigrate.migrator.switchover.world.Disturbance.Call;
import io.metamigrate.migrator.switchover.world.World;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A world from which commands are searched. */
record Root(String name, World world, List<String> commands) {
  static final String CUTOVER = "migrate cutover";
  static final String ROLLBACK = "migrate rollback";
  static final String ROLLBACK_UNDO = "migrate rollback --undo";
  static final String FINALIZE = "migrate finalize";

  @Override
  public String toString() {
    return name;
  }

  /** Every kind of state in which a command begins. */
  static List<Root> all(int bookies, int brokers) {
    List<Root> roots = new ArrayList<>();
    for (Strategy strategy : Strategy.values()) {
      World fresh = World.serving(bookies, brokers, strategy);
      String by = strategy + " ";
      roots.add(new Root(by + "serving", fresh, List.of(CUTOVER)));
      World asked = stopped(fresh, CUTOVER);
      roots.add(new Root(by + "before its commit", asked, List.of(CUTOVER, ROLLBACK)));
      World committed = committed(fresh, CUTOVER);
      roots.add(new Root(by + "committed", committed, List.of(CUTOVER, ROLLBACK)));
      World there = end(fresh, CUTOVER);
      roots.add(new Root(by + "complete", there, List.of(CUTOVER, ROLLBACK, FINALIZE)));
    }
    World hooked = World.hooked(bookies, brokers, Strategy.STOP_ALL);
    roots.add(new Root("with hooks", hooked, List.of(CUTOVER)));
    World limited = World.limited(bookies, brokers, Strategy.ROLLING);
    roots.add(new Root("with time limits", limited, List.of(CUTOVER)));
    World hookedThere = end(hooked, CUTOVER);
    roots.add(new Root("with hooks, complete", hookedThere, List.of(ROLLBACK)));
    World there = end(World.serving(bookies, brokers, Strategy.ROLLING), CUTOVER);
    World askedBack = stopped(there, ROLLBACK);
    roots.add(new Root("back, before its commit", askedBack, List.of(ROLLBACK, ROLLBACK_UNDO)));
    roots.add(new Root("back, committed", committed(there, ROLLBACK), List.of(ROLLBACK)));
    roots.add(new Root("back, complete", end(there, ROLLBACK), List.of(ROLLBACK, CUTOVER)));
    World undone =
        end(stopped(World.serving(bookies, brokers, Strategy.ROLLING), CUTOVER), ROLLBACK);
    roots.add(new Root("undone", undone, List.of(ROLLBACK, CUTOVER)));
    World undoneBack = end(askedBack, ROLLBACK_UNDO);
    roots.add(new Root("back, undone", undoneBack, List.of(CUTOVER, ROLLBACK)));
    return roots;
  }

  private static World end(World world, String command) {
    return run(world, command, -1, null);
  }

  /** The operator answers no at the point of no return. */
  private static World stopped(World world, String command) {
    return run(world, command, question(world, command), Disturbance.OPERATOR_STOPS);
  }

  /** The process ends right after the commit was recorded. */
  private static World committed(World world, String command) {
    List<Call> calls = calls(world, command);
    int at = question(world, command);
    while (calls.get(at) != Call.SAVE) {
      at++;
    }
    return run(world, command, at, Disturbance.CRASH_AFTER);
  }

  private static int question(World world, String command) {
    return calls(world, command).indexOf(Call.QUESTION);
  }

  private static List<Call> calls(World world, String command) {
    return new TestRun(Mutation.NONE)
        .run(world, command, -1, null).moments().stream().map(moment -> moment.call()).toList();
  }

  private static World run(World world, String command, int at, @Nullable Disturbance disturbance) {
    return new TestRun(Mutation.NONE).run(world, command, at, disturbance).world();
  }
}
