package io.metamigrate.migrator.cutover;

import java.util.Optional;

/** Performs steps. */
interface Performer {
  /** Asked before a step that was found open is repeated: what shows that it is done already. */
  Optional<String> completedProof(Step step);

  /**
   * Acts and waits for the proof. Safe to repeat after a kill at any point.
   *
   * @return what showed that it is done
   * @throws StepFailedException when it cannot be
   */
  String perform(Step step, Deadline deadline);

  /** Restores in this process what a completed step keeps running, such as the bridge. */
  void resume(Step step);

  /**
   * Asked all the time while a step is under way.
   *
   * @throws StepFailedException when something that must hold does not hold any more
   */
  void checkInvariants(Step step);
}
