package io.metamigrate.migrator.switchover.engine;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The only way in which a step acts: records the intent, confirms the lock, then permits. */
final class RunningAction implements ActionContext {
  private static final Duration PAUSE = Duration.ofMillis(200);

  private final StepJournal journal;
  private final Scheduler scheduler;
  private final InstantSource clock;
  private final Instant deadline;
  private final TimeLimit limit;
  private final StepHooks hooks;
  private final StepHooks.Boundary boundary;
  private final Map<String, String> pending = new TreeMap<>();
  private StepRecord record;

  RunningAction(
      StepJournal journal,
      Scheduler scheduler,
      InstantSource clock,
      Duration budget,
      TimeLimit limit,
      StepRecord record,
      StepHooks hooks,
      StepHooks.Boundary boundary) {
    this.journal = journal;
    this.scheduler = scheduler;
    this.clock = clock;
    this.deadline = clock.instant().plus(budget);
    this.record = record;
    this.limit = limit;
    this.hooks = hooks;
    this.boundary = boundary;
  }

  StepRecord record() {
    return record;
  }

  @Override
  public Permit permit(String intent) {
    OutOfTimeException.check(limit);
    if (!record.intents().contains(intent) || !pending.isEmpty()) {
      StepRecord next = record.intending(intent, pending);
      journal.save(next);
      record = next;
      pending.clear();
    }
    journal.confirm();
    return new Permit(intent);
  }

  @Override
  public void keep(String key, String value) {
    if (kept(key).isEmpty()) {
      pending.put(key, value);
    }
  }

  @Override
  public Optional<String> kept(String key) {
    String saved = record.found().get(key);
    return Optional.ofNullable(saved == null ? pending.get(key) : saved);
  }

  @Override
  public boolean intended(String intent) {
    return record.intents().contains(intent);
  }

  @Override
  public boolean hook(StepHooks.HookPoint moment) {
    boolean configured = hooks.has(moment);
    if (configured) {
      hooks.run(permit(moment.intent()), moment, boundary);
    }
    return configured;
  }

  @Override
  public void require(Condition condition) {
    Answer answer = condition.ask();
    if (!answer.holds()) {
      throw StepException.unmet(condition, answer);
    }
  }

  @Override
  public void await(Condition condition) {
    awaitAnswer(condition);
  }

  String awaitAnswer(Condition condition) {
    while (true) {
      Answer answer = condition.ask();
      if (answer.holds()) {
        return answer.detail();
      }
      if (!clock.instant().isBefore(deadline)) {
        throw StepException.timedOut(condition, answer);
      }
      OutOfTimeException.check(limit);
      scheduler.pause(PAUSE);
    }
  }
}
