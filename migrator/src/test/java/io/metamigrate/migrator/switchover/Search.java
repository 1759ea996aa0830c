package io.metamigrate.migrator.switchover;

import io.metamigrate.migrator.switchover.engine.Outcome;
import io.metamigrate.migrator.switchover.state.Strategy;
import io.metamigrate.migrator.switchover.world.Disturbance;
import io.metamigrate.migrator.switchover.world.Disturbance.Call;
import io.metamigrate.migrator.switchover.world.World;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Runs commands in worlds with disturbances, checks each run, and shows that from each end at most
 * three advised commands lead to a cluster that serves. Ends are merged by their canonical form.
 */
final class Search {
  static final int WAYS_OUT = 3;

  private final Trial trial;
  private final boolean stopAtFirst;

  /** Questions are asked in rows, and between two of a row little differs. */
  private final int everyQuestion;

  private final Map<String, Integer> waysOut = new HashMap<>();
  private final Set<String> states = new HashSet<>();
  private final SortedMap<Disturbance, Integer> coverage = new TreeMap<>();
  private final Map<String, String> violations = new LinkedHashMap<>();
  private int runs;
  private int transitions;

  Search(Strategy strategy, Variant variant, boolean stopAtFirst, int everyQuestion) {
    this.everyQuestion = everyQuestion;
    this.stopAtFirst = stopAtFirst;
    trial = new Trial(strategy, variant);
  }

  int runs() {
    return runs;
  }

  int states() {
    return states.size();
  }

  int transitions() {
    return transitions;
  }

  SortedMap<Disturbance, Integer> coverage() {
    return coverage;
  }

  /** Each violation with the first trace that shows it. */
  Map<String, String> violations() {
    return violations;
  }

  boolean isOver() {
    return stopAtFirst && !violations.isEmpty();
  }

  /** The command without any disturbance. */
  Trial.Result plain(World world, String command) {
    return run(world, command, -1, null, "");
  }

  /** The ends of a command that is killed after each of its acts and records. */
  List<World> crashed(World world, String command) {
    List<World> ends = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    int calls = plain(world, command).calls().size();
    for (int at = 0; at < calls; at++) {
      Trial.Result end = run(world, command, at, Disturbance.CRASH_AFTER, "");
      if (end.disturbed() && seen.add(end.world().canonical())) {
        ends.add(end.world());
      }
    }
    return ends;
  }

  /** The command with each of these disturbances at each of its calls. */
  List<World> disturb(World world, String command, Predicate<Disturbance> which, String before) {
    List<World> ends = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    List<Call> calls = plain(world, command).calls();
    for (int at = 0; at < calls.size(); at++) {
      if (calls.get(at) == Call.ASK && at % everyQuestion != 0) {
        continue;
      }
      for (Disturbance disturbance : Disturbance.values()) {
        if (isOver()) {
          return ends;
        }
        if (which.test(disturbance) && disturbance.appliesTo(calls.get(at))) {
          Trial.Result end = run(world, command, at, disturbance, before);
          if (end.disturbed()) {
            coverage.merge(disturbance, 1, Integer::sum);
            String trace = "%s%s, call %d %s".formatted(before, command, at, disturbance);
            checkWaysOut(end, trace);
            if (seen.add(end.world().canonical())) {
              ends.add(end.world());
            }
          }
        }
      }
    }
    return ends;
  }

  private Trial.Result run(
      World world, String command, int at, @Nullable Disturbance disturbance, String before) {
    runs++;
    Trial.Result end = trial.run(world, command, at, disturbance);
    transitions++;
    states.add(end.world().canonical());
    String trace =
        "%s%s, call %d %s -> %s".formatted(before, command, at, disturbance, end.outcome());
    end.violations().forEach(text -> violations.putIfAbsent(text, trace));
    return end;
  }

  private void checkWaysOut(Trial.Result end, String trace) {
    if (end.world().isHopeless()) {
      return;
    }
    if (distance(end, WAYS_OUT, trace) > WAYS_OUT) {
      violations.putIfAbsent(
          "no way out: "
              + end.outcome().map(Outcome::toString).orElse("crash").replaceAll("at=[^,\\]]*", ""),
          trace);
    }
  }

  /** How many advised commands lead to a cluster that serves; more than the limit if none does. */
  private int distance(Trial.Result end, int left, String trace) {
    if (end.isDone()) {
      return 0;
    }
    String key = end.next() + end.world().canonical();
    Integer known = waysOut.get(key);
    if (known != null && (known <= left || known > 100 + left - 1)) {
      return known;
    }
    int best = 100 + left;
    if (left > 0) {
      for (String command : end.next()) {
        Trial.Result after = run(end.world(), command, -1, null, trace + "; ");
        boolean serves =
            after.isDone() && after.world().checker().serves(after.world(), Trial.end(command));
        int rest =
            serves
                ? 0
                : after.isDone() ? 100 + left : distance(after, left - 1, trace + "; " + command);
        best = Math.min(best, 1 + rest);
        if (best <= left) {
          break;
        }
      }
    }
    waysOut.put(key, best);
    return best;
  }
}
