package io.metamigrate.migrator.cutover;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.metamigrate.migrator.cutover.CutoverState.MoveProgress;
import io.metamigrate.migrator.cutover.SimulatedJournal.Kept;
import io.metamigrate.migrator.cutover.world.CallMoment;
import io.metamigrate.migrator.cutover.world.Crash;
import io.metamigrate.migrator.cutover.world.Disturbance;
import io.metamigrate.migrator.cutover.world.ToolProcess;
import io.metamigrate.migrator.cutover.world.ToolProcess.Other;
import io.metamigrate.migrator.cutover.world.World;
import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.replay.ForeignChangeException;
import io.metamigrate.migrator.replay.LostAuthorityException;
import io.metamigrate.migrator.run.AdvisedCommands;
import io.metamigrate.migrator.run.BlockedException;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.StoreException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One command in one world, with at most one disturbance, and what the operator does then. */
final class SearchRun {
  static final String CUTOVER = "migrate cutover --confirm c1";
  static final String ROLLBACK = "migrate rollback --confirm c1";
  static final String UNDO = "migrate rollback --confirm c1 --undo";
  static final String WITHOUT_ETCD = "migrate rollback --confirm c1 --without-etcd";
  static final String WITHOUT_ZOOKEEPER = " --without-zookeeper";
  static final String FINALIZE = "migrate finalize --confirm c1";
  static final String FOLLOW = "migrate run";

  private static final Pattern WINDOW =
      Pattern.compile("migrate (cutover|rollback|finalize|run).*");
  private static final Pattern LOST_BOOKIE = Pattern.compile("--lost-bookie (\\S+)");
  private static final Pattern GIVEN_UP =
      Pattern.compile("--accept-(?:late-write|foreign) (/ledgers/(\\d+))");

  private final Variation variation;

  SearchRun(Variation variation) {
    this.variation = variation;
  }

  /** How a command ended. */
  enum End {
    DONE,
    WENT_BACK,
    STOPPED,
    REFUSED,
    /** Another process has the lock. */
    LOST,
    CRASHED
  }

  /**
   * The result.
   *
   * @param reason why it ended, for people
   * @param moments each call, in order
   * @param next commands that are advised; after a crash those that status would name
   */
  record Result(
      World world,
      End end,
      String reason,
      List<CallMoment> moments,
      boolean disturbed,
      List<String> next,
      List<String> violations) {}

  /** The program's answer, without the world. */
  private record Answer(End end, String reason, List<String> next) {}

  Result run(World start, String command, int at, @Nullable Disturbance disturbance) {
    World world = start.copy();
    giveUp(world, command);
    if (!world.isLimited() || isTooLateToBegin(world)) {
      world.forgetLimits();
    }
    ToolProcess process = new ToolProcess(world, at, disturbance, this::runFrozen);
    Answer answer = answer(process, command);
    List<String> violations = new ArrayList<>(world.checker.violations());
    world.settle();
    violations.addAll(
        world.checker.violations().subList(violations.size(), world.checker.violations().size()));
    List<String> next = withLostBookies(world, next(world, command, answer));
    world.backUp(start);
    Operator.repair(world, answer.reason());
    return new Result(
        world,
        answer.end(),
        answer.reason(),
        process.moments(),
        process.wasDisturbed(),
        next,
        List.copyOf(violations));
  }

  /** An operator names no moment that has passed. */
  private static boolean isTooLateToBegin(World world) {
    return world.isTooLate()
        && kept(world).flatMap(Kept::state).filter(NodeRegistry::isBegun).isEmpty();
  }

