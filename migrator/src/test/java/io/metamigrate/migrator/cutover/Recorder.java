package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.restart.StepOutcome;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Changes nothing, but notes each site at which a mutant would have made a difference: a condition
 * that did not hold, an undo that acted, a lock that was gone. A mutant is run only where it can
 * differ; without such a run it equals the program as far as the search sees.
 */
final class Recorder extends Variation {
  private final Set<Site> sites = new TreeSet<>();
  private final Set<Site> hits = new TreeSet<>();

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

  private void hitIfItFails(Site site, Runnable question) {
    sites.add(site);
    try {
      question.run();
    } catch (RuntimeException e) {
      hits.add(site);
      throw e;
    }
  }

  @Override
  StepOutcome answer(Condition condition, Supplier<StepOutcome> question) {
    Site site = Site.condition(condition);
    sites.add(site);
    try {
      StepOutcome outcome = question.get();
      if (!outcome.isDone()) {
        hits.add(site);
      }
      return outcome;
    } catch (RuntimeException e) {
      hits.add(site);
      throw e;
    }
  }

  @Override
  void act(StepKind kind, Runnable action) {
    if (kind.phase() == Phase.ROLLING_BACK) {
      hit(Site.of(Site.MutantKind.UNDO, kind));
    }
    action.run();
  }

  @Override
  Optional<String> repeated(StepKind kind, Supplier<Optional<String>> proof) {
    hit(Site.of(Site.MutantKind.KEEP, kind));
    return proof.get();
  }

  @Override
  CheckReport finalCheck(Supplier<CheckReport> check) {
    CheckReport report = check.get();
    Site site = Site.of(Site.MutantKind.FINAL_CHECK);
    sites.add(site);
    if (!report.isClean()) {
      hits.add(site);
    }
    return report;
  }

  @Override
  void again(Runnable questions) {
    hitIfItFails(Site.of(Site.MutantKind.REASK), questions);
  }

  @Override
  void copy(String when, Runnable action) {
    hit(new Site(Site.MutantKind.COPY, when));
    action.run();
  }

  @Override
  void identify(Runnable question) {
    hitIfItFails(Site.of(Site.MutantKind.IDENTITY), question);
  }

  @Override
  void ask(String what, Runnable question) {
    hitIfItFails(new Site(Site.MutantKind.QUESTION, what), question);
  }

  @Override
  void confirm(String row, Runnable question) {
    hitIfItFails(new Site(Site.MutantKind.CONFIRM, row), question);
  }
}
