package io.metamigrate.migrator.switchover;

import io.metamigrate.migrator.switchover.Site.Kind;
import io.metamigrate.migrator.switchover.engine.Answer;
import io.metamigrate.migrator.switchover.engine.CompletionCheck;
import io.metamigrate.migrator.switchover.engine.LostAuthorityException;
import io.metamigrate.migrator.switchover.engine.Progress;
import io.metamigrate.migrator.switchover.engine.ResumeRule;
import io.metamigrate.migrator.switchover.engine.Step;
import io.metamigrate.migrator.switchover.engine.StepJournal;
import io.metamigrate.migrator.switchover.engine.StepRecord;
import io.metamigrate.migrator.switchover.engine.Stop;
import io.metamigrate.migrator.switchover.engine.Undo;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Changes nothing, but notes each site at which a mutant would have made a difference: a condition
 * that did not hold, an undo that acted, a lock that was gone. A mutant is run only where it can
 * differ; without such a run it equals the program as far as the search sees.
 */
final class Recorder implements Mutation {
  private final Set<Site> sites = new TreeSet<>();
  private final Set<Site> hits = new TreeSet<>();
  private boolean answered;

  /** Every site that was passed. */
  Set<Site> sites() {
    return sites;
  }

  /** Those of the last run that would have differed. */
  Set<Site> takeHits() {
    Set<Site> taken = Set.copyOf(hits);
    hits.clear();
    return taken;
  }

  void hit(Site site) {
    sites.add(site);
    hits.add(site);
  }

  @Override
  public Variant variant(Supplier<String> row) {
    answered = false;
    Variant conditions = Conditions.variant((site, answer) -> record(site, answer, row));
    return new Variant(
        step -> new Recorded(conditions.step().apply(step)),
        check ->
            new CompletionCheck(
                check.name(), conditions.completionCheck().apply(check).conditions()),
        journal -> new RecordedJournal(journal, row));
  }

  private Answer record(Site site, Answer answer, Supplier<String> row) {
    sites.add(site);
    if (!answer.holds()) {
      hits.add(site);
      if (row.get().equals(Rows.LOOK)) {
        hit(Site.of(Kind.LOOKS, ""));
      }
      if (answered) {
        hit(Site.of(Kind.REASK, ""));
      }
    }
    return answer;
  }

  private final class Recorded extends DelegatingStep {
    Recorded(Step step) {
      super(step);
    }

    @Override
    public ResumeRule resumeRule() {
      ResumeRule rule = step.resumeRule();
      if (rule != ResumeRule.KEEP) {
        hit(Site.of(Kind.KEEP, Rows.of(step)));
      }
      return rule;
    }

    @Override
    public Optional<Question> question() {
      return step.question()
          .map(
              question ->
                  () -> {
                    Answer answer = question.ask();
                    answered = true;
                    return answer;
                  });
    }

    @Override
    public Undo undo() {
      Undo undo = step.undo();
      if (undo.equals(Undo.none())) {
        return undo;
      }
      sites.add(Site.of(Kind.UNDO, Rows.of(step)));
      return new Undo(
          undo.title(),
          undo.requires(),
          action -> {
            hit(Site.of(Kind.UNDO, Rows.of(step)));
            undo.action().accept(action);
          },
          undo.proof(),
          undo.always());
    }
  }

  private final class RecordedJournal implements StepJournal {
    private final StepJournal journal;
    private final Supplier<String> row;

    RecordedJournal(StepJournal journal, Supplier<String> row) {
      this.journal = journal;
      this.row = row;
    }

    @Override
    public Optional<StepRecord> record(String key) {
      return journal.record(key);
    }

    @Override
    public void save(StepRecord record) {
      journal.save(record);
    }

    @Override
    public Progress progress() {
      return journal.progress();
    }

    @Override
    public void save(Progress progress) {
      journal.save(progress);
    }

    @Override
    public void confirm() {
      sites.add(Site.of(Kind.CONFIRM, row.get()));
      try {
        journal.confirm();
      } catch (LostAuthorityException e) {
        hit(Site.of(Kind.CONFIRM, row.get()));
        throw e;
      }
    }

    @Override
    public void keepLocally(Stop stop) {
      journal.keepLocally(stop);
    }
  }
}
