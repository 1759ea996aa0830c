package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.StepRunner.RunEnd;
import io.metamigrate.verifier.store.Revision;
import java.util.List;

/** One run of steps, the services that run during it, and the final check after the last step. */
interface StepSequence extends AutoCloseable {
  /**
   * Runs the steps that are not done.
   *
   * @param prepare runs before the first of them, and fails as that step
   */
  RunEnd runSteps(List<Step> steps, TimeLimit limit, Runnable prepare);

  /** Ends every service of the cutover except the mirrors, which brokers on ZooKeeper need. */
  void reverseDirection();

  /**
   * Before a rollback resumes: {@link FirstStartRevert}, and {@link
   * RollbackConditions#keepEarlierProof}.
   *
   * @throws StepFailedException if the broker cannot be stopped, or its record cannot be changed
   */
  void revertFirstStart();

  /** Ends the outage of an earlier stop if an operator has started brokers since. */
  void forgetOldOutage();

  /** After the last step of a cutover: the final check, and the fence. */
  WindowResult servingOnEtcd();

  /** After the last step of a rollback: the final check. */
  CheckReport checkZooKeeper();

  /** The command's answer, by what its final check saw. */
  WindowResult ended(CheckReport seen);

  /** The revision up to which etcd is the daemon's own copy once brokers serve on ZooKeeper. */
  Revision copiedUntil();

  @Override
  void close();
}
