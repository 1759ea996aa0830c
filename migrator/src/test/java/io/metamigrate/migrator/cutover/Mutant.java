package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.restart.StepOutcome;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** The program with faults at some sites. */
final class Mutant extends Variation {
  private final Set<Site> sites;

  Mutant(Set<Site> sites) {
    this.sites = Set.copyOf(sites);
  }

  private boolean has(Site.MutantKind kind, StepKind step) {
    return sites.contains(Site.of(kind, step));
  }

  private boolean has(Site.MutantKind kind) {
    return sites.contains(Site.of(kind));
  }

  @Override
  StepOutcome answer(Condition condition, Supplier<StepOutcome> question) {
    if (!sites.contains(Site.condition(condition))) {
      return question.get();
    }
    try {
      StepOutcome unused = question.get();
    } catch (StepFailedException e) {
      return StepOutcome.done("always true");
    }
    return StepOutcome.done("always true");
  }

  @Override
  void act(StepKind kind, Runnable action) {
    if (!has(Site.MutantKind.UNDO, kind)) {
      action.run();
    }
  }

  @Override
  Optional<String> repeated(StepKind kind, Supplier<Optional<String>> proof) {
    return has(Site.MutantKind.KEEP, kind) ? Optional.of("by the record") : proof.get();
  }

  @Override
  CheckReport finalCheck(Supplier<CheckReport> check) {
    return has(Site.MutantKind.FINAL_CHECK)
        ? new CheckReport(List.of(), List.of(), List.of())
        : check.get();
  }

  @Override
  void again(Runnable questions) {
    if (!has(Site.MutantKind.REASK)) {
      questions.run();
    }
  }

  @Override
  void copy(String when, Runnable action) {
    if (!sites.contains(new Site(Site.MutantKind.COPY, when))) {
      action.run();
    }
  }

  @Override
  void identify(Runnable question) {
    if (!has(Site.MutantKind.IDENTITY)) {
      question.run();
    }
  }

  @Override
  void ask(String what, Runnable question) {
    if (!sites.contains(new Site(Site.MutantKind.QUESTION, what))) {
      question.run();
    }
  }

  @Override
  void confirm(String row, Runnable question) {
    if (!sites.contains(new Site(Site.MutantKind.CONFIRM, row))) {
      question.run();
    }
  }

  /** What is open is kept with what comes next. */
  @Override
  void save(CutoverState next, Runnable action) {
    boolean late =
        next.current().stream()
            .filter(record -> record.state() == StepRecord.StepState.OPEN)
            .anyMatch(
                record ->
                    sites.stream()
                        .anyMatch(
                            site ->
                                site.kind() == Site.MutantKind.INTENT
                                    && (record.id() + " ").startsWith(site.where() + " ")));
    if (!late) {
      action.run();
    }
  }
}
