package io.metamigrate.migrator.cutover;

import static io.metamigrate.migrator.cutover.SearchRun.CUTOVER;
import static io.metamigrate.migrator.cutover.SearchRun.ROLLBACK;
import static io.metamigrate.migrator.cutover.SearchRun.UNDO;

import io.metamigrate.migrator.config.CutoverConfig.Strategy;
import io.metamigrate.migrator.cutover.SearchRun.End;
import io.metamigrate.migrator.cutover.SearchRun.Result;
import io.metamigrate.migrator.cutover.SimulatedJournal.Kept;
import io.metamigrate.migrator.cutover.world.CallMoment;
import io.metamigrate.migrator.cutover.world.Disturbance;
import io.metamigrate.migrator.cutover.world.Disturbance.Call;
import io.metamigrate.migrator.cutover.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Some runs of the search, written down so that they can be replayed on real stores: each command
 * with the acts of the driver, how it ended, and each step as it was recorded then. TraceReplay in
 * the end-to-end tests reads them.
 */
final class SearchTraces {
  private static final int MOST_COMMANDS = 3;
  private static final SearchRun PROGRAM = new SearchRun(Variation.NONE);

  /** The process ends, or the driver refuses: the same command resumes. */
  private static final List<Disturbance> REPEATED =
      List.of(Disturbance.CRASH_BEFORE, Disturbance.CRASH_AFTER, Disturbance.REFUSED);

  private static final List<Disturbance> EVENTS =
      List.of(
          Disturbance.BOOKIE_DIES,
          Disturbance.FOREIGN_BROKER_ON_ZOOKEEPER,
          Disturbance.FOREIGN_BROKER_ON_ETCD);

  private final StringBuilder text = new StringBuilder();

  private SearchTraces() {}

  static String text() {
    SearchTraces traces = new SearchTraces();
    for (Strategy strategy : Strategy.values()) {
      World fresh = World.serving(3, 2, strategy);
      SimulatedCommand.follow(fresh);
      traces.of(strategy, List.of(), fresh, CUTOVER);
      World there = PROGRAM.run(fresh, CUTOVER, -1, null).world();
      traces.of(strategy, List.of("cutover"), there, ROLLBACK);
      traces.undone(strategy, there);
      World declined =
          PROGRAM.run(fresh, CUTOVER, question(fresh), Disturbance.OPERATOR_STOPS).world();
      traces.of(strategy, List.of("cutover declined"), declined, ROLLBACK);
    }
    return traces.text.toString();
  }

  private static int question(World world) {
    return PROGRAM.run(world, CUTOVER, -1, null).moments().stream()
        .map(CallMoment::call)
        .toList()
        .indexOf(Call.QUESTION);
  }

  private void of(Strategy strategy, List<String> before, World world, String command) {
    List<Integer> acts = acts(PROGRAM.run(world, command, -1, null).moments());
    for (Disturbance disturbance : REPEATED) {
      for (int part = 1; part <= 2; part++) {
        trace(strategy, before, world, command, acts.size() * part / 3, disturbance);
      }
    }
    for (Disturbance event : EVENTS) {
      trace(strategy, before, world, command, acts.size() / 2, event);
    }
  }

  /** A rollback that does not get through, and is undone. */
  private void undone(Strategy strategy, World there) {
    int acts = acts(PROGRAM.run(there, ROLLBACK, -1, null).moments()).size();
    for (Disturbance disturbance : REPEATED) {
      for (int part = 1; part <= 2; part++) {
        Result stopped =
            begin(strategy, List.of("cutover"), there, ROLLBACK, acts * part / 3, disturbance);
        Result unused = run(stopped.world(), UNDO, -1, null);
      }
    }
  }

  private void trace(
      Strategy strategy,
      List<String> before,
      World world,
      String command,
      int act,
      Disturbance disturbance) {
    Result result = begin(strategy, before, world, command, act, disturbance);
    for (int i = 1; REPEATED.contains(disturbance) && i < MOST_COMMANDS; i++) {
      if (result.end() == End.DONE) {
        return;
      }
      result = run(result.world(), command, -1, null);
    }
  }

  /** The first command of a trace, disturbed at this act. */
  private Result begin(
      Strategy strategy,
      List<String> before,
      World world,
      String command,
      int act,
      Disturbance disturbance) {
    int at = acts(PROGRAM.run(world, command, -1, null).moments()).get(act);
    text.append("trace %s %s %d\n".formatted(strategy, disturbance, act));
    before.forEach(earlier -> text.append("before %s\n".formatted(earlier)));
    return run(world, command, at, disturbance);
  }

  private Result run(World world, String command, int at, @Nullable Disturbance disturbance) {
    Result result = PROGRAM.run(world, command, at, disturbance);
    text.append("%s %s\n".formatted(name(command), result.end()));
    text.append(
        "acts %s\n"
            .formatted(
                result.moments().stream()
                    .map(CallMoment::act)
                    .filter(act -> !act.isEmpty())
                    .collect(Collectors.joining(", "))));
    text.append("steps %s\n".formatted(steps(result.world())));
    return result;
  }

  private static String name(String command) {
    return command.equals(UNDO) ? "undo" : command.split(" ", -1)[1];
  }

  private static String steps(World world) {
    return SearchRun.kept(world).flatMap(Kept::state).stream()
        .flatMap(state -> Stream.concat(state.forward().stream(), state.back().stream()))
        .map(record -> record.id() + "=" + record.state())
        .collect(Collectors.joining(", "));
  }

  private static List<Integer> acts(List<CallMoment> moments) {
    return new ArrayList<>(
        IntStream.range(0, moments.size())
            .filter(i -> moments.get(i).call() == Call.ACT)
            .boxed()
            .toList());
  }
}
