package io.metamigrate.migrator.config;

import java.time.Duration;
import java.util.Optional;

/**
 * Commands of the operator's, run by the shell; one that ends with anything but 0 stops the
 * cutover.
 *
 * @param steps around steps
 * @param metadataWriters for what no driver knows
 * @param zooKeeper for a ZooKeeper whose access lists keep nobody away
 * @param timeout after which a hook counts as failed
 */
public record HooksConfig(
    StepHooks steps, WriterHooks metadataWriters, FenceHooks zooKeeper, Duration timeout) {
  private static final Duration TIMEOUT = Duration.ofMinutes(1);

  /**
   * Commands around steps.
   *
   * @param before before each step of a cutover or rollback
   * @param after after each step
   * @param onFailure when a step has failed
   */
  public record StepHooks(
      Optional<String> before, Optional<String> after, Optional<String> onFailure) {}

  /**
   * Commands for other metadata writers.
   *
   * @param stop stops them: function workers, package management
   * @param start starts them again
   */
  public record WriterHooks(Optional<String> stop, Optional<String> start) {}

  /**
   * Commands that keep writers away from ZooKeeper, either both or none.
   *
   * @param fence keeps them away
   * @param unfence lets them in again
   */
  public record FenceHooks(Optional<String> fence, Optional<String> unfence) {}

  public HooksConfig {
    new Checks()
        .require(
            zooKeeper.fence().isPresent() == zooKeeper.unfence().isPresent(),
            zooKeeper.fence().isPresent() ? "fence" : "unfence",
            () -> "fence and unfence belong together; a rollback must be able to lift the fence")
        .positive("timeout", timeout)
        .orThrow();
  }

  static HooksConfig none() {
    return new HooksConfig(
        new StepHooks(Optional.empty(), Optional.empty(), Optional.empty()),
        new WriterHooks(Optional.empty(), Optional.empty()),
        new FenceHooks(Optional.empty(), Optional.empty()),
        TIMEOUT);
  }

  static HooksConfig read(Section section) {
    StepHooks steps =
        new StepHooks(
            section.text("beforeStep"), section.text("afterStep"), section.text("onFailure"));
    WriterHooks writers =
        new WriterHooks(section.text("stopMetadataWriters"), section.text("startMetadataWriters"));
    FenceHooks zooKeeper = new FenceHooks(section.text("fence"), section.text("unfence"));
    Duration timeout = section.duration("timeout", TIMEOUT);
    return section.build(() -> new HooksConfig(steps, writers, zooKeeper, timeout), none());
  }
}
