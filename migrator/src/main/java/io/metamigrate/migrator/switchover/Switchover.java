package io.metamigrate.migrator.switchover;

import io.metamigrate.migrator.switchover.CommandTable.Command;
import io.metamigrate.migrator.switchover.CommandTable.Effect;
import io.metamigrate.migrator.switchover.engine.Answer;
import io.metamigrate.migrator.switchover.engine.CompletionCheck;
import io.metamigrate.migrator.switchover.engine.LostAuthorityException;
import io.metamigrate.migrator.switchover.engine.Outcome;
import io.metamigrate.migrator.switchover.engine.Progress;
import io.metamigrate.migrator.switchover.engine.Rehearsal;
import io.metamigrate.migrator.switchover.engine.Runner;
import io.metamigrate.migrator.switchover.engine.Step;
import io.metamigrate.migrator.switchover.engine.StepException;
import io.metamigrate.migrator.switchover.engine.TimeLimits;
import io.metamigrate.migrator.switchover.state.MoveDirection;
import io.metamigrate.migrator.switchover.state.MoveDocument;
import io.metamigrate.migrator.switchover.state.MoveJournal;
import io.metamigrate.migrator.switchover.state.MoveRecord;
import io.metamigrate.migrator.switchover.state.MoveStore;
import io.metamigrate.migrator.switchover.state.Strategy;
import io.metamigrate.migrator.switchover.step.CompletionChecks;
import io.metamigrate.migrator.switchover.step.SwitchoverContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The stories of {@code cutover}, {@code rollback} and {@code finalize}. For one thread. */
public final class Switchover {
  private final Environment environment;
  private final Variant variant;

  public Switchover(Environment environment) {
    this(environment, Variant.none());
  }

  Switchover(Environment environment, Variant variant) {
    this.environment = environment;
    this.variant = variant;
  }

  /** Runs one command to its end. */
  public Outcome run(Request request) {
    return answered(request, false);
  }

  /** Asks what can be asked before the first step without writing, and begins nothing. */
  Outcome rehearse(Request request) {
    return answered(request, true);
  }

  private Outcome answered(Request request, boolean rehearsal) {
    try {
      return execute(request, rehearsal);
    } catch (LostAuthorityException e) {
      return new Outcome.LockLost(String.valueOf(e.getMessage()));
    } catch (StepException e) {
      return new Outcome.Refused("UNREACHABLE", e.getMessage(), List.of(again(request, List.of())));
    }
  }

  private Outcome execute(Request request, boolean rehearsal) {
    Optional<MoveDocument> found = environment.store().read();
    CommandTable.State state = CommandTable.state(found);
    Effect effect = CommandTable.effect(request.command(), state);
    if (effect == Effect.REFUSE) {
      return refused(
          "STATE",
          "%s does not apply in state %s".formatted(request.command().text(), state),
          CommandTable.working(state).stream().map(Command::text).toList());
    }
    if (found.isPresent()) {
      Answer agree = DocumentCheck.agree(found.get(), request);
      if (!agree.holds()) {
        return refused("FILE_DIFFERS", agree.detail(), List.of(again(request, agree.remedies())));
      }
    }
    MoveDocument document =
        found
            .orElseGet(() -> MoveDocument.begin(request.configured(), environment.nonces().get()))
            .adding(request.added());
    MoveDocument ready =
        switch (effect) {
          case BEGIN_FORWARD ->
              document.beginMove(MoveDirection.FORWARD, request.configured().strategy());
          case BEGIN_REVERSE -> document.beginMove(MoveDirection.REVERSE, Strategy.STOP_ALL);
          default -> document;
        };
    MoveRecord move = ready.current().orElseThrow();
    MoveStore store = rehearsal ? new RehearsalStore(ready) : environment.store();
    MoveJournal journal = new MoveJournal(store, ready, move.number());
    SwitchoverContext context = context(journal);
    Answer same = CompletionChecks.sameStores(context).ask();
    if (!same.holds()) {
      return refused("OTHER_STORE", same.detail(), List.of(again(request, List.of())));
    }
    TimeLimits limits = limits(request.command(), state);
    Answer inTime = MoveLimit.agrees(journal, limits, environment.clock().instant());
    if (!inTime.holds()) {
      return refused("LAST_MOMENT", inTime.detail(), List.of(again(request, List.of())));
    }
    store.save(ready);
    MoveLimit.fix(journal, limits);
    request.accepted().forEach(finding -> journal.accept(finding, request.operator()));
    return rehearsal ? rehearsed(request, effect, context) : run(request, effect, journal, context);
  }

