package io.metamigrate.migrator.switchover;

import io.metamigrate.migrator.switchover.engine.ActionContext;
import io.metamigrate.migrator.switchover.engine.Condition;
import io.metamigrate.migrator.switchover.engine.ResumeRule;
import io.metamigrate.migrator.switchover.engine.Step;
import io.metamigrate.migrator.switchover.engine.Undo;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A step as it is, for mutants that change one thing of it. */
class DelegatingStep implements Step {
  final Step step;

  DelegatingStep(Step step) {
    this.step = step;
  }

  @Override
  public String id() {
    return step.id();
  }

  @Override
  public Optional<String> node() {
    return step.node();
  }

  @Override
  public String phase() {
    return step.phase();
  }

  @Override
  public String title() {
    return step.title();
  }

  @Override
  public List<Condition> requires() {
    return step.requires();
  }

  @Override
  public List<Condition> checks() {
    return step.checks();
  }

  @Override
  public void act(ActionContext action) {
    step.act(action);
  }

  @Override
  public Condition proof() {
    return step.proof();
  }

  @Override
  public boolean isShownByProof() {
    return step.isShownByProof();
  }

  @Override
  public ResumeRule resumeRule() {
    return step.resumeRule();
  }

  @Override
  public boolean isRestoredFor(Situation situation) {
    return step.isRestoredFor(situation);
  }

  @Override
  public Undo undo() {
    return step.undo();
  }

  @Override
  public Optional<Question> question() {
    return step.question();
  }

  @Override
  public boolean isCommit() {
    return step.isCommit();
  }

  @Override
  public Duration budget() {
    return step.budget();
  }

  @Override
  public String key() {
    return step.key();
  }
}
