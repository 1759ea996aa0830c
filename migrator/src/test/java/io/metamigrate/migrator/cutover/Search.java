package io.metamigrate.migrator.cutover;

import com.google.common.hash.HashCode;
import com.google.common.hash.Hashing;
import io.metamigrate.migrator.cutover.CutoverState.MoveProgress;
import io.metamigrate.migrator.cutover.SearchPath.Leg;
import io.metamigrate.migrator.cutover.world.CallMoment;
import io.metamigrate.migrator.cutover.world.Disturbance;
import io.metamigrate.migrator.cutover.world.Disturbance.Call;
import io.metamigrate.migrator.cutover.world.World;
import io.metamigrate.verifier.store.Store;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Runs commands in worlds with disturbances and checks each run. From each end each advised command
 * is run, and at most three of them have to lead to a cluster that serves. Ends are merged by their
 * canonical form.
 */
final class Search {
  /** How many commands lead out after one disturbance, and after two. */
  private static final int WAYS_OUT = 3;

  private static final int WAYS_OUT_OF_PAIRS = 4;
  private static final int NO_WAY_OUT = 100;
  private static final int PATHS_PER_SITE = 90;
  private static final int PATHS_PER_DISTURBANCE = 4;
  private static final int PATHS_PER_ROOT = 2;

  private final Recorder recorder = new Recorder();
  private final boolean recording;
  private final int mostCommands;
  private final SearchRun testRun;

  /** Ends at the first violation that matches; never if it is empty. */
  private final String until;

  private final Map<HashCode, Integer> waysOut = new HashMap<>();
  private final Set<HashCode> followed = new HashSet<>();
  private final Set<HashCode> states = new HashSet<>();
  private final Set<HashCode> transitions = new HashSet<>();
  private final SortedMap<Disturbance, SortedMap<String, Integer>> coverage = new TreeMap<>();
  private final Map<String, SearchPath> violations = new LinkedHashMap<>();
  private final SortedMap<Site, List<SearchPath>> paths = new TreeMap<>();
  private final Map<String, Integer> perDisturbance = new HashMap<>();
  private int runs;
  private boolean isFound;

  /** Of questions in a row only each third is disturbed, acts and records all; 1 for each. */
  private final int everyQuestion = Integer.getInteger("search.everyQuestion", 3);

  private Search(Variation variation, boolean recording, String until, int mostCommands) {
    this.mostCommands = mostCommands;
    this.recording = recording;
    this.until = until;
    testRun = new SearchRun(recording ? recorder : variation);
  }

  /** The program as it is. */
  static Search ofProgram() {
    return new Search(Variation.NONE, false, "", WAYS_OUT);
  }

  /** The program as it is, disturbed twice. */
  static Search ofPairs() {
    return new Search(Variation.NONE, false, "", WAYS_OUT_OF_PAIRS);
  }

  /** The program as it is; notes where mutants would differ. */
  static Search recording() {
    return new Search(Variation.NONE, true, "", WAYS_OUT);
  }

  /** A changed program; ends at the first violation. */
  static Search of(Variation variation) {
    return of(variation, ".*");
  }

  /** A changed program; ends at the first violation that matches. */
  static Search of(Variation variation, String until) {
    return new Search(variation, false, until, WAYS_OUT);
  }

  int runs() {
    return runs;
  }

  int states() {
    return states.size();
  }

  int transitions() {
    return transitions.size();
  }

  /** How often each disturbance changed something in each row. */
  SortedMap<Disturbance, SortedMap<String, Integer>> coverage() {
    return coverage;
  }

  /** Each violation with the first path that shows it. */
  Map<String, SearchPath> violations() {
    return violations;
  }

  /** Paths on which a mutant of that site would differ. */
  SortedMap<Site, List<SearchPath>> paths() {
    return paths;
  }

  Set<Site> sites() {
    return recorder.sites();
  }

  private boolean isOver() {
    return !until.isEmpty() && isFound;
  }

  /** An end and how it was reached. */
  record ReachedEnd(SearchPath path, SearchRun.Result result) {}

  /** Each command of the root with each of these disturbances at each call. */
  List<ReachedEnd> disturb(SearchRoot root, Predicate<Disturbance> which) {
    List<ReachedEnd> ends = new ArrayList<>();
    for (String command : root.commands()) {
      ends.addAll(disturb(SearchPath.of(root), root.world(), command, which));
    }
    return ends;
  }