  /**
   * An undo, and a move that needs no step any more, have nothing to rehearse but the final check.
   */
  private Outcome rehearsed(Request request, Effect effect, SwitchoverContext context) {
    List<Step> steps =
        switch (effect) {
          case BEGIN_FORWARD, BEGIN_REVERSE, RUN -> SwitchoverPlan.steps(context);
          default -> List.of();
        };
    Rehearsal rehearsal = Rehearsal.of(steps.stream().map(variant.step()).toList());
    List<String> remedies =
        rehearsal.faults().stream().flatMap(fault -> fault.remedies().stream()).toList();
    return new Outcome.Rehearsed(rehearsal, List.of(again(request, remedies)));
  }

  /** Only a cutover that is not committed is limited. */
  private TimeLimits limits(Command command, CommandTable.State state) {
    return switch (state) {
      case NO_MOVE, FORWARD_RUNNING, FORWARD_UNDONE, REVERSE_COMPLETED ->
          command == Command.CUTOVER ? environment.controls().limits() : TimeLimits.none();
      default -> TimeLimits.none();
    };
  }

  private Outcome run(
      Request request, Effect effect, MoveJournal journal, SwitchoverContext context) {
    List<Step> steps = SwitchoverPlan.steps(context).stream().map(variant.step()).toList();
    Runner runner =
        new Runner(
            variant.journal().apply(journal),
            environment.scheduler(),
            environment.clock(),
            (progress, remedies) -> next(request, journal, remedies),
            environment.controls(),
            new MoveLimit(
                context, environment.controls().limits().maxOutage(), environment.clock()));
    return switch (effect) {
      case UNDO -> runner.undo(steps, look(CompletionChecks.undone(context)));
      case LOOK -> runner.look(journal.progress(), look(CompletionChecks.undone(context)));
      case END -> finalizeMove(runner, journal, context);
      default ->
          runner.run(
              steps,
              look(CompletionChecks.complete(context)),
              look(CompletionChecks.undone(context)));
    };
  }

  private Outcome finalizeMove(Runner runner, MoveJournal journal, SwitchoverContext context) {
    Progress progress = journal.progress();
    Outcome outcome = runner.look(progress, look(CompletionChecks.complete(context)));
    if (outcome instanceof Outcome.Done) {
      environment.store().save(journal.document().finished());
    }
    return outcome;
  }

  private CompletionCheck look(CompletionCheck check) {
    return variant.completionCheck().apply(check);
  }

  private SwitchoverContext context(MoveJournal journal) {
    return new SwitchoverContext(
        journal,
        environment.zookeeper(),
        environment.etcd(),
        environment.copier(),
        environment.driver(),
        environment.controls());
  }

  /** The same command with what it lacks first, then what else works in the state. */
  private static List<String> next(Request request, MoveJournal journal, List<String> remedies) {
    List<Command> working =
        CommandTable.working(CommandTable.state(Optional.of(journal.document())));
    return working.stream().map(command -> text(command, request, remedies)).toList();
  }

  /** The same command: nothing was recorded of it yet, so that it needs its flags again. */
  private static String again(Request request, List<String> remedies) {
    List<String> flags = new ArrayList<>();
    request.added().forEach(node -> flags.add("--add-node \"" + node + "\""));
    request.accepted().forEach(finding -> flags.add("--accept \"" + finding + "\""));
    remedies.stream().filter(remedy -> !flags.contains(remedy)).forEach(flags::add);
    return text(request.command(), request, flags);
  }

  private static String text(Command command, Request request, List<String> remedies) {
    String base =
        "migrate %s --confirm %s".formatted(command.text(), request.configured().cluster());
    return remedies.isEmpty() ? base : base + " " + String.join(" ", remedies);
  }

  private static Outcome refused(String id, String reason, List<String> next) {
    return new Outcome.Refused(id, reason, next);
  }
}
