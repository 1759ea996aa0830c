package io.metamigrate.migrator.control;

import java.util.List;
import java.util.Optional;

/**
 * What the operator can ask of the daemon. Called by the threads of the HTTP interface: an
 * implementation hands the request to the driver and answers soon.
 */
public interface Controls {
  /** What the daemon is doing now. */
  Status status();

  /** The phases of this run in their order, for the row on the status page. */
  List<String> phases();

  /** Stops reading and writing until {@link #resume}. */
  RequestOutcome pause(String reason);

  /** Ends a pause. */
  RequestOutcome resume();

  /** Ends the run; with {@code clean}, what it copied is deleted again. */
  RequestOutcome abort(boolean clean);

  /** Changes the limits of the running copy and verification. */
  RequestOutcome throttle(ThrottleChange change);

  /**
   * The operator's confirmation of the point of no return, given by repeating the cluster's name.
   */
  RequestOutcome confirmCutover(String cluster);

  /**
   * Reports that new files of the control interface cannot be used, or that they can be again.
   *
   * @param what the configuration key that names the files
   * @param why the cause; empty once the files can be used
   */
  void filesRefused(String what, Optional<String> why);

  /** Why the daemon should be restarted; absent while its threads live. */
  Optional<String> unhealthy();

  /** Why it does not follow yet, or any more; absent while it does. */
  Optional<String> notReady();
}
