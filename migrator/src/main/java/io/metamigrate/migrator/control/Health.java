package io.metamigrate.migrator.control;

import io.metamigrate.verifier.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether the daemon does what it is for, and since when and why not.
 *
 * @param state {@code ok} or {@code degraded}
 * @param troubles the weightiest first; empty when the state is ok
 * @param unreadableNodes znodes that the daemon may not read, so that it can neither follow nor
 *     verify them
 */
public record Health(String state, List<Trouble> troubles, long unreadableNodes) {
  static final String OK = "ok";
  static final String DEGRADED = "degraded";

  /** So long may a store take for an answer before that is a trouble. */
  static final Duration SILENCE = Duration.ofSeconds(5);

  private static final Duration VERIFICATION_SLACK = Duration.ofSeconds(60);
  private static final Duration FIRST_VERIFICATION = Duration.ofMinutes(15);

  /** A verification is stale after this many of its intervals. */
  private static final int INTERVALS = 3;

  /**
   * One thing that is wrong.
   *
   * @param since when it began; absent if that is not known
   */
  public record Trouble(TroubleId id, String text, Optional<Instant> since) {}

  public Health {
    troubles = List.copyOf(troubles);
  }

  public static Health of(List<Trouble> troubles) {
    return of(troubles, 0);
  }

  private static Health of(List<Trouble> troubles, long unreadableNodes) {
    return new Health(troubles.isEmpty() ? OK : DEGRADED, troubles, unreadableNodes);
  }

  boolean isOk() {
    return troubles.isEmpty();
  }

  boolean has(TroubleId id) {
    return troubles.stream().anyMatch(trouble -> trouble.id() == id);
  }

  /**
   * Znodes that may not be read.
   *
   * @param first some of them
   */
  record UnreadableNodes(Instant since, long count, List<String> first) {
    UnreadableNodes {
      first = List.copyOf(first);
    }
  }

  /** Something that has failed ever since. */
  record Failing(Instant since, String cause) {}

  /**
   * A store that was asked and has not answered.
   *
   * @param since the last sign of it, or when it was asked
   * @param cause what a request failed with
   */
  record Silent(Instant since, Optional<String> cause) {}

  /**
   * What the daemon knows of itself.
   *
   * @param ended why the driver has ended
   * @param comparing a comparison that is to close a gap and fails
   * @param unreadable znodes that may not be read
   * @param verificationStarted since when verifications are due; absent while none are
   * @param verificationInterval from the end of one to the end of the next, as it was last
   */
  record Facts(
      Instant now,
      Optional<Failing> ended,
      Optional<String> paused,
      Optional<Silent> zooKeeper,
      Optional<Silent> etcd,
      Optional<Failing> comparing,
      Optional<UnreadableNodes> unreadable,
      Optional<Failing> verifying,
      Optional<Instant> verificationStarted,
      Optional<Status.Verification> lastVerification,
      Duration verificationInterval) {}

  static Health of(Facts facts) {
    List<Trouble> troubles = new ArrayList<>();
    facts
        .ended()
        .ifPresent(
            e ->
                troubles.add(
                    new Trouble(
                        TroubleId.DAEMON_ENDED,
                        "the daemon has ended: " + e.cause(),
                        Optional.of(e.since()))));
    facts
        .paused()
        .ifPresent(
            why ->
                troubles.add(new Trouble(TroubleId.PAUSED, "paused by " + why, Optional.empty())));
    Optional<Trouble> etcd = silent(Store.ETCD, TroubleId.ETCD_SILENT, facts.etcd(), facts.now());
    etcd.ifPresent(troubles::add);
    silent(Store.ZOOKEEPER, TroubleId.ZOOKEEPER_SILENT, facts.zooKeeper(), facts.now())
        // A driver that waits for etcd does not ask ZooKeeper.
        .filter(t -> etcd.isEmpty() || facts.zooKeeper().flatMap(Silent::cause).isPresent())
        .ifPresent(troubles::add);
    facts
        .comparing()
        .ifPresent(
            f ->
                troubles.add(
                    new Trouble(
                        TroubleId.CHANGES_MAY_BE_MISSING,
                        "changes may be missing on etcd until a full comparison succeeds; it fails:"
                            + " "
                            + f.cause(),
                        Optional.of(f.since()))));
    facts
        .unreadable()
        .ifPresent(
            u ->
                troubles.add(
                    new Trouble(
                        TroubleId.NODES_UNREADABLE,
                        "cannot see %d znode(s) and what lies below them, which may not be read: %s; give the daemon READ on them"
                            .formatted(u.count(), String.join(", ", u.first())),
                        Optional.of(u.since()))));
    verification(facts).ifPresent(troubles::add);
    facts
        .lastVerification()
        .filter(last -> !last.consistent())
        .ifPresent(
            last ->
                troubles.add(
                    new Trouble(
                        TroubleId.STORES_DIFFER,
                        "the last verification found differences",
                        Optional.of(last.at()))));
    return of(troubles, facts.unreadable().map(UnreadableNodes::count).orElse(0L));
  }

  private static Optional<Trouble> silent(
      Store store, TroubleId id, Optional<Silent> silent, Instant now) {
    return silent
        .filter(s -> Duration.between(s.since(), now).compareTo(SILENCE) > 0)
        .map(
            s ->
                new Trouble(
                    id,
                    store.title()
                        + " has not answered for "
                        + Duration.between(s.since(), now).toSeconds()
                        + " s"
                        + s.cause().map(cause -> ": " + cause).orElse(""),
                    Optional.of(s.since())));
  }

  private static Optional<Trouble> verification(Facts facts) {
    if (facts.verifying().isPresent()) {
      Failing failing = facts.verifying().get();
      return Optional.of(
          new Trouble(
              TroubleId.VERIFICATION_FAILS,
              "verification fails: " + failing.cause(),
              Optional.of(failing.since())));
    }
    if (facts.paused().isPresent() || facts.verificationStarted().isEmpty()) {
      return Optional.empty();
    }
    Instant started = facts.verificationStarted().get();
    Optional<Instant> last =
        facts.lastVerification().map(Status.Verification::at).filter(at -> at.isAfter(started));
    Duration due =
        last.isPresent()
            ? facts.verificationInterval().multipliedBy(INTERVALS).plus(VERIFICATION_SLACK)
            : facts.verificationInterval().plus(FIRST_VERIFICATION);
    Instant from = last.orElse(started);
    return Duration.between(from, facts.now()).compareTo(due) <= 0
        ? Optional.empty()
        : Optional.of(
            new Trouble(
                TroubleId.VERIFICATION_STALE,
                last.isPresent()
                    ? "the last verification is stale: it ended "
                        + Duration.between(from, facts.now()).toSeconds()
                        + " s ago, and one is due every "
                        + facts.verificationInterval().toSeconds()
                        + " s"
                    : "no verification has ended yet",
                Optional.of(from)));
  }
}
