package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.replay.ForeignChangeException;
import io.metamigrate.migrator.run.BlockedException;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.StoreException;
import io.metamigrate.verifier.store.ZkPath;
import java.util.List;
import java.util.Optional;

/**
 * Why a command of the window stopped. Pure.
 *
 * @param exitCode with which the command ends
 * @param foreign the key that another writer changed on etcd, if that is the cause
 * @param isInternal whether nobody expected this, so that the log needs the stack
 * @param given the options by which the operator gave something up, for the next command
 */
record StopCause(
    int exitCode, String reason, Optional<ZkPath> foreign, boolean isInternal, List<String> given) {
  StopCause {
    given = List.copyOf(given);
  }

  private static final int ZOOKEEPER_FAILED = 4;
  private static final int ETCD_FAILED = 5;
  private static final int STORES_DIFFER = 6;
  static final int STEP_FAILED = 7;
  private static final int STOPPED_BY_OPERATOR = 8;

  /**
   * Maps every failure of a step.
   *
   * @param interrupted whether the operator interrupted this process
   */
  static StopCause of(Throwable failure, boolean interrupted) {
    Optional<ZkPath> foreign =
        failure instanceof ForeignChangeException change
            ? Optional.of(change.path())
            : Optional.empty();
    boolean isInternal = !isExpected(failure);
    String reason =
        isInternal
            ? "internal error: " + failure + "; the log has the details, please report it"
            : String.valueOf(failure.getMessage());
    return new StopCause(
        interrupted ? STOPPED_BY_OPERATOR : code(failure), reason, foreign, isInternal, List.of());
  }

  StopCause given(List<String> options) {
    return new StopCause(exitCode, reason, foreign, isInternal, options);
  }

  private static int code(Throwable failure) {
    if (failure instanceof StoreException store) {
      return store.store() == Store.ZOOKEEPER ? ZOOKEEPER_FAILED : ETCD_FAILED;
    }
    return failure instanceof StoresDifferException ? STORES_DIFFER : STEP_FAILED;
  }

  private static boolean isExpected(Throwable failure) {
    return failure instanceof StepFailedException
        || failure instanceof StoreException
        || failure instanceof ForeignChangeException
        || failure instanceof BlockedException
        || failure instanceof StepRunner.OutageTooLongException;
  }
}
