package io.metamigrate.migrator.switchover.world;

import io.metamigrate.migrator.switchover.engine.StepRecord;
import io.metamigrate.migrator.switchover.state.MoveDocument;
import io.metamigrate.migrator.switchover.state.MoveRecord;

/** A document without times, texts and stops. */
final class Canonical {
  private Canonical() {}

  static String of(MoveDocument document) {
    StringBuilder text = new StringBuilder();
    text.append(document.nonce()).append(document.nodes()).append(document.finalized());
    for (MoveRecord move : document.moves()) {
      text.append('\n').append(move.heading()).append(move.strategy());
      text.append(move.progress().getClass().getSimpleName()).append(move.evidence());
      for (StepRecord step : move.steps()) {
        text.append(step.key()).append(step.state()).append(step.intents()).append(step.found());
      }
    }
    return text.toString();
  }
}
