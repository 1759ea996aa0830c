package io.metamigrate.migrator.restart;

import static java.util.Objects.requireNonNull;

/**
 * What a rehearsal found in the way.
 *
 * @param subject the template, file, object or permission it is about
 * @param message what is wrong with it
 * @param remedy the next step of the operator
 * @param blocks false where the operator only has to know
 */
public record Obstacle(String subject, String message, String remedy, boolean blocks) {
  public Obstacle {
    requireNonNull(subject, "subject");
    requireNonNull(message, "message");
    requireNonNull(remedy, "remedy");
  }

  static Obstacle blocker(String subject, String message, String remedy) {
    return new Obstacle(subject, message, remedy, true);
  }

  static Obstacle warning(String subject, String message, String remedy) {
    return new Obstacle(subject, message, remedy, false);
  }
}
