package io.metamigrate.migrator.cutover;

import java.util.Optional;

/** Does what steps say. */
interface Performer {
  /** Asked before a step that was found open is repeated: what shows that it is done already. */
  Optional<String> proven(Step step);

  /**
   * Acts and waits for the proof. Safe to repeat after a kill at any point.
   *
   * @return what showed that it is done
   * @throws StepFailedException when it cannot be
   */
  String perform(Step step, Waiting waiting);

  /** Lets stand again, in this process, what a step that is done has left standing. */
  void resume(Step step);

  /**
   * Asked all the time while a step is under way.
   *
   * @throws StepFailedException when something that must hold does not hold any more
   */
  void mustHold(Step step);
}
