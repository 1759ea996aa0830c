package io.metamigrate.migrator.cutover;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.replay.StateStore;
import io.metamigrate.migrator.run.BlockedException;
import java.util.Arrays;
import java.util.Optional;

/**
 * The Pulsar release by whose rules a cutover or a rollback gives nodes their settings. By another
 * one it would look for, and restore, other settings than it has given: a bookie could keep its
 * garbage collection suspended.
 */
final class MovedRelease {
  private static final String DOCUMENT = "pulsar-version";

  private MovedRelease() {}

  /**
   * Compares the configuration with what was recorded when this cutover or rollback began.
   *
   * @throws BlockedException with both values if they differ; nothing was changed
   */
  static void require(StateStore states, Configuration file, CutoverState state) {
    obstacle(recorded(states), given(file), isUnderWay(state))
        .ifPresent(
            why -> {
              throw refused(why);
            });
  }

  static BlockedException refused(String why) {
    return Window.blocked(
        "PULSAR_VERSION_CHANGED",
        why,
        "restore cluster.pulsarVersion, then run the same command again");
  }

  /** Why it may not continue with that release. Pure. */
  static Optional<String> obstacle(Optional<String> before, String now, boolean underWay) {
    return before
        .filter(recorded -> underWay && !recorded.equals(now))
        .map(
            recorded ->
                "this move gives nodes the settings of Pulsar %s, cluster.pulsarVersion is %s"
                    .formatted(recorded, now));
  }

  /** Between a complete cutover and its rollback an operator may have upgraded Pulsar. */
  static boolean isUnderWay(CutoverState state) {
    return NodeRegistry.isBegun(state) && !state.current().stream().allMatch(StepRecord::isDone);
  }

  /** From here on nodes are given its settings. */
  static void record(Journal journal, Configuration file) {
    byte[] now = given(file).getBytes(UTF_8);
    if (journal.document(DOCUMENT).filter(before -> Arrays.equals(before, now)).isEmpty()) {
      journal.document(DOCUMENT, now);
    }
  }

  /** What a cutover or rollback that was begun goes by. */
  static Optional<String> recorded(StateStore states) {
    return states.get(DOCUMENT).map(bytes -> new String(bytes, UTF_8));
  }

  static String given(Configuration file) {
    return file.requirePulsarVersion().toString();
  }
}
