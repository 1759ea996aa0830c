package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.StepRunner.RunEnd;
import io.metamigrate.verifier.store.Revision;
import java.util.List;

/** One run of steps, with the services that run during it, and the look after the last step. */
interface StepSequence extends AutoCloseable {
  /**
   * Runs the steps that are not done.
   *
   * @param prepare runs before the first of them, and fails as that step
   */
  RunEnd go(List<Step> steps, TimeLimit limit, Runnable prepare);

  /** Nothing of the cutover keeps running but the mirrors, which brokers on ZooKeeper need. */
  void reverseDirection();

  /** Brokers that an operator has started meanwhile have ended the outage of an earlier stop. */
  void forgetOldOutage();

  /** After the last step of a cutover: the last look, and the fence. */
  WindowResult servingOnEtcd();

  /** After the last step of a rollback: the last look. */
  CheckReport lookAtZooKeeper();

  /** The command's answer, by what its last look saw. */
  WindowResult ended(CheckReport seen);

  /** Up to here etcd is the daemon's own copy, once brokers serve on ZooKeeper again. */
  Revision copiedUntil();

  @Override
  void close();
}
