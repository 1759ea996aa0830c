package io.metamigrate.migrator.control;

import io.metamigrate.migrator.config.Durations;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;

/** A {@link Status} for people. */
public final class StatusText {
  private StatusText() {}

  /** One screen: a line for each thing that is known. */
  public static String screen(Status status, Instant now) {
    StringBuilder text = new StringBuilder();
    row(text, "cluster", status.cluster());
    row(text, "phase", status.phase());
    health(text, status);
    row(text, "copied", copied(status));
    rate(status).ifPresent(rate -> row(text, "rate", rate));
    lag(status).ifPresent(lag -> row(text, "lag", lag));
    status.lastAppliedZxid().ifPresent(zxid -> row(text, "applied up to", "zxid " + zxid));
    row(
        text,
        "verified",
        verified(status, now)
            .orElse(
                status.verificationOff()
                    ? "only by a cutover; verify.continuous is false"
                    : "not yet"));
    status.canCutover().ifPresent(canCutover -> row(text, "cutover", cutover(canCutover)));
    status.throttled().ifPresent(slow -> row(text, "throttled", slow.reason()));
    if (!status.accepted().isEmpty()) {
      row(text, "accepted", String.join(", ", status.accepted()));
    }
    row(
        text,
        "waiting for",
        (status.health().isOk() ? "" : "the problems under health to end; then: ")
            + status.waitingFor().orElse("nothing"));
    return text.toString();
  }

  private static void health(StringBuilder text, Status status) {
    row(text, "health", status.health().isOk() ? "ok" : "DEGRADED");
    for (Health.Problem problem : status.health().problems()) {
      row(text, "", since(problem));
    }
  }

  private static String cutover(CanCutover canCutover) {
    return canCutover.now() ? "can begin" : "cannot begin: " + canCutover.text();
  }

  private static String since(Health.Problem problem) {
    return problem.text()
        + problem
            .since()
            .map(at -> " (since " + at.truncatedTo(ChronoUnit.SECONDS) + ")")
            .orElse("");
  }

  /** One line, as for a log or a terminal's progress. */
  public static String line(Status status, Instant now) {
    StringBuilder text = new StringBuilder(status.phase()).append(": ").append(copied(status));
    rate(status).ifPresent(rate -> text.append(", ").append(rate));
    lag(status).ifPresent(lag -> text.append("; lag ").append(lag));
    verified(status, now).ifPresent(verified -> text.append("; verified ").append(verified));
    status.throttled().ifPresent(slow -> text.append("; throttled: ").append(slow.reason()));
    status
        .health()
        .problems()
        .forEach(problem -> text.append("; DEGRADED: ").append(since(problem)));
    status.waitingFor().ifPresent(what -> text.append("; waiting for ").append(what));
    return text.toString();
  }

  private static void row(StringBuilder text, String name, String value) {
    text.append(String.format(Locale.ROOT, "%-14s %s%n", name, value));
  }

  private static String copied(Status status) {
    if (status.total().isEmpty()) {
      return count(status.copied()) + " nodes";
    }
    long total = status.total().getAsLong();
    double share = total == 0 ? 100 : Math.min(100, 100.0 * status.copied() / total);
    return String.format(
        Locale.ROOT, "%s of %s nodes, %.1f %%", count(status.copied()), count(total), floor(share));
  }

  /** Never rounds up: 100.0 % means complete. */
  private static double floor(double share) {
    return Math.floor(share * 10) / 10;
  }

  private static Optional<String> rate(Status status) {
    if (status.copyRatePerSecond().isEmpty()) {
      return Optional.empty();
    }
    String rate = count(Math.round(status.copyRatePerSecond().getAsDouble())) + "/s";
    if (status.etaSeconds().isEmpty()) {
      return Optional.of(rate);
    }
    Duration left = Duration.ofSeconds(status.etaSeconds().getAsLong());
    return Optional.of(rate + ", about " + Durations.format(left) + " left");
  }

  private static Optional<String> lag(Status status) {
    if (status.lagMillis().isEmpty()) {
      return Optional.empty();
    }
    String changes =
        status.lagChanges().isEmpty()
            ? ""
            : " (" + count(status.lagChanges().getAsLong()) + " changes)";
    return Optional.of(count(status.lagMillis().getAsLong()) + " ms" + changes);
  }

  private static Optional<String> verified(Status status, Instant now) {
    return status
        .lastVerification()
        .map(
            last ->
                Durations.format(age(last.at(), now))
                    + " ago: "
                    + (last.consistent() ? "the stores are equal" : "THE STORES DIFFER")
                    + ", "
                    + count(last.compared())
                    + " nodes compared"
                    + (isOutdated(status) ? " (OUTDATED)" : ""));
  }

  /** What was the same then may not be the same now. */
  private static boolean isOutdated(Status status) {
    Health health = status.health();
    return health.has(ProblemId.VERIFICATION_FAILS)
        || health.has(ProblemId.VERIFICATION_STALE)
        || health.has(ProblemId.NO_DAEMON)
        || health.has(ProblemId.DAEMON_ENDED);
  }

  private static Duration age(Instant then, Instant now) {
    return then.isAfter(now)
        ? Duration.ZERO
        : Duration.ofSeconds(now.getEpochSecond() - then.getEpochSecond());
  }

  private static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