  /** The command with each of these disturbances at each call; ends that are equal are one. */
  List<ReachedEnd> disturb(
      SearchPath base, World world, String command, Predicate<Disturbance> which) {
    List<ReachedEnd> ends = new ArrayList<>();
    Set<HashCode> seen = new HashSet<>();
    List<CallMoment> moments = run(base, world, new Leg(command, -1, null)).result().moments();
    for (int at = 0; at < moments.size(); at++) {
      if (moments.get(at).call() == Call.ASK && at % everyQuestion != 0) {
        continue;
      }
      for (Disturbance disturbance : Disturbance.values()) {
        if (which.test(disturbance) && disturbance.appliesTo(moments.get(at).call())) {
          ReachedEnd end = run(base, world, new Leg(command, at, disturbance));
          if (end.result().disturbed()) {
            follow(end);
            if (seen.add(end.result().world().canonical())) {
              ends.add(end);
            }
          }
        }
      }
    }
    return ends;
  }

  /** One command with one disturbance, drawn. */
  ReachedEnd draw(Random random, SearchPath base, World world, List<String> commands) {
    String command = commands.get(random.nextInt(commands.size()));
    List<CallMoment> moments = moments(world, command);
    if (moments.isEmpty()) {
      // The daemon is not searched.
      return run(base, world, new Leg(command, -1, null));
    }
    Disturbance[] all = Disturbance.values();
    while (true) {
      int at = random.nextInt(moments.size());
      Disturbance disturbance = all[random.nextInt(all.length)];
      // Once brokers have served on it, a restored etcd draws ids again, whatever the program does.
      boolean drawn = disturbance != Disturbance.ETCD_RESTORED;
      if (drawn && disturbance.appliesTo(moments.get(at).call())) {
        ReachedEnd end = run(base, world, new Leg(command, at, disturbance));
        if (end.result().disturbed()) {
          follow(end);
          return end;
        }
      }
    }
  }

  private final Map<HashCode, List<CallMoment>> known = new HashMap<>();

  private List<CallMoment> moments(World world, String command) {
    return known.computeIfAbsent(
        hash(command + world.canonical()),
        key -> List.copyOf(testRun.run(world, command, -1, null).moments()));
  }

  /** Goes those paths on which a mutant of that site can differ. */
  void attack(Site site, List<SearchPath> paths) {
    for (SearchPath path : paths) {
      if (isOver()) {
        return;
      }
      if (site.kind() == Site.MutantKind.INTENT) {
        endInRow(path, site.where());
      } else {
        replay(path);
      }
    }
  }

  /** Goes a path again. */
  private void replay(SearchPath path) {
    SearchPath base = SearchPath.of(path.root());
    World world = path.root().world();
    for (Leg leg : path.legs()) {
      ReachedEnd end = run(base, world, leg);
      if (isOver()) {
        return;
      }
      base = end.path();
      world = end.result().world();
      if (base.legs().size() == path.legs().size()) {
        follow(end);
      }
    }
  }

  /** The last command of the path, ended at each of its acts in a row. */
  private void endInRow(SearchPath path, String row) {
    List<Leg> legs = path.legs();
    SearchPath base = SearchPath.of(path.root());
    World world = path.root().world();
    for (Leg leg : legs.subList(0, legs.size() - 1)) {
      ReachedEnd end = run(base, world, leg);
      base = end.path();
      world = end.result().world();
    }
    String command = legs.get(legs.size() - 1).command();
    List<CallMoment> moments = moments(world, command);
    for (int at = 0; at < moments.size() && !isOver(); at++) {
      CallMoment moment = moments.get(at);
      if (isAct(moment) && moment.row().equals(row)) {
        follow(run(base, world, new Leg(command, at, Disturbance.CRASH_AFTER)));
        follow(run(base, world, new Leg(command, at, Disturbance.ACT_AFTER_DEATH)));
      }
    }
  }

  private static boolean isAct(CallMoment moment) {
    return moment.call() == Call.ACT || moment.call() == Call.WRITE || moment.call() == Call.HOOK;
  }

  private ReachedEnd run(SearchPath base, World world, Leg leg) {
    runs++;
    SearchPath path = base.then(leg);
    Set<Site> unused = recorder.takeHits();
    SearchRun.Result result = testRun.run(world, leg.command(), leg.at(), leg.disturbance());
    HashCode state = result.world().canonical();
    states.add(state);
    transitions.add(hash(world.canonical() + leg.command() + state));
    Disturbance disturbance = leg.disturbance();
    if (disturbance != null && result.disturbed()) {
      CallMoment moment = result.moments().get(leg.at());
      coverage
          .computeIfAbsent(disturbance, key -> new TreeMap<>())
          .merge(moment.row(), 1, Integer::sum);
    }
    result.violations().forEach(text -> violation(text, path));
    if (recording) {
      record(path, result);
    }
    return new ReachedEnd(path, result);
  }

