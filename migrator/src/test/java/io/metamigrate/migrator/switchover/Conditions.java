package io.metamigrate.migrator.switchover;

import io.metamigrate.migrator.switchover.engine.ActionContext;
import io.metamigrate.migrator.switchover.engine.Answer;
import io.metamigrate.migrator.switchover.engine.CompletionCheck;
import io.metamigrate.migrator.switchover.engine.Condition;
import io.metamigrate.migrator.switchover.engine.Permit;
import io.metamigrate.migrator.switchover.engine.Step;
import io.metamigrate.migrator.switchover.engine.StepHooks;
import io.metamigrate.migrator.switchover.engine.Undo;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/** Lets every answer of the program through a function of its sentence. */
final class Conditions {
  /** Changes an answer, or notes it. */
  interface Filter extends BiFunction<Site, Answer, Answer> {}

  private final Filter filter;

  private Conditions(Filter filter) {
    this.filter = filter;
  }

  static Variant variant(Filter filter) {
    Conditions all = new Conditions(filter);
    return new Variant(
        step -> all.new Filtered(step),
        check -> new CompletionCheck(check.name(), all.through(check.conditions())),
        journal -> journal);
  }

  private Condition through(Condition condition) {
    return condition.asking(
        () -> filter.apply(Site.condition(condition.sentence()), condition.ask()));
  }

  private List<Condition> through(List<Condition> conditions) {
    return conditions.stream().map(this::through).toList();
  }

  private final class Filtered extends DelegatingStep {
    Filtered(Step step) {
      super(step);
    }

    @Override
    public List<Condition> requires() {
      return through(step.requires());
    }

    @Override
    public List<Condition> checks() {
      return through(step.checks());
    }

    @Override
    public void act(ActionContext action) {
      step.act(new FilteredAct(action));
    }

    @Override
    public Condition proof() {
      return through(step.proof());
    }

    @Override
    public Undo undo() {
      Undo undo = step.undo();
      if (undo.equals(Undo.none())) {
        return undo;
      }
      return new Undo(
          undo.title(),
          through(undo.requires()),
          action -> undo.action().accept(new FilteredAct(action)),
          through(undo.proof()),
          undo.always());
    }
  }

  private final class FilteredAct implements ActionContext {
    private final ActionContext act;

    FilteredAct(ActionContext action) {
      this.act = action;
    }

    @Override
    public Permit permit(String intent) {
      return act.permit(intent);
    }

    @Override
    public void keep(String key, String value) {
      act.keep(key, value);
    }

    @Override
    public Optional<String> kept(String key) {
      return act.kept(key);
    }

    @Override
    public boolean intended(String intent) {
      return act.intended(intent);
    }

    @Override
    public boolean hook(StepHooks.HookPoint moment) {
      return act.hook(moment);
    }

    @Override
    public void require(Condition condition) {
      act.require(through(condition));
    }

    @Override
    public void await(Condition condition) {
      act.await(through(condition));
    }
  }
}
