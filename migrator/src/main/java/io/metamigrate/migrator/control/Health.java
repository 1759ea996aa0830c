package io.metamigrate.migrator.control;

import io.metamigrate.verifier.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether the daemon works as it should; if not, since when and why.
 *
 * @param state {@code ok} or {@code degraded}
 * @param problems the weightiest first; empty when the state is ok
 * @param unreadableNodes znodes that the daemon may not read, so that it can neither follow nor
 *     verify them
 */
public record Health(String state, List<Problem> problems, long unreadableNodes) {
  static final String OK = "ok";
  static final String DEGRADED = "degraded";

  /** A store that takes longer to answer is a problem. */
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
  public record Problem(ProblemId id, String text, Optional<Instant> since) {
    private Problem shownBy(SteadyClock clock) {
      return new Problem(id, text, since.map(clock::shown));
    }
  }

  public Health {
    problems = List.copyOf(problems);
  }

  public static Health of(List<Problem> problems) {
    return of(problems, 0);
  }

  private static Health of(List<Problem> problems, long unreadableNodes) {
    return new Health(problems.isEmpty() ? OK : DEGRADED, problems, unreadableNodes);
  }

  Health shownBy(SteadyClock clock) {
    return new Health(
        state, problems.stream().map(problem -> problem.shownBy(clock)).toList(), unreadableNodes);
  }

  boolean isOk() {
    return problems.isEmpty();
  }

