package io.metamigrate.migrator.switchover;

import io.metamigrate.migrator.switchover.Site.Kind;
import io.metamigrate.migrator.switchover.engine.ActionContext;
import io.metamigrate.migrator.switchover.engine.Answer;
import io.metamigrate.migrator.switchover.engine.CompletionCheck;
import io.metamigrate.migrator.switchover.engine.Condition;
import io.metamigrate.migrator.switchover.engine.ResumeRule;
import io.metamigrate.migrator.switchover.engine.Step;
import io.metamigrate.migrator.switchover.engine.Undo;
import io.metamigrate.migrator.switchover.side.MetadataSide;
import io.metamigrate.migrator.switchover.state.MoveDocument;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** The program with one fault, made from the design. */
final class Mutants {
  private Mutants() {}

  static Mutation at(Site site) {
    return at(Set.of(site));
  }

  /** With the faults of all these sites. */
  static Mutation at(Set<Site> sites) {
    return new Mutation() {
      @Override
      public Variant variant(Supplier<String> row) {
        Variant all = Conditions.variant((site, answer) -> alwaysYes(sites, site, answer));
        for (Site site : sites) {
          all = and(all, change(site, row));
        }
        return all;
      }

      @Override
      public Environment environment(Environment environment) {
        return sites.contains(Site.of(Kind.IDENTITY, "")) ? blind(environment) : environment;
      }
    };
  }

  private static Answer alwaysYes(Set<Site> sites, Site site, Answer answer) {
    return sites.contains(site) ? Answer.yes(answer.detail()) : answer;
  }

  private static Variant and(Variant first, Variant second) {
    return new Variant(
        step -> second.step().apply(first.step().apply(step)),
        check -> second.completionCheck().apply(first.completionCheck().apply(check)),
        journal -> second.journal().apply(first.journal().apply(journal)));
  }

  private static Variant change(Site site, Supplier<String> row) {
    Variant none = Variant.none();
    return switch (site.kind()) {
      case UNDO -> steps(site, WithoutUndo::new);
      case KEEP -> steps(site, Keeping::new);
      case REASK -> new Variant(NotAskedAgain::new, none.completionCheck(), none.journal());
      case LOOKS ->
          new Variant(
              none.step(), check -> new CompletionCheck(check.name(), List.of()), none.journal());
      case CONFIRM ->
          new Variant(
              none.step(),
              none.completionCheck(),
              journal -> new LooseJournal(journal, site.row(), row, false));
      case INTENT ->
          new Variant(
              none.step(),
              none.completionCheck(),
              journal -> new LooseJournal(journal, site.row(), row, true));
      default -> none;
    };
  }

  private static Variant steps(Site site, UnaryOperator<Step> change) {
    Variant none = Variant.none();
    return new Variant(
        step -> Rows.of(step).equals(site.row()) ? change.apply(step) : step,
        none.completionCheck(),
        none.journal());
  }

  private static final class WithoutUndo extends DelegatingStep {
    WithoutUndo(Step step) {
      super(step);
    }

    @Override
    public Undo undo() {
      return Undo.none();
    }
  }

  private static final class Keeping extends DelegatingStep {
    Keeping(Step step) {
      super(step);
    }

    @Override
    public ResumeRule resumeRule() {
      return ResumeRule.KEEP;
    }

    @Override
    public boolean isRestoredFor(Situation situation) {
      return false;
    }
  }

  private static final class NotAskedAgain extends DelegatingStep {
    private boolean answered;

    NotAskedAgain(Step step) {
      super(step);
    }

    @Override
    public void act(ActionContext action) {
      step.act(action);
      answered = false;
    }

    @Override
    public List<Condition> requires() {
      return answered ? List.of() : step.requires();
    }

    @Override
    public Optional<Question> question() {
      answered = true;
      return step.question();
    }
  }

  /** Believes that each store is the one of the move. */
  private static Environment blind(Environment environment) {
    return new Environment(
        new Environment.Sides(
            blind(environment.zookeeper(), environment),
            blind(environment.etcd(), environment),
            environment.copier()),
        environment.driver(),
        environment.store(),
        environment.controls(),
        environment.scheduler(),
        environment.clock(),
        environment.nonces());
  }

  private static MetadataSide blind(MetadataSide side, Environment environment) {
    return (MetadataSide)
        Proxy.newProxyInstance(
            MetadataSide.class.getClassLoader(),
            new Class<?>[] {MetadataSide.class},
            (proxy, method, arguments) -> {
              try {
                Object answer = method.invoke(side, arguments);
                Optional<String> expected = environment.store().read().map(MoveDocument::nonce);
                boolean asked = method.getName().equals("identity");
                return asked && expected.isPresent() ? expected : answer;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