  private void violation(String text, SearchPath path) {
    violations.putIfAbsent(text, path);
    isFound = isFound || text.matches(until);
  }

  private void record(SearchPath path, SearchRun.Result result) {
    Leg leg = path.legs().get(path.legs().size() - 1);
    Disturbance disturbance = leg.disturbance();
    if (disturbance != null && result.disturbed()) {
      CallMoment moment = result.moments().get(leg.at());
      if (disturbance.endsTheProcess() && isAct(moment)) {
        recorder.hit(new Site(Site.MutantKind.INTENT, moment.row()));
      }
    }
    for (Site site : recorder.takeHits()) {
      String key = site + " " + path.disturbance().map(Disturbance::name).orElse("");
      String here = key + " " + path.root();
      List<SearchPath> some = paths.computeIfAbsent(site, none -> new ArrayList<>());
      if (some.size() < PATHS_PER_SITE
          && perDisturbance.merge(here, 1, Integer::sum) <= PATHS_PER_ROOT
          && perDisturbance.merge(key, 1, Integer::sum) <= PATHS_PER_DISTURBANCE) {
        some.add(path);
      }
    }
  }

  /** Each advised command; each end, and each stop after one more command, has a way out. */
  private void follow(ReachedEnd end) {
    if (isOver() || !followed.add(key(end.result()))) {
      return;
    }
    List<ReachedEnd> stops = new ArrayList<>();
    int best = isServingAtTheEnd(end) ? 0 : NO_WAY_OUT;
    for (String command : end.result().next()) {
      ReachedEnd after = run(end.path(), end.result().world(), new Leg(command, -1, null));
      best = Math.min(best, rest(after, mostCommands));
      stops.add(after);
    }
    requireWayOut(end, best);
    for (ReachedEnd stop : stops) {
      if (!isOver() && followed.add(key(stop.result()))) {
        requireWayOut(stop, isServingAtTheEnd(stop) ? 0 : distance(stop, mostCommands));
      }
    }
  }

  private void requireWayOut(ReachedEnd end, int commands) {
    World world = end.result().world();
    boolean deserted = world.finalized && world.isDeserted();
    boolean untouched = world.isEtcdLost() && world.copied == null && world.isUntouched();
    boolean excused = world.isHopeless() || deserted || untouched || isLostWithItsStore(world);
    if (commands > mostCommands && !isOver() && !excused) {
      violation("no way out: " + end.result().end() + " " + end.result().reason(), end.path());
    }
  }

  /** A rollback had withdrawn the point of no return as ZooKeeper was lost. */
  private static boolean isLostWithItsStore(World world) {
    return world.isZooKeeperLost()
        && SearchRun.kept(world)
            .flatMap(SimulatedJournal.Kept::state)
            .filter(state -> state.progress() == MoveProgress.BACK_BEFORE_NO_RETURN)
            .isPresent();
  }

  /** How many commands it takes with this one, which has been run. */
  private int rest(ReachedEnd after, int left) {
    return isServingAtTheEnd(after) ? 1 : 1 + distance(after, left - 1);
  }

  private static boolean isServingAtTheEnd(ReachedEnd end) {
    List<Leg> legs = end.path().legs();
    String command = legs.get(legs.size() - 1).command();
    World world = end.result().world();
    if (end.result().end() == SearchRun.End.WENT_BACK) {
      return world.checker.serves(world, Store.ZOOKEEPER);
    }
    boolean isOver = end.result().end() == SearchRun.End.DONE || world.finalized;
    return isOver && world.checker.serves(world, SearchRun.end(command));
  }

  /** How many advised commands lead to a cluster that serves; more than the limit if none does. */
  private int distance(ReachedEnd end, int left) {
    if (left == 0 || isOver()) {
      return NO_WAY_OUT;
    }
    HashCode key = hash(left + " " + key(end.result()));
    Integer before = waysOut.get(key);
    if (before != null) {
      return before;
    }
    int best = NO_WAY_OUT;
    for (String command : end.result().next()) {
      ReachedEnd after = run(end.path(), end.result().world(), new Leg(command, -1, null));
      best = Math.min(best, rest(after, left));
      if (best == 1) {
        break;
      }
    }
    waysOut.put(key, best);
    return best;
  }

  private static HashCode key(SearchRun.Result result) {
    return hash(result.end() + " " + result.next() + result.world().canonical());
  }

  private static HashCode hash(String text) {
    return Hashing.murmur3_128().hashUnencodedChars(text);
  }
}
