package io.metamigrate.migrator.cutover;

import java.util.Optional;

/** Runs steps by their definitions. */
interface StepActions {
  /**
   * Asks what the step requires, acts, and asks for its proof. The stores are asked first whether
   * they are still those of the move, and no older.
   *
   * @return what it did
   * @throws StepFailedException when it cannot be
   */
  String perform(Step step, Deadline deadline);

  /** Asked before a step that was found open is repeated: what shows that it is done already. */
  Optional<String> completedProof(Step step);

  /** Restores in this process what a completed step keeps running, such as the bridge. */
  void resume(Step step);

  /**
   * Asked all the time while a step is under way.
   *
   * @throws StepFailedException when something that must hold does not hold any more
   */
  void checkInvariants();
}
