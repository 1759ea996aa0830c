package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.restart.StepOutcome;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Decides whether a restarted bookie has what it had before. Pure.
 *
 * <p>A cookie records only where a bookie runs (BookKeeper {@code Cookie}), so a cookie that a
 * format deleted and wrote again may have the same bytes. Only the time of its creation shows that.
 */
final class BookieComparison {
  private static final int SHOWN = 5;

  private BookieComparison() {}

  /**
   * What is there now.
   *
   * @param cookie its bytes in Base64 on the store that the bookie runs on
   * @param created where that store's cookie was created
   * @param logs its entry logs, if it reported them
   * @param silence why it did not report them
   */
  record CurrentContents(
      Optional<String> cookie, Optional<Long> created, EntryLogs logs, Optional<String> silence) {}

  /**
   * Compares. {@link StepOutcome.NotYet} is what may still come, such as an HTTP server that starts
   * last.
   *
   * @param side the name of the store that the bookie runs on now
   * @param collecting whether the bookie may delete entry logs by itself
   */
  static StepOutcome compare(
      BookieContents before, CurrentContents now, String side, boolean collecting) {
    if (before.cookie().isPresent()) {
      if (now.cookie().isEmpty()) {
        return StepOutcome.failed("its cookie is gone from " + side);
      }
      if (!now.cookie().equals(before.cookie())) {
        return StepOutcome.failed("its cookie on " + side + " has other bytes than before");
      }
      Long created = before.created().get(side);
      if (created != null && !Objects.equals(created, now.created().orElse(null))) {
        return StepOutcome.failed(
            "its cookie on " + side + " was deleted and created again, as by a format");
      }
    }
    if (before.unknown().isPresent()) {
      return StepOutcome.done(
          "cookie unchanged, entry logs not verified: " + before.unknown().get());
    }
    if (now.silence().isPresent()) {
      return StepOutcome.notYet("its entry logs are not known: " + now.silence().get());
    }
    return logs(EntryLogs.ofRanges(before.entryLogs()), now.logs(), collecting);
  }

  private static StepOutcome logs(EntryLogs before, EntryLogs now, boolean collecting) {
    EntryLogs missing = before.missingIn(now);
    boolean anyLeft = missing.count() < before.count();
    if (missing.isEmpty() || (collecting && anyLeft)) {
      return StepOutcome.done(
          "cookie and %d entry logs are still there".formatted(before.count() - missing.count()));
    }
    List<String> ranges = missing.ranges();
    return StepOutcome.notYet(
        "of its %d entry logs %d are missing: %s%s"
            .formatted(
                before.count(),
                missing.count(),
                String.join(", ", ranges.subList(0, Math.min(SHOWN, ranges.size()))),
                ranges.size() > SHOWN ? ", ..." : ""));
  }
}
