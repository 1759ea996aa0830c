package io.metamigrate.migrator.deployment;

import static java.util.Objects.requireNonNull;

/**
 * What a rule found.
 *
 * @param id stable, in capitals; a page explains it
 * @param subject what it is about: {@code container init of StatefulSet bookie}
 * @param remedy the operator's next step
 * @param workload the name by which it is accepted
 */
public record DeploymentFinding(
    String id, Severity level, String subject, String message, String remedy, String workload) {
  /** How severe it is. */
  public enum Severity {
    /** The move would destroy data or cannot work; nobody may accept it. */
    BLOCKER,
    /** Blocks until the operator confirms it by name. */
    CONFIRM,
    /** The operator has to know. */
    WARNING
  }

  public DeploymentFinding {
    requireNonNull(id, "id");
    requireNonNull(level, "level");
    requireNonNull(subject, "subject");
    requireNonNull(message, "message");
    requireNonNull(remedy, "remedy");
    requireNonNull(workload, "workload");
  }

  static DeploymentFinding of(
      String id, Severity level, Workload workload, String message, String remedy) {
    return new DeploymentFinding(id, level, workload.title(), message, remedy, workload.name());
  }

  static DeploymentFinding of(
      String id,
      Severity level,
      Workload workload,
      Container container,
      String message,
      String remedy) {
    return new DeploymentFinding(
        id,
        level,
        (workload.kind().equals(ServiceUnit.HOST) ? "" : "container ")
            + container.name()
            + " of "
            + workload.title(),
        message,
        remedy,
        workload.name());
  }

  /** What the operator writes to confirm it. */
  public String acceptName() {
    return id + ":" + workload;
  }
}
