package io.metamigrate.migrator.config;

import java.time.Duration;
import java.util.Optional;

/**
 * Commands of the operator's, run by the shell; one that ends with anything but 0 stops the
 * cutover.
 *
 * @param beforeStep before each step of a cutover or rollback
 * @param afterStep after each step
 * @param onFailure when a step has failed
 * @param stopMetadataWriters stops what else writes metadata: function workers, package management
 * @param startMetadataWriters starts them again
 * @param fence keeps writers away from ZooKeeper where its access lists cannot
 * @param unfence lets them in again
 * @param timeout after which a hook counts as failed
 */
public record HooksConfig(
    Optional<String> beforeStep,
    Optional<String> afterStep,
    Optional<String> onFailure,
    Optional<String> stopMetadataWriters,
    Optional<String> startMetadataWriters,
    Optional<String> fence,
    Optional<String> unfence,
    Duration timeout) {
  private static final Duration TIMEOUT = Duration.ofMinutes(1);

  public HooksConfig {
    new Checks()
        .require(
            fence.isPresent() == unfence.isPresent(),
            fence.isPresent() ? "fence" : "unfence",
            () -> "fence and unfence belong together; a rollback must be able to lift the fence")
        .positive("timeout", timeout)
        .orThrow();
  }

  static HooksConfig none() {
    return new HooksConfig(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        TIMEOUT);
  }

  static HooksConfig read(Section section) {
    Optional<String> before = section.text("beforeStep");
    Optional<String> after = section.text("afterStep");
    Optional<String> failure = section.text("onFailure");
    Optional<String> stop = section.text("stopMetadataWriters");
    Optional<String> start = section.text("startMetadataWriters");
    Optional<String> fence = section.text("fence");
    Optional<String> unfence = section.text("unfence");
    Duration timeout = section.duration("timeout", TIMEOUT);
    return section.build(
        () -> new HooksConfig(before, after, failure, stop, start, fence, unfence, timeout),
        none());
  }
}
