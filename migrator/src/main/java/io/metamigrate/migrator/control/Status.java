package io.metamigrate.migrator.control;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the daemon is doing, at one moment. Its JSON form has these names; what is not known is null
 * there.
 *
 * @param phase the persisted phase's name
 * @param cluster the cluster that moves
 * @param copied nodes that the copy has dealt with
 * @param total nodes that the copy has to deal with, as counted at its start
 * @param copyRatePerSecond over the last half minute, while copying
 * @param etaSeconds to the end of the copy, from one per cent on
 * @param lagMillis how far etcd is behind ZooKeeper, in time
 * @param lagChanges how many changes await their application
 * @param lastAppliedZxid as ZooKeeper prints it, {@code 0x...}
 * @param lastVerification the last one that ended
 * @param waitingFor what the daemon waits for, as a sentence
 * @param standbyFor who holds the lock and does the work, if this daemon only waits for it
 * @param throttled why it is slower than it could be
 * @param accepted ids of the blockers of the plan that the operator accepted
 * @param health whether the daemon works as it should, and why not
 * @param verificationOff whether only a cutover verifies; false of a daemon of an earlier version
 */
public record Status(
    String phase,
    String cluster,
    long copied,
    OptionalLong total,
    OptionalDouble copyRatePerSecond,
    OptionalLong etaSeconds,
    OptionalLong lagMillis,
    OptionalLong lagChanges,
    Optional<String> lastAppliedZxid,
    Optional<Verification> lastVerification,
    Optional<String> waitingFor,
    Optional<String> standbyFor,
    Optional<Throttled> throttled,
    Set<String> accepted,
    Health health,
    boolean verificationOff) {
  public Status {
    accepted = Collections.unmodifiableSet(new TreeSet<>(accepted));
    // A daemon of an earlier version does not report them.
    health = Objects.requireNonNullElse(health, Health.of(List.of()));
    standbyFor = Objects.requireNonNullElse(standbyFor, Optional.empty());
  }

  /** The same of a daemon in this health. */
  public Status in(Health other) {
    return new Status(
        phase,
        cluster,
        copied,
        total,
        copyRatePerSecond,
        etaSeconds,
        lagMillis,
        lagChanges,
        lastAppliedZxid,
        lastVerification,
        waitingFor,
        standbyFor,
        throttled,
        accepted,
        other,
        verificationOff);
  }

  /** Whether a cutover may begin; empty once one has. Made from the rest. */
  @JsonProperty(access = JsonProperty.Access.READ_ONLY)
  public Optional<CanCutover> canCutover() {
    return CanCutover.of(this);
  }

  /**
   * One comparison of both stores.
   *
   * @param at when it ended
   * @param consistent whether both stores are equal
   * @param compared nodes
   */
  public record Verification(Instant at, boolean consistent, long compared) {
    Verification shownBy(SteadyClock clock) {
      return new Verification(clock.shown(at), consistent, compared);
    }
  }

  /** Why the daemon goes slower than it could; several reasons are joined by semicolons. */
  record Throttled(String reason) {}
}