  boolean has(ProblemId id) {
    return problems.stream().anyMatch(problem -> problem.id() == id);
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
  record SilentStore(Instant since, Optional<String> cause) {}

  /**
   * What the daemon knows of itself.
   *
   * @param ended why the driver has ended
   * @param paused by whom
   * @param filesRefused new files of the control interface that cannot be used
   */
  record HealthFacts(
      Instant now,
      Optional<Failing> ended,
      Optional<String> paused,
      Answers stores,
      Reading reading,
      Verifications verifications,
      List<Failing> filesRefused) {
    HealthFacts {
      filesRefused = List.copyOf(filesRefused);
    }
  }

  /** The stores that were asked and have not answered. */
  record Answers(Optional<SilentStore> zooKeeper, Optional<SilentStore> etcd) {}

  /**
   * What keeps changes of ZooKeeper away from etcd.
   *
   * @param comparing a comparison that is to close a gap and fails
   * @param unreadable znodes that may not be read
   */
  record Reading(Optional<Failing> comparing, Optional<UnreadableNodes> unreadable) {}

  /**
   * The continuous verification.
   *
   * @param failing the one that fails
   * @param started since when they are due; absent while none are
   * @param last the last that ended, also before the loop was started again
   * @param interval from the end of one to the end of the next, as it was last
   */
  record Verifications(
      Optional<Failing> failing,
      Optional<Instant> started,
      Optional<Status.Verification> last,
      Duration interval) {}

  static Health of(HealthFacts facts) {
    List<Problem> problems = new ArrayList<>();
    facts
        .ended()
        .ifPresent(
            e ->
                problems.add(
                    new Problem(
                        ProblemId.DAEMON_ENDED,
                        "the daemon has ended: " + e.cause(),
                        Optional.of(e.since()))));
    facts
        .paused()
        .ifPresent(
            why ->
                problems.add(new Problem(ProblemId.PAUSED, "paused by " + why, Optional.empty())));
    Optional<Problem> etcd =
        silent(Store.ETCD, ProblemId.ETCD_SILENT, facts.stores().etcd(), facts.now());
    etcd.ifPresent(problems::add);
    silent(Store.ZOOKEEPER, ProblemId.ZOOKEEPER_SILENT, facts.stores().zooKeeper(), facts.now())
        // A driver that waits for etcd does not ask ZooKeeper.
        .filter(
            t ->
                etcd.isEmpty()
                    || facts.stores().zooKeeper().flatMap(SilentStore::cause).isPresent())
        .ifPresent(problems::add);
    facts
        .reading()
        .comparing()
        .ifPresent(
            f ->
                problems.add(
                    new Problem(
                        ProblemId.CHANGES_MAY_BE_MISSING,
                        "changes may be missing on etcd until a full comparison succeeds; it fails:"
                            + " "
                            + f.cause(),
                        Optional.of(f.since()))));
    facts
        .reading()
        .unreadable()
        .ifPresent(
            u ->
                problems.add(
                    new Problem(
                        ProblemId.NODES_UNREADABLE,
                        "cannot read %d znode(s), nor anything below them: %s; grant the daemon READ on them"
                            .formatted(u.count(), String.join(", ", u.first())),
                        Optional.of(u.since()))));
    verification(facts).ifPresent(problems::add);
    facts
        .verifications()
        .last()
        .filter(last -> !last.consistent())
        .ifPresent(
            last ->
                problems.add(
                    new Problem(
                        ProblemId.STORES_DIFFER,
                        "the last verification found differences",
                        Optional.of(last.at()))));
    for (Failing files : facts.filesRefused()) {
      problems.add(
          new Problem(
              ProblemId.CONTROL_FILES_REFUSED,
              "the control interface cannot use its new files and keeps the previous ones: "
                  + files.cause(),
              Optional.of(files.since())));
    }
    return of(problems, facts.reading().unreadable().map(UnreadableNodes::count).orElse(0L));
  }

  private static Optional<Problem> silent(
      Store store, ProblemId id, Optional<SilentStore> silent, Instant now) {
    Optional<String> cause = silent.flatMap(SilentStore::cause);
    if (cause.filter(StoreCondition.NOSPACE::causes).isPresent()) {
      return refusing(ProblemId.ETCD_FULL, store.title() + " refuses writes: ", silent);
    }
    if (store == Store.ETCD && cause.filter(StoreCondition::isDenial).isPresent()) {
      return refusing(ProblemId.ETCD_DENIED, store.title() + " denies requests: ", silent);
    }
    return silent
        .filter(s -> Duration.between(s.since(), now).compareTo(SILENCE) > 0)
        .map(
            s ->
                new Problem(
                    id,
                    store.title()
                        + " has not answered for "
                        + Duration.between(s.since(), now).toSeconds()
                        + " s"
                        + cause.map(why -> ": " + why).orElse(""),
                    Optional.of(s.since())));
  }

  /** It answers, but not as it should. */
  private static Optional<Problem> refusing(
      ProblemId id, String text, Optional<SilentStore> silent) {
    return silent.map(s -> new Problem(id, text + s.cause().orElseThrow(), Optional.of(s.since())));
  }

  private static Optional<Problem> verification(HealthFacts facts) {
    if (facts.verifications().failing().isPresent()) {
      Failing failing = facts.verifications().failing().get();
      return Optional.of(
          new Problem(
              ProblemId.VERIFICATION_FAILS,
              "verification fails: " + failing.cause(),
              Optional.of(failing.since())));
    }
    if (facts.paused().isPresent() || facts.verifications().started().isEmpty()) {
      return Optional.empty();
    }
    Instant started = facts.verifications().started().get();
    Optional<Instant> last =
        facts.verifications().last().map(Status.Verification::at).filter(at -> at.isAfter(started));
    Duration due =
        last.isPresent()
            ? facts.verifications().interval().multipliedBy(INTERVALS).plus(VERIFICATION_SLACK)
            : facts.verifications().interval().plus(FIRST_VERIFICATION);
    Instant from = last.orElse(started);
    return Duration.between(from, facts.now()).compareTo(due) <= 0
        ? Optional.empty()
        : Optional.of(
            new Problem(
                ProblemId.VERIFICATION_STALE,
                last.isPresent()
                    ? "the last verification is stale: it ended "
                        + Duration.between(from, facts.now()).toSeconds()
                        + " s ago, and one is due every "
                        + facts.verifications().interval().toSeconds()
                        + " s"
                    : "no verification has completed yet",
                Optional.of(from)));
  }
}
