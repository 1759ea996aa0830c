package io.metamigrate.migrator.restart;

import static java.util.Objects.requireNonNull;

import io.metamigrate.migrator.deployment.DeploymentFinding;
import java.util.Optional;

/**
 * A blocker that a rehearsal found.
 *
 * @param subject the template, file, object or permission it is about
 * @param message what is wrong with it
 * @param remedy the next step of the operator
 * @param blocks false where the operator only has to know
 * @param acceptAs what the operator writes into {@code cutover.accept} to continue nonetheless;
 *     empty if that is not allowed
 */
public record Obstacle(
    String subject, String message, String remedy, boolean blocks, Optional<String> acceptAs) {
  public Obstacle {
    requireNonNull(subject, "subject");
    requireNonNull(message, "message");
    requireNonNull(remedy, "remedy");
    requireNonNull(acceptAs, "acceptAs");
  }

  /** As a rule about the deployment found it. */
  static Obstacle of(DeploymentFinding finding) {
    return new Obstacle(
        finding.subject(),
        finding.message() + " (" + finding.id() + ")",
        finding.remedy(),
        finding.level() != DeploymentFinding.Severity.WARNING,
        finding.level() == DeploymentFinding.Severity.CONFIRM
            ? Optional.of(finding.acceptName())
            : Optional.empty());
  }

  static Obstacle blocker(String subject, String message, String remedy) {
    return new Obstacle(subject, message, remedy, true, Optional.empty());
  }

  static Obstacle warning(String subject, String message, String remedy) {
    return new Obstacle(subject, message, remedy, false, Optional.empty());
  }

  /** For the operator: subject, message, remedy and how it is accepted. */
  @Override
  public String toString() {
    return subject
        + ": "
        + message
        + "; "
        + remedy
        + acceptAs.map(name -> "; to accept it, add \"" + name + "\" to cutover.accept").orElse("");
  }
}