  private Answer answer(ToolProcess process, String command) {
    World world = process.world();
    if (command.equals(FOLLOW)) {
      return follow(world);
    }
    try {
      if (command.startsWith(WITHOUT_ETCD)) {
        return withoutEtcd(process, command);
      }
      WindowResult result = new SimulatedCommand(command, process, variation).run();
      if (result.done()) {
        check(world, command, result);
        return new Answer(End.DONE, "", command.contains("finalize") ? List.of() : result.next());
      }
      boolean back = result.outcome().equals("went-back");
      if (back) {
        check(world, ROLLBACK, result);
        world.forgetLimits();
      }
      world.checker.stopped(world);
      return new Answer(
          back ? End.WENT_BACK : End.STOPPED, result.reason().orElse(""), result.next());
    } catch (Crash e) {
      return new Answer(End.CRASHED, "", List.of());
    } catch (LostAuthorityException e) {
      return new Answer(End.LOST, String.valueOf(e.getMessage()), List.of());
    } catch (BlockedException e) {
      String text = String.valueOf(e.getMessage());
      return new Answer(End.REFUSED, text, AdvisedCommands.in(text));
    } catch (StepFailedException | StoreException | ForeignChangeException e) {
      return new Answer(End.REFUSED, String.valueOf(e.getMessage()), List.of());
    }
  }

  /** The daemon, undisturbed, for a move that was rolled back. */
  private static Answer follow(World world) {
    boolean isLeft = world.isEtcdLost() || world.isEpochOfZooKeeper();
    boolean may =
        isLeft
            ? world.copied == null
            : kept(world).isPresent()
                && (kept(world).get().checkpoint().phase() == Phase.ROLLED_BACK
                    || (world.leftEtcd && world.copied == null));
    if (!may) {
      return new Answer(End.REFUSED, "a move is under way", List.of());
    }
    SimulatedCommand.follow(world);
    return new Answer(End.DONE, "", List.of(CUTOVER));
  }

  /** Another process, undisturbed, in the same world. */
  private void runFrozen(World world, Other command) {
    ToolProcess process = new ToolProcess(world, -1, null, (same, again) -> {});
    Answer unused =
        answer(
            process,
            switch (command) {
              case CUTOVER -> world.isZooKeeperLost() ? CUTOVER + WITHOUT_ZOOKEEPER : CUTOVER;
              case ROLLBACK -> world.isEtcdLost() ? WITHOUT_ETCD : ROLLBACK;
              case ROLLBACK_WITHOUT_ETCD -> WITHOUT_ETCD;
            });
  }

  private Answer withoutEtcd(ToolProcess process, String command) {
    World world = process.world();
    SimulatedRollbackWithoutEtcd.UndoEnd outcome =
        new SimulatedCommand(command, process, variation).runWithoutEtcd();
    if (outcome.reason().isPresent()) {
      return new Answer(End.STOPPED, outcome.reason().get(), List.of(command));
    }
    world.checker.done(world, Store.ZOOKEEPER, true);
    if (!outcome.reverse()) {
      world.checker.undone(world, Store.ZOOKEEPER);
    }
    world.forgetIdentity();
    world.forgetLimits();
    return new Answer(End.DONE, "", List.of(FOLLOW));
  }

  private static void check(World world, String command, WindowResult result) {
    Store store = end(command);
    world.checker.done(world, store, true);
    boolean reverse =
        result.steps().stream().anyMatch(line -> line.step().equals(StepKind.COPY_BACK.label()));
    if (store == Store.ZOOKEEPER) {
      if (!reverse) {
        world.checker.undone(world, store);
      }
      world.forgetIdentity();
      world.forgetLimits();
    }
  }

  /** Where the cluster is once that command is done. */
  static Store end(String command) {
    return command.contains("rollback") && !command.contains("--undo")
        ? Store.ZOOKEEPER
        : Store.ETCD;
  }

  static Optional<Kept> kept(World world) {
    return Optional.ofNullable((@Nullable Kept) world.document);
  }

  // --- the operator

  /** What the operator gives up by name is excused. */
  private static void giveUp(World world, String command) {
    Matcher matcher = GIVEN_UP.matcher(command);
    while (matcher.find()) {
      world.excuse(Long.parseLong(matcher.group(2)));
    }
    lostBookies(command).forEach(world::nameAsLost);
  }

