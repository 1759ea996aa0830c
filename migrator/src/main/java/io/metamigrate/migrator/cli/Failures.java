package io.metamigrate.migrator.cli;

import io.metamigrate.migrator.config.ConfigurationException;
import io.metamigrate.migrator.control.DaemonRefusalException;
import io.metamigrate.migrator.control.NoDaemonException;
import io.metamigrate.migrator.cutover.StepFailedException;
import io.metamigrate.migrator.phase.UnreadableRecordException;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.replay.ForeignChangeException;
import io.metamigrate.migrator.replay.LostAuthorityException;
import io.metamigrate.migrator.run.AdvisedCommands;
import io.metamigrate.migrator.run.BlockedException;
import io.metamigrate.migrator.run.ForeignChanges;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.StoreException;
import io.metamigrate.verifier.store.TemporaryMap;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Every failure becomes its exit code and its clear line. */
final class Failures {
  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

  private Failures() {}

  /** The JSON document of a failed command. */
  record FailureDocument(int exitCode, String error, List<Finding> findings, List<String> next) {
    FailureDocument(int exitCode, String error, List<Finding> findings) {
      this(exitCode, error, findings, AdvisedCommands.in(error));
    }
  }

  /** A command line without anything to do. */
  static int unusable(Console console, String message, boolean json) {
    console.error(message);
    if (json) {
      console.result(
          OutputFormat.JSON, "", new FailureDocument(ExitCode.USAGE.code(), message, List.of()));
    }
    return ExitCode.USAGE.code();
  }

  static int report(Console console, Exception failure, boolean json) {
    ExitCode code = code(failure);
    String message =
        TemporaryMap.diskFault(failure).orElseGet(() -> String.valueOf(failure.getMessage()));
    List<Finding> findings = findings(failure);
    if (code == ExitCode.INTERNAL_ERROR) {
      message = "internal error: " + failure + "; the log has the details, please report it";
      LOG.atError().setCause(failure).log("internal error");
    }
    console.progressDone();
    message.lines().forEach(console::error);
    if (json) {
      console.result(OutputFormat.JSON, "", new FailureDocument(code.code(), message, findings));
    }
    return code.code();
  }

  private static List<Finding> findings(Exception failure) {
    if (failure instanceof ForeignChangeException change) {
      return List.of(ForeignChanges.finding(change));
    }
    return failure instanceof BlockedException blocked ? blocked.findings() : List.of();
  }

  private static ExitCode code(Exception failure) {
    if (failure instanceof ConfigurationException || TemporaryMap.diskFault(failure).isPresent()) {
      return ExitCode.USAGE;
    }
    if (failure instanceof BlockedException
        || failure instanceof UnreadableRecordException
        || failure instanceof ForeignChangeException
        || failure instanceof LostAuthorityException
        || failure instanceof NoDaemonException
        || failure instanceof DaemonRefusalException) {
      return ExitCode.BLOCKED;
    }
    if (failure instanceof StepFailedException) {
      return ExitCode.STEP_FAILED;
    }
    if (failure instanceof StoreException store) {
      return store.store() == Store.ZOOKEEPER ? ExitCode.ZOOKEEPER_FAILED : ExitCode.ETCD_FAILED;
    }
    return ExitCode.INTERNAL_ERROR;
  }
}