  /** What the command names as permanently lost. */
  static Set<String> lostBookies(String command) {
    return LOST_BOOKIE
        .matcher(command)
        .results()
        .map(found -> found.group(1))
        .collect(Collectors.toSet());
  }

  /** Each also with what every message about a bookie that is down advises. */
  private static List<String> withLostBookies(World world, List<String> commands) {
    Set<String> next = new LinkedHashSet<>(commands);
    Set<String> unnamed = new TreeSet<>(world.lostBookies());
    unnamed.removeAll(recordedAsLost(world));
    for (String bookie : unnamed) {
      commands.stream()
          .filter(command -> !command.equals(FOLLOW) && lostBookies(command).isEmpty())
          .forEach(command -> next.add(command + " --lost-bookie " + bookie));
    }
    return List.copyOf(next);
  }

  private static Set<String> recordedAsLost(World world) {
    return kept(world)
        .filter(kept -> !world.isEtcdLost())
        .map(kept -> kept.documents().get(NodeRegistry.DOCUMENT))
        .map(nodes -> CutoverCodec.readNodes(nodes.getBytes(UTF_8)))
        .or(() -> SimulatedCopy.in(world).map(MoveBackup::nodes))
        .<Set<String>>map(NodeList::lost)
        .orElse(Set.of());
  }

  /** The commands that the answer names; if it names none, those that status names. */
  private static List<String> next(World world, String command, Answer answer) {
    Set<String> next = new LinkedHashSet<>();
    if (world.isEtcdLost() && answer.end() != End.DONE) {
      next.addAll(withoutEtcd(world, command));
      next.addAll(answer.next());
      return List.copyOf(next);
    }
    if (world.isZooKeeperLost() && answer.end() != End.DONE) {
      next.add(command);
      kept(world).flatMap(Kept::withoutZooKeeper).ifPresent(next::add);
      answer.next().stream().filter(text -> WINDOW.matcher(text).matches()).forEach(next::add);
      return List.copyOf(next);
    }
    answer.next().stream().filter(text -> WINDOW.matcher(text).matches()).forEach(next::add);
    if (next.isEmpty()) {
      next.addAll(status(world));
    }
    if (answer.reason().contains("run the same command again") || next.isEmpty()) {
      next.add(command);
    }
    Matcher late = GIVEN_UP.matcher(answer.reason());
    if (late.find()) {
      next.add(command + " " + late.group());
    }
    if (answer.reason().contains("--accept-late-writes")) {
      next.add(FINALIZE + " --accept-late-writes");
    }
    return List.copyOf(next);
  }

  /** {@link GoneStore#advise}. */
  private static List<String> withoutEtcd(World world, String command) {
    List<String> next = new ArrayList<>(List.of(command));
    SimulatedCopy.in(world)
        .flatMap(copy -> GoneStore.withoutEtcd(copy, SimulatedCopy.epoch(world)))
        .filter(advised -> !advised.equals(command))
        .ifPresent(next::add);
    return List.copyOf(next);
  }

  private static List<String> status(World world) {
    Optional<Kept> kept = kept(world);
    Optional<CutoverState> state = kept.flatMap(Kept::state);
    if (state.isEmpty()) {
      return world.finalized ? List.of() : List.of(CUTOVER);
    }
    CutoverState now = state.get();
    if (kept.get().checkpoint().phase() == Phase.FINALIZED) {
      return List.of(FINALIZE);
    }
    boolean through =
        now.progress() == MoveProgress.FORWARD
            && now.forward().stream().allMatch(StepRecord::isDone);
    String advice =
        through || now.progress() == MoveProgress.ROLLED_BACK
            ? OperatorGuidance.afterDone(now)
            : OperatorGuidance.next(now, now.isCommitted());
    return AdvisedCommands.in(advice).stream()
        .filter(text -> WINDOW.matcher(text).matches())
        .toList();
  }
}
